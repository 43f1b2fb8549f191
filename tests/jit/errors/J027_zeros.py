import numpy as np


def f(n):
    out = np.zeros(n)
    return out


ARGS = (4,)
