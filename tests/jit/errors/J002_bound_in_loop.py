import numpy as np


def f(x):
    while x[0] > 0:
        y = x * 2
        x = x - 1
    return y


ARGS = (np.arange(6.0),)
