import numpy as np


def f(x):
    return np.linalg.norm(x, "nuc")


ARGS = (np.ones((2, 3)),)
