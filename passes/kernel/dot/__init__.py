"""Dot products of bytes: recognition, plan, weights in the order of reading, loops."""
