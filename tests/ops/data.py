"""Deterministic operands for examples."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np

Array = np.ndarray[Any, Any]

F16, F32, F64 = np.float16, np.float32, np.float64
BF16: Any = ml_dtypes.bfloat16
FLOATS: tuple[Any, ...] = (F16, BF16, F32, F64)
SIGNED: tuple[Any, ...] = (np.int8, np.int16, np.int32, np.int64)
UNSIGNED: tuple[Any, ...] = (np.uint8, np.uint16, np.uint32, np.uint64)
INTS: tuple[Any, ...] = (*SIGNED, *UNSIGNED)
SPECIALS = (0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, np.inf, -np.inf, np.nan)


def normal(*shape: int, dtype: Any = F32, seed: int = 0, scale: float = 2.0) -> Array:
    """Normally distributed floats."""
    rng = np.random.default_rng([seed, *shape])
    return (rng.standard_normal(shape) * scale).astype(dtype)


def positive(*shape: int, dtype: Any = F32, seed: int = 0) -> Array:
    """Floats from 0.1 on."""
    return (np.abs(normal(*shape, dtype=F64, seed=seed)) + 0.1).astype(dtype)


def specials(dtype: Any = F32) -> Array:
    """Zeros, halves, infinities, NaN, and the extremes of the type."""
    info = ml_dtypes.finfo(dtype)
    more = (float(info.max), float(info.min), float(info.tiny), 88.0, -88.0, 3e-4, -3e-4)
    return np.array((*SPECIALS, *more), F64).astype(dtype)


def pairs(values: Array) -> tuple[Array, Array]:
    """Every value with every other, by broadcasting."""
    return values.reshape(-1, 1), values.reshape(1, -1)


def integers(*shape: int, dtype: Any = np.int32, seed: int = 0) -> Array:
    """Integers over the whole range of the type."""
    rng = np.random.default_rng([seed, *shape])
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, shape, dtype, endpoint=True)


def small(*shape: int, dtype: Any = np.int32, seed: int = 0, high: int = 6) -> Array:
    """Integers near 0, negative ones too when the type has them."""
    rng = np.random.default_rng([seed, *shape])
    low = 0 if np.dtype(dtype).kind == "u" else -high
    return rng.integers(low, high, shape, endpoint=True).astype(dtype)


def corners(dtype: Any) -> Array:
    """The extremes of an integer type and numbers near 0."""
    info = np.iinfo(dtype)
    near = [0, 1, 2, 3, 5, 7, 100] + ([-1, -2, -3, -7, -100] if info.min else [])
    return np.array([*near, info.max, info.min, info.max - 1], dtype)


def truths(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng([seed, *shape]).random(shape) < 0.5


def tag(dtype: Any) -> str:
    return np.dtype(dtype).name
