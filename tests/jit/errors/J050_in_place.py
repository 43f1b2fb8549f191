import numpy as np


def f(x):
    y = x.copy()
    y += 0.5
    return y


ARGS = (np.arange(6),)
