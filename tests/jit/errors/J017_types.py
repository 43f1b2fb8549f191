import numpy as np


def f(x):
    return x & 1


ARGS = (np.ones(3),)
