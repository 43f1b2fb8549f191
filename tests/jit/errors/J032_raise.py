import numpy as np


def f(x):
    if x.shape[0] % 4:
        raise ValueError("needs groups of four")
    return x


ARGS = (np.arange(6.0),)
