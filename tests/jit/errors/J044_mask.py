import numpy as np


def f(x):
    return np.median(x[x > 2])


ARGS = (np.arange(6.0),)
