import numpy as np


def f(x):
    def g(v):
        return v + x

    return g


ARGS = (np.arange(6.0),)
