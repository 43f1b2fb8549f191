import numpy as np


def f(x):
    out = []
    for v in x:
        out.append(v)
        out.append(x)
    return out


ARGS = (np.arange(6.0),)
