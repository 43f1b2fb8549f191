import numpy as np


def f(a, b):
    return a @ b


ARGS = (np.ones((2, 3)), np.ones((2, 3)))
