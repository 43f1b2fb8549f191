import numpy as np


def f(x):
    found = []
    for v in x:
        if v > 2:
            found.append(v)
    return np.array(found)


ARGS = (np.arange(6.0),)
