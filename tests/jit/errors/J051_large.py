import numpy as np


def f(x):
    return x + 2**70


ARGS = (np.arange(6.0),)
