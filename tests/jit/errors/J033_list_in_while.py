import numpy as np


def f(x, limit):
    out = []
    i = 0
    while x[i] < limit:
        out.append(x[i])
        i += 1
    return np.array(out)


ARGS = (np.arange(6.0), 3.0)
