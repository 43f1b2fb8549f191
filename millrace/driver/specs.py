"""What a model's inputs and outputs look like, and how given arrays are checked against it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.ir.errors import RunError
from millrace.ir.quantization import Quantization
from millrace.ir.types import TensorType

Array = np.ndarray[Any, Any]
_PYTHON_VALUES = (bool, int, float, list, tuple)
_READY = 0x1 | 0x100
"""numpy's flag bits for C-contiguous and aligned."""
_WIDTH = {"b": 0, "u": 1, "i": 1, "f": 2}
"""Kinds of Python numbers by what they can hold; bfloat16 (kind V) counts as a float."""


@dataclass(frozen=True)
class TensorSpec:
    """One input or output of a model. With run-time sizes ``shape`` is the largest, and ``dims``
    has the sizes as expressions of theirs: ``("1", "T", "16")``."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    quantization: Quantization | None = None
    dims: tuple[str, ...] | None = None

    @staticmethod
    def of(name: str, type: TensorType, quantization: Quantization | None = None) -> TensorSpec:
        return TensorSpec(name, type.max_shape, type.dtype, quantization)

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize

    def __str__(self) -> str:
        return f"{self.name}: {self.described()}"

    def described(self) -> str:
        """``float32[1, T<=100, 16]``."""
        if self.dims is None:
            return describe(self.shape, self.dtype)
        pairs = zip(self.dims, self.shape, strict=True)
        return describe([d if d.isdigit() else f"{d}<={n}" for d, n in pairs], self.dtype)

    def accept(self, value: Any) -> Array:
        """``value`` as an aligned C-contiguous array of exactly this shape and type.

        Arrays must have the type already. Python numbers and lists of them are converted when
        nothing but precision can be lost."""
        array = value if type(value) is np.ndarray else self._convert(value)
        wrong = array.dtype != self.dtype or array.shape != self.shape
        if wrong and not self._may_fit(array):
            raise RunError(
                f"input {self.name!r}: expected {self.described()}, "
                f"got {describe(array.shape, array.dtype)}"
            )
        if array.flags.num & _READY == _READY:
            return array
        # Also copies memory that is not aligned to the element size: ascontiguousarray would not.
        return np.array(array, dtype=self.dtype, order="C", copy=True)

    def _may_fit(self, array: Array) -> bool:
        """With run-time sizes: whether another shape may do, which the sizes of all inputs say."""
        return self.dims is not None and (array.dtype, array.ndim) == (self.dtype, len(self.dims))

    def _convert(self, value: Any) -> Array:
        try:
            array = np.asarray(value)
            if isinstance(value, np.generic) or not isinstance(value, _PYTHON_VALUES):
                return array
            if array.size and _WIDTH.get(array.dtype.kind, 3) > _WIDTH.get(self.dtype.kind, 2):
                return array  # reported by the caller: 1.5 is no int32
            return np.asarray(value, dtype=self.dtype)
        except (ValueError, TypeError, OverflowError) as e:
            raise RunError(f"input {self.name!r}: not an array: {e}") from None


def describe(shape: Sequence[int | str], dtype: np.dtype[Any]) -> str:
    """``float32[1, 28, 28]``."""
    return f"{dtype.name}[{', '.join(map(str, shape))}]"
