import numpy as np


def f(x):
    _, vectors = np.linalg.eigh(x)
    return vectors @ x


ARGS = (np.eye(3),)
