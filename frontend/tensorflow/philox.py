"""Philox 4x32-10, the counter-based generator behind TensorFlow's seeded initializers (Salmon et
al., "Parallel random numbers: as easy as 1, 2, 3", 2011)."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10
_LOW = np.uint64(0xFFFF_FFFF)


def philox(key: int, stream: int, count: int) -> Array:
    """The first ``count`` numbers of 32 bits. ``key`` and ``stream`` have 64 bits each; the
    stream is the upper half of the counter."""
    blocks = (count + 3) // 4
    index = np.arange(blocks, dtype=np.uint64)
    words = [
        index & _LOW,
        index >> np.uint64(32),
        np.full(blocks, stream & 0xFFFF_FFFF, np.uint64),
        np.full(blocks, (stream >> 32) & 0xFFFF_FFFF, np.uint64),
    ]
    keys = [key & 0xFFFF_FFFF, (key >> 32) & 0xFFFF_FFFF]
    for _ in range(_ROUNDS):
        first = words[0] * np.uint64(_MULTIPLIERS[0])
        second = words[2] * np.uint64(_MULTIPLIERS[1])
        words = [
            (second >> np.uint64(32)) ^ words[1] ^ np.uint64(keys[0]),
            second & _LOW,
            (first >> np.uint64(32)) ^ words[3] ^ np.uint64(keys[1]),
            first & _LOW,
        ]
        keys = [(k + w) & 0xFFFF_FFFF for k, w in zip(keys, _WEYL, strict=True)]
    return np.stack(words, axis=1).reshape(-1)[:count].astype(np.uint32)


def uniform_floats(seed: int, seed2: int, count: int) -> Array:
    """Floats in [0, 1): 23 random bits as the mantissa of a number in [1, 2), less 1."""
    bits = philox(seed & (2**64 - 1), seed2 & (2**64 - 1), count)
    mantissa = (bits & np.uint32(0x7FFFFF)) | np.uint32(127 << 23)
    return mantissa.view(np.float32) - np.float32(1)
