"""Types. All are frozen, hashed by value, and print in MLIR's syntax through ``str()``.

At GRAPH level ``iN`` is signed and ``uiN`` unsigned; from KERNEL level on integers are signless
and the sign is in the operation (``divsi``, ``divui``).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import ml_dtypes
import numpy as np

TypeT = TypeVar("TypeT")

DYNAMIC = -1
"""A dimension whose size is known only at run time; it has an upper bound."""


class OpenSize(int):
    """A size that an importer is given for a dimension of run-time size, one of several: it goes
    before what the file says of that dimension."""

    __slots__ = ()


class Type:
    """Base of all types."""

    __slots__ = ()


@dataclass(frozen=True)
class FloatType(Type):
    """``f16``, ``bf16``, ``f32`` or ``f64``."""

    name: str

    @property
    def width(self) -> int:
        return 16 if self.name == "bf16" else int(self.name[1:])

    @property
    def dtype(self) -> np.dtype[Any]:
        return _FLOAT_DTYPES[self.name]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class IntegerType(Type):
    """``iN`` (signed at GRAPH level, signless below) or ``uiN``. ``i1`` is the truth value."""

    width: int
    unsigned: bool = False

    @property
    def dtype(self) -> np.dtype[Any]:
        if self.width == 1:
            return np.dtype(np.bool_)
        return np.dtype(f"{'u' if self.unsigned else 'i'}{self.width // 8}")

    def __str__(self) -> str:
        return f"{'ui' if self.unsigned else 'i'}{self.width}"


@dataclass(frozen=True)
class IndexType(Type):
    """A loop counter or address offset; as wide as the target's pointers."""

    width = 64

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(np.int64)

    def __str__(self) -> str:
        return "index"


ElementType = FloatType | IntegerType | IndexType

F16, BF16, F32, F64 = (FloatType(n) for n in ("f16", "bf16", "f32", "f64"))
I1, I8, I16, I32, I64 = (IntegerType(n) for n in (1, 8, 16, 32, 64))
UI8, UI16, UI32, UI64 = (IntegerType(n, unsigned=True) for n in (8, 16, 32, 64))
INDEX = IndexType()

_FLOAT_DTYPES: dict[str, np.dtype[Any]] = {
    "f16": np.dtype(np.float16),
    "bf16": np.dtype(ml_dtypes.bfloat16),
    "f32": np.dtype(np.float32),
    "f64": np.dtype(np.float64),
}
_BY_DTYPE: dict[np.dtype[Any], ElementType] = {
    t.dtype: t for t in (F16, BF16, F32, F64, I1, I8, I16, I32, I64, UI8, UI16, UI32, UI64)
}


def element_type_of(dtype: Any) -> ElementType:
    """The element type of a numpy dtype. KeyError outside the IR (complex, ...)."""
    return _BY_DTYPE[np.dtype(dtype)]


def is_float(t: Type) -> bool:
    return isinstance(t, FloatType)


def is_integer(t: Type) -> bool:
    """True for integers wider than one bit, of either sign, and for ``index``."""
    return isinstance(t, IndexType) or (isinstance(t, IntegerType) and t.width > 1)


def is_bool(t: Type) -> bool:
    return isinstance(t, IntegerType) and t.width == 1


