import numpy as np


def f(x):
    return np.sort(x, kind="stable", axis=0), np.zeros_like(x, device="cpu")


ARGS = (np.arange(6.0),)
