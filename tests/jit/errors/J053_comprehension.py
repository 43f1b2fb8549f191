import numpy as np


def f(x):
    return [v for v in x if v > 2]


ARGS = (np.arange(6.0),)
