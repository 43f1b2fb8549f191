"""Functions of numpy, and of Millrace's own, written in Python: the compiler takes their source
like any other. Only what it supports itself may be used here."""
