import numpy as np


def f(x):
    try:
        return x[0]
    except IndexError:
        return 0.0


ARGS = (np.arange(6.0),)
