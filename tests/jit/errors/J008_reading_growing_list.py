import numpy as np


def f(x):
    out = [x[0]]
    for v in x:
        out.append(out[-1] * 0.5 + v)
    return np.array(out)


ARGS = (np.arange(100.0),)
