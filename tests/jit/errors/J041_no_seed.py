import numpy as np


def f():
    rng = np.random.default_rng()
    return rng.random(3)


ARGS = ()
