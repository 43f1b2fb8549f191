"""KERNEL level: structure, fusion, bufferization, kernel lowering and memory planning."""
