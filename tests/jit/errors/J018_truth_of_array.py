import numpy as np


def f(x):
    if x > 2:
        return x
    return -x


ARGS = (np.arange(6.0),)
