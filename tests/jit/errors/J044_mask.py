import numpy as np


def f(x):
    return x[x > 2].mean()


ARGS = (np.arange(6.0),)
