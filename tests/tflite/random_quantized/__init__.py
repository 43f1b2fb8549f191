"""Random models of quantized numbers, to be held against LiteRT's reference kernels."""
