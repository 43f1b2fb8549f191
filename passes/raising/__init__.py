"""Loops become ``mr.scan``, whichever frontend wrote them."""