def storage_bytes(t: ElementType) -> int:
    """Bytes one element takes in memory; ``i1`` takes one byte, ``index`` eight."""
    return max(1, t.width // 8)


def signless(t: ElementType) -> ElementType:
    """The type as KERNEL and LOOP level see it: ``ui8`` becomes ``i8``."""
    return IntegerType(t.width) if isinstance(t, IntegerType) else t


def hash_once(cls: type[TypeT]) -> type[TypeT]:
    """Keep the hash of a frozen dataclass in the instance: types are dictionary keys all day."""
    compute: Callable[[Any], int] = cls.__hash__

    def cached(self: Any) -> int:
        known = self.__dict__.get("_hash")
        if known is None:
            known = compute(self)
            object.__setattr__(self, "_hash", known)
        return int(known)

    cls.__hash__ = cached  # type: ignore[method-assign]
    return cls


@dataclass(frozen=True)
class ShapedType(Type):
    """Common part of tensor, memref and vector: a shape and an element type."""

    shape: tuple[int, ...]
    element: ElementType

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.element.dtype

    @cached_property
    def is_static(self) -> bool:
        return DYNAMIC not in self.shape

    def _dims(self) -> str:
        return "".join(("?" if d == DYNAMIC else str(d)) + "x" for d in self.shape)


@hash_once
@dataclass(frozen=True)
class TensorType(ShapedType):
    """An immutable array value. ``bounds[i]`` is the largest size of a dynamic dimension i
    (and the size itself of a static one); ``None`` when all dimensions are static."""

    bounds: tuple[int, ...] | None = None

    @property
    def max_shape(self) -> tuple[int, ...]:
        """The shape with every dynamic dimension at its bound."""
        if self.bounds is None:
            return self.shape
        return tuple(b if d == DYNAMIC else d for d, b in zip(self.shape, self.bounds, strict=True))

    @property
    def size(self) -> int:
        """Number of elements, at the bounds."""
        return math.prod(self.max_shape)

    @property
    def nbytes(self) -> int:
        return self.size * storage_bytes(self.element)

    def with_shape(self, shape: tuple[int, ...]) -> TensorType:
        return TensorType(tuple(shape), self.element)

    def with_element(self, element: ElementType) -> TensorType:
        return TensorType(self.shape, element, self.bounds)

    def __str__(self) -> str:
        enc = "" if self.bounds is None else f", array<i64: {', '.join(map(str, self.bounds))}>"
        return f"tensor<{self._dims()}{self.element}{enc}>"


@hash_once
@dataclass(frozen=True)
class MemRefType(ShapedType):
    """A view of memory. ``strides`` in elements; ``None`` means row-major and contiguous.
    A strided view prints ``offset: ?``: its offset is part of the value, not of the type."""

    strides: tuple[int, ...] | None = None

    @property
    def element_strides(self) -> tuple[int, ...]:
        return contiguous_strides(self.shape) if self.strides is None else self.strides

    def __str__(self) -> str:
        lay = ""
        if self.strides is not None:
            lay = f", strided<[{', '.join(map(str, self.strides))}], offset: ?>"
        return f"memref<{self._dims()}{self.element}{lay}>"


@hash_once
@dataclass(frozen=True)
class VectorType(ShapedType):
    """A register value of one dimension at LOOP level."""

    def __str__(self) -> str:
        return f"vector<{self._dims()}{self.element}>"


@dataclass(frozen=True)
class FunctionType(Type):
    inputs: tuple[Type, ...]
    results: tuple[Type, ...]

    def __str__(self) -> str:
        ins = ", ".join(map(str, self.inputs))
        outs = ", ".join(map(str, self.results))
        bare = len(self.results) == 1 and not isinstance(self.results[0], FunctionType)
        return f"({ins}) -> {outs}" if bare else f"({ins}) -> ({outs})"


@dataclass(frozen=True)
class NoneType(Type):
    def __str__(self) -> str:
        return "none"


def contiguous_strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Row-major strides in elements."""
    out = [1] * len(shape)
    for i in range(len(shape) - 2, -1, -1):
        out[i] = out[i + 1] * shape[i + 1]
    return tuple(out)


def tensor(shape: tuple[int, ...] | list[int], element: ElementType) -> TensorType:
    return TensorType(tuple(int(d) for d in shape), element)


def type_of_array(array: np.ndarray[Any, Any]) -> TensorType:
    return tensor(array.shape, element_type_of(array.dtype))


def element_of(t: Type) -> ElementType:
    """The element type of a shaped type, or the scalar type itself."""
    if isinstance(t, ShapedType):
        return t.element
    assert isinstance(t, FloatType | IntegerType | IndexType), t
    return t
