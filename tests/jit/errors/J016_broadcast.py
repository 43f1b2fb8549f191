import numpy as np


def f(x, y):
    return x + y


ARGS = (np.ones(3), np.ones(4))
