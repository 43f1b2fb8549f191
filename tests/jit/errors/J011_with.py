import numpy as np


def f(x):
    with open("log.txt", "a"):
        return x / 2


ARGS = (np.arange(6.0),)
