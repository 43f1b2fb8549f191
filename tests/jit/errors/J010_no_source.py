import numpy as np

f = eval("lambda x: x + 1")


ARGS = (np.arange(6.0),)
