"""Attribute values: immutable Python values with one textual form each.

==================  =======================================  ==========================
Python              text                                     notes
==================  =======================================  ==========================
``bool``            ``true``
``int``             ``3 : i64``
``float``           ``0.5 : f64``                            shortest exact decimal
``str``             ``"text"``
``Type``            ``tensor<4xf32>``
``AffineMap``       ``affine_map<(d0) -> (d0)>``
``Dense``           ``dense<...>`` or ``dense_resource<k>``  above 64 elements: by key
``SymbolRef``       ``@name``
``Iterator``        ``#linalg.iterator_type<parallel>``
tuple of ``int``    ``array<i64: 1, 2>``                     the empty tuple too
tuple of others     ``["a", "b"]``
``FrozenDict``      ``{key = value}``
``Scalar``          ``1.0 : f32``                            a splat when of vector type
``DialectAttr``     ``#arith.fastmath<contract>``
==================  =======================================  ==========================
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterator as IteratorOf
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from millrace.ir.affine import AffineMap
from millrace.ir.types import ElementType, TensorType, Type, VectorType, type_of_array

PRINTED_ELEMENTS = 64
"""Constants with more elements than this print as a resource key."""


class Dense:
    """A constant tensor: a read-only numpy array, compared and hashed by content."""

    __slots__ = ("__dict__", "array")

    def __init__(self, array: np.ndarray[Any, Any]) -> None:
        array = np.asarray(array)
        if array.flags.writeable:
            array = array.view()
            array.flags.writeable = False
        self.array = array

    @cached_property
    def type(self) -> TensorType:
        return type_of_array(self.array)

    @cached_property
    def key(self) -> str:
        """Content hash over dtype, shape and bytes: the resource's name in text."""
        h = hashlib.blake2b(digest_size=10)
        h.update(f"{self.type}".encode())
        if self.is_splat and self.array.size > 1:
            h.update(b"splat" + self.array.reshape(-1)[:1].tobytes())
        else:
            h.update(np.ascontiguousarray(self.array).reshape(-1).view(np.uint8).data)
        return "c" + h.hexdigest()

    @cached_property
    def is_splat(self) -> bool:
        """True when all elements have the same bits (NaNs included)."""
        a = self.array
        if a.size <= 1:
            return a.size == 1
        if all(s == 0 for s, n in zip(a.strides, a.shape, strict=True) if n > 1):
            return True
        flat = np.ascontiguousarray(a).reshape(-1).view(f"V{a.dtype.itemsize}")
        if flat[0] != flat[-1] or flat[0] != flat[flat.size // 2]:
            return False
        return bool((flat == flat[0]).all())

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Dense) and self.type == other.type and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"Dense({self.type}, {self.key})"


@dataclass(frozen=True)
class SymbolRef:
    name: str


@dataclass(frozen=True)
class Scalar:
    """The value of ``arith.constant``: a number of an element type, or a vector of equal numbers
    (``dense<1.0> : vector<16xf32>``). NaN and infinity print as the bits (``0x7FC00000 : f32``)."""

    value: bool | int | float
    type: ElementType | VectorType

    def __eq__(self, other: object) -> bool:
        """By the number's text: -0.0 differs from 0.0, True from 1, and NaN equals itself."""
        if not isinstance(other, Scalar) or self.type != other.type:
            return False
        return repr(self.value) == repr(other.value)

    def __hash__(self) -> int:
        return hash((self.type, repr(self.value)))


@dataclass(frozen=True)
class DialectAttr:
    """An attribute of another dialect, kept as text without the leading ``#``."""

    text: str


class Iterator(enum.Enum):
    """Iterator kinds of ``linalg.generic``."""

    PARALLEL = "parallel"
    REDUCTION = "reduction"


class FrozenDict(Mapping[str, "AttrValue"]):
    """An immutable, hashable dictionary attribute; keeps its order."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Any]) -> None:
        self._items = dict(items)

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __iter__(self) -> IteratorOf[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return f"FrozenDict({self._items})"


AttrValue = (
    bool
    | int
    | float
    | str
    | Type
    | AffineMap
    | Dense
    | SymbolRef
    | Scalar
    | DialectAttr
    | Iterator
    | tuple[Any, ...]
    | FrozenDict
)
