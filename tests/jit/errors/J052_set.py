import numpy as np


def f(x):
    return {v for v in (1, 2)}


ARGS = (np.arange(6.0),)
