"""What the interpreter computes with: values of which some parts are known now and others only
when the compiled function runs.

Values are immutable. What Python can change in place, arrays and lists, is a reference to a
:class:`Cell`; the content of cells is in the interpreter's state (:mod:`state`), so that two names
of one array see the same writes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.ir.core import Value as IRValue
from millrace.ir.types import ElementType, TensorType

if TYPE_CHECKING:
    from millrace.frontend.python.source import FunctionNode, Source
    from millrace.frontend.python.state import Frame, Where


class Abstract:
    """Base of all values."""

    __slots__ = ()

    def describe(self) -> str:
        """For messages: what kind of thing this is."""
        return type(self).__name__


@dataclass(frozen=True, eq=False)
class Known(Abstract):
    """A Python object that is known now."""

    value: Any

    def describe(self) -> str:
        text = repr(self.value)
        kind = type(self.value).__name__
        return f"{kind} {text}" if len(text) < 40 else kind


@dataclass(frozen=True, eq=False)
class Number(Abstract):
    """A number that is known at run time: a tensor of rank 0. ``python`` is ``bool``, ``int`` or
    ``float`` for a Python number, whose type gives way to numpy's, and None for a numpy scalar."""

    ir: IRValue
    python: type | None = None

    @property
    def element(self) -> ElementType:
        assert isinstance(self.ir.type, TensorType)
        return self.ir.type.element

    def describe(self) -> str:
        return f"Python {self.python.__name__}" if self.python else f"{self.element.dtype} scalar"


class Cell:
    """The identity of something that can be changed in place. ``owner`` says whose it is when
    the function must not change it; ``copied_from`` are the cells that this one may be."""

    __slots__ = ("copied_from", "owner")

    def __init__(self, owner: str | None = None, copied_from: Sequence[Cell] = ()) -> None:
        self.owner = owner
        self.copied_from = tuple(copied_from)


@dataclass(frozen=True, eq=False)
class ArrayRef(Abstract):
    """An array: its cell holds a tensor. ``view`` says which part of the cell's array it is, and
    is None for all of it."""

    cell: Cell
    view: View | None = None

    def describe(self) -> str:
        return "array"


@dataclass(frozen=True, eq=False)
class Selected(Abstract):
    """The elements of an array where a mask of run time holds: the array ``values`` and the mask,
    two tensors of one shape."""

    values: IRValue
    mask: IRValue

    def describe(self) -> str:
        return "selection by a mask of run time"


class View:
    """How an array is seen that shares the memory of ``base``: reads take the elements from there,
    and writes put them there. ``how`` is an index (parsed items), a shape, or an order of axes."""

    __slots__ = ("base", "content", "how", "kind", "type", "whole")

    def __init__(self, base: ArrayRef, kind: str, how: Any, content: IRValue, whole: IRValue):
        self.base, self.kind, self.how = base, kind, how
        assert isinstance(content.type, TensorType)
        self.type = content.type
        self.content = content
        """The elements for as long as the base holds ``whole``."""
        self.whole = whole


@dataclass(frozen=True, eq=False)
class Tuple(Abstract):
    items: tuple[Abstract, ...]
    kind: type = tuple
    """``tuple``, or the class of a named tuple or a dataclass."""

    def describe(self) -> str:
        return f"tuple of {len(self.items)}"


@dataclass(frozen=True, eq=False)
class ListRef(Abstract):
    """A list: its cell holds a tuple of values, :class:`Rows` among them, or :class:`Growing`."""

    cell: Cell

    def describe(self) -> str:
        return "list"


@dataclass(frozen=True, eq=False)
class DictRef(Abstract):
    """A dictionary with known keys: its cell holds a mapping to values."""

    cell: Cell

    def describe(self) -> str:
        return "dict"


@dataclass(frozen=True, eq=False)
class Generator(Abstract):
    """A random number generator: its cell holds the state, see :mod:`pcg`."""

    cell: Cell

    def describe(self) -> str:
        return "random generator"


@dataclass(frozen=True, eq=False)
class Rows(Abstract):
    """Among the items of a list: as many as ``ir`` has rows, each of the kind of ``like`` (a
    number or an array)."""

    ir: IRValue
    like: Abstract


@dataclass(frozen=True, eq=False)
class Growing:
    """The content of a list in a loop that appends to it: what this step has appended so far."""

    items: tuple[Abstract, ...]


@dataclass(frozen=True, eq=False)
class Function(Abstract):
    """A function with source: of a module (``defined`` None), or nested in one that runs."""

    node: FunctionNode
    source: Source
    name: str
    globals: Mapping[str, Any]
    free: Mapping[str, Any] = field(default_factory=dict)
    frame: Frame | None = None
    defaults: tuple[Abstract, ...] = ()
    keyword_defaults: Mapping[str, Abstract] = field(default_factory=dict)

    def describe(self) -> str:
        return f"function {self.name}"


@dataclass(frozen=True, eq=False)
class Method(Abstract):
    """A method of a value: ``x.sum``."""

    owner: Abstract
    name: str

    def describe(self) -> str:
        return f"method {self.name}"


@dataclass(frozen=True, eq=False)
class Bound(Abstract):
    """A function with its first arguments given."""

    function: Abstract
    args: tuple[Abstract, ...]
    keywords: Mapping[str, Abstract] = field(default_factory=dict)

    def describe(self) -> str:
        return self.function.describe()


@dataclass(frozen=True, eq=False)
class Slice(Abstract):
    """``start:stop:step``; None where nothing was given."""

    start: Abstract | None
    stop: Abstract | None
    step: Abstract | None

    def describe(self) -> str:
        return "slice"


@dataclass(frozen=True, eq=False)
class Range(Abstract):
    """A range of which some bound is known at run time only."""

    start: Abstract
    stop: Abstract
    step: Abstract

    def describe(self) -> str:
        return "range"


@dataclass(frozen=True, eq=False)
class Iterable(Abstract):
    """``enumerate``, ``zip``, ``reversed``, ``static`` of other things."""

    kind: str
    parts: tuple[Abstract, ...]
    start: int = 0

    def describe(self) -> str:
        return self.kind


@dataclass(frozen=True, eq=False)
class Maybe(Abstract):
    """What a name holds where the code before ended in one of ``ends``; otherwise it holds
    nothing."""

    value: Abstract
    ends: frozenset[int]

    def describe(self) -> str:
        return "undefined on some paths"


@dataclass(frozen=True, eq=False)
class Poison(Abstract):
    """A name that holds nothing usable; reading it is the error ``code``."""

    code: str
    fields: Mapping[str, Any]
    notes: tuple[tuple[str, Where], ...] = ()
    """Other places that have to do with it."""

    def describe(self) -> str:
        return "undefined"


def field_names(kind: type) -> tuple[str, ...]:
    """The fields of a named tuple's class, or of a dataclass; of another class none."""
    if dataclasses.is_dataclass(kind):
        return tuple(f.name for f in dataclasses.fields(kind) if f.init)
    names: tuple[str, ...] = getattr(kind, "_fields", ())
    return names


def is_python_number(value: Any) -> bool:
    return type(value) in (bool, int, float)


def is_number(v: Abstract) -> bool:
    """Python or numpy, known or not; no arrays."""
    if isinstance(v, Known):
        return is_python_number(v.value) or isinstance(v.value, np.generic)
    return isinstance(v, Number)


def is_numeric(v: Abstract) -> bool:
    """A number or an array."""
    return is_number(v) or isinstance(v, ArrayRef)
