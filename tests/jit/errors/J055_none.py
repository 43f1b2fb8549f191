import numpy as np


def f(x):
    best = None
    i = 0
    while x[i] > 0:
        best = x[i]
        i += 1
    return best


ARGS = (np.arange(6.0),)
