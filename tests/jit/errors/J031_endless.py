import numpy as np


def f(x):
    n = 0
    while True:
        n += 1
    return n


ARGS = (np.arange(6.0),)
