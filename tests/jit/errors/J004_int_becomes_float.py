import numpy as np


def f(x, n):
    total = 0
    i = 0
    while i < n:
        total = total + x[i]
        i += 1
    return total


ARGS = (np.arange(6.0), 5)
