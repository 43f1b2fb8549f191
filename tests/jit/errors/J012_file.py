import numpy as np


def f(x):
    data = open("weights.txt").read()
    return x


ARGS = (np.arange(6.0),)
