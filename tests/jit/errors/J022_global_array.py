import numpy as np

STATE = np.zeros(3)


def f(x):
    STATE[0] += x[0]
    return STATE


ARGS = (np.arange(6.0),)
