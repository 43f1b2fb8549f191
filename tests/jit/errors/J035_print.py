import numpy as np


def f(x):
    print("sum", x.sum())
    return x


ARGS = (np.arange(6.0),)
