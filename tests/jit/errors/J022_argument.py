import numpy as np


def f(x):
    x[0] = 1.0
    return x.sum()


ARGS = (np.arange(6.0),)
