import numpy as np


def f(x):
    with np.errstate(all="ignore"):
        return x / 0


ARGS = (np.arange(6.0),)
