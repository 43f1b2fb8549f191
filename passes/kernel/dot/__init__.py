"""Dot products of bytes and halves: recognition, plan, weights in the order of reading, loops."""
