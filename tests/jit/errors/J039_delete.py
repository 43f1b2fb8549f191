import numpy as np


def f(x):
    parts = [x, x * 2]
    del parts[0]
    return parts


ARGS = (np.arange(6.0),)
