import numpy as np


def f(x, flag):
    a = x * 1
    b = x * 2
    if flag:
        c = a
    else:
        c = b
    c[0] = 9.0
    return a, b, c


ARGS = (np.arange(6.0), True)
