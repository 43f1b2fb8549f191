import numpy as np


def f(x):
    return np.pad(x, 2, mode="linear_ramp")


ARGS = (np.arange(6.0),)
