import numpy as np


def f(x):
    text = f"{x[0]}"
    return x if text == "0.0" else -x


ARGS = (np.arange(6.0),)
