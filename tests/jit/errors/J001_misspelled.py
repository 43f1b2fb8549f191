import numpy as np


def f(x):
    total = x.sum()
    return totl / 2


ARGS = (np.arange(6.0),)
