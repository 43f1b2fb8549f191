"""Declaring operations: fields are class attributes, one line each.

::

    class Slice(Movement):
        name = "mr.slice"
        input: Value = operand()
        starts: tuple[int, ...] = attr()
        result: OpResult = result()

Fields are read as attributes (``op.input``, ``op.starts``). At most one ``operands()`` or
``optional_operand()`` field needs no sizes; with more, ``operandSegmentSizes`` is kept as an
attribute, as MLIR does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from millrace.ir.affine import AffineMap
from millrace.ir.attributes import Dense, DialectAttr, FrozenDict, Scalar, SymbolRef
from millrace.ir.core import Block, Operation, Region, Value
from millrace.ir.errors import IRError

SEGMENTS = "operandSegmentSizes"
_MISSING = object()
_FROZEN = frozenset({bool, int, float, str, Scalar, Dense, DialectAttr, SymbolRef, AffineMap})


class Field:
    """Base of field descriptors. ``name`` is the attribute name they were assigned to."""

    name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name


class OperandField(Field):
    def __init__(self, *, optional: bool = False, variadic: bool = False) -> None:
        self.optional = optional
        self.variadic = variadic

    @property
    def is_single(self) -> bool:
        return not (self.optional or self.variadic)

    def __get__(self, op: Operation | None, owner: type) -> Any:
        if op is None:
            return self
        fixed = layout_of(type(op)).fixed.get(self.name)
        if fixed is not None:
            return op.operands[fixed]
        start, count = segment(op, self.name)
        if self.variadic:
            return tuple(op.operands[start : start + count])
        return op.operands[start] if count else None


class ResultField(Field):
    def __init__(self, *, variadic: bool = False) -> None:
        self.variadic = variadic

    def __get__(self, op: Operation | None, owner: type) -> Any:
        if op is None:
            return self
        i = layout_of(type(op)).results.index(self)
        return tuple(op.results[i:]) if self.variadic else op.results[i]


class AttrField(Field):
    def __init__(self, default: Any = _MISSING, rare: bool = False) -> None:
        self.default = default
        self.rare = rare

    @property
    def required(self) -> bool:
        return self.default is _MISSING

    def __get__(self, op: Operation | None, owner: type) -> Any:
        if op is None:
            return self
        if self.name in op.attributes:
            return op.attributes[self.name]
        if self.default is _MISSING:
            raise op.error(f"attribute {self.name!r} is missing")
        return self.default


class RegionField(Field):
    def __get__(self, op: Operation | None, owner: type) -> Any:
        if op is None:
            return self
        return op.regions[layout_of(type(op)).regions.index(self)].block


def operand() -> Any:
    """One operand."""
    return OperandField()


def optional_operand() -> Any:
    """An operand that may be absent: ``Value | None``."""
    return OperandField(optional=True)


def operands() -> Any:
    """Any number of operands: ``tuple[Value, ...]``."""
    return OperandField(variadic=True)


def result() -> Any:
    return ResultField()


def results() -> Any:
    """Any number of results; must be the last result field."""
    return ResultField(variadic=True)


def attr(default: Any = _MISSING, *, rare: bool = False) -> Any:
    """An attribute; without a default it is required. A default of None means it may be absent;
    ``rare`` says that the operation does not keep it while it has its default."""
    return AttrField(default, rare)


def region() -> Any:
    """A region of one block; read as the block."""
    return RegionField()


_FIELDS: dict[type, tuple[Field, ...]] = {}


def fields_of(cls: type) -> tuple[Field, ...]:
    """The fields of an operation class: base classes first, then in order of declaration."""
    cached = _FIELDS.get(cls)
    if cached is None:
        found: dict[str, Field] = {}
        for c in reversed(cls.__mro__):
            found.update({k: f for k, f in vars(c).items() if isinstance(f, Field)})
        cached = _FIELDS[cls] = tuple(found.values())
    return cached


@dataclass(frozen=True)
class Layout:
    """The fields of a class by sort. ``fixed`` has the place of each single operand that no
    operand of variable size precedes."""

    operands: tuple[OperandField, ...]
    attributes: tuple[AttrField, ...]
    results: tuple[ResultField, ...]
    regions: tuple[RegionField, ...]
    fixed: dict[str, int]
    variable: int
    """Number of operand fields of variable size."""


_LAYOUTS: dict[type, Layout] = {}


def layout_of(cls: type) -> Layout:
    found = _LAYOUTS.get(cls)
    if found is None:
        fields = fields_of(cls)
        specs = tuple(f for f in fields if isinstance(f, OperandField))
        fixed: dict[str, int] = {}
        for i, f in enumerate(specs):
            if not f.is_single:
                break
            fixed[f.name] = i
        found = _LAYOUTS[cls] = Layout(
            specs,
            tuple(f for f in fields if isinstance(f, AttrField)),
            tuple(f for f in fields if isinstance(f, ResultField)),
            tuple(f for f in fields if isinstance(f, RegionField)),
            fixed,
            sum(not f.is_single for f in specs),
        )
    return found


def operand_fields(cls: type) -> tuple[OperandField, ...]:
    return layout_of(cls).operands


def attr_fields(cls: type) -> tuple[AttrField, ...]:
    return layout_of(cls).attributes


def segment(op: Operation, name: str) -> tuple[int, int]:
    """(start, count) of an operand field."""
    fields = operand_fields(type(op))
    sizes = op.attributes.get(SEGMENTS)
    if sizes is None:
        spare = len(op.operands) - sum(f.is_single for f in fields)
        sizes = tuple(1 if f.is_single else spare for f in fields)
    start = 0
    for f, n in zip(fields, sizes, strict=True):
        if f.name == name:
            return start, n
        start += n
    raise KeyError(name)


def bind_fields(op: Operation, args: Sequence[Any], fields: dict[str, Any]) -> list[Value]:
    """Distribute constructor arguments over the declared fields; returns the flat operands."""
    layout = layout_of(type(op))
    groups = _bind_operands(op, layout, list(args), fields)
    for a in layout.attributes:
        given = fields.pop(a.name, a.default)
        if given is _MISSING:
            raise op.error(f"attribute {a.name!r} is missing")
        if given is not None and not (a.rare and given == a.default):
            op.attributes[a.name] = freeze(given)
    if layout.variable > 1:
        op.attributes[SEGMENTS] = tuple(len(g) for g in groups)
    for r in layout.regions:
        op.regions.append(_as_region(fields.pop(r.name, None)))
    if fields:
        raise op.error(f"unknown fields {sorted(fields)}")
    values = [v for g in groups for v in g]
    for v in values:
        if not isinstance(v, Value):
            raise IRError(f"{op.name}: operand is {type(v).__name__}, not a Value")
    return values


def _bind_operands(
    op: Operation, layout: Layout, positional: list[Any], fields: dict[str, Any]
) -> list[list[Any]]:
    """The values of each operand field."""
    specs = layout.operands
    if not layout.variable and len(positional) == len(specs):
        return [[v] for v in positional]
    groups: list[list[Any]] = []
    for i, f in enumerate(specs):
        if f.name in fields:
            given = fields.pop(f.name)
        elif positional:
            last_variadic = f.variadic and i == len(specs) - 1
            if last_variadic and not isinstance(positional[0], list | tuple):
                given, positional = positional, []
            else:
                given = positional.pop(0)
        else:
            given = () if f.variadic else None
        if f.variadic:
            groups.append(list(given))
        elif given is None:
            if not f.optional:
                raise op.error(f"operand {f.name!r} is missing")
            groups.append([])
        else:
            groups.append([given])
    if positional:
        raise op.error(f"{len(positional)} operands too many")
    return groups


def _as_region(given: Any) -> Region:
    if given is None:
        return Region([Block()])
    return given if isinstance(given, Region) else Region([given])


def freeze(value: Any) -> Any:
    """Lists become tuples, dicts FrozenDicts, numpy scalars Python ones."""
    if type(value) in _FROZEN:
        return value
    if isinstance(value, list | tuple):
        return tuple(freeze(v) for v in value)
    if isinstance(value, dict):
        return FrozenDict({k: freeze(v) for k, v in value.items()})
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        return value.item()
    return value


def grouped(op: Operation, flat: Sequence[Any]) -> list[Any]:
    """One entry an operand field: the item, None for an absent one, a tuple for a variadic one.
    ``flat`` has one item an operand."""
    out: list[Any] = []
    for f in operand_fields(type(op)):
        start, count = segment(op, f.name)
        if f.variadic:
            out.append(tuple(flat[start : start + count]))
        else:
            out.append(flat[start] if count else None)
    return out


def fields_with(op: Operation, operands: Sequence[Any]) -> dict[str, Any]:
    """Constructor arguments for an operation like ``op`` (without regions) on other operands."""
    fields: dict[str, Any] = {k: v for k, v in op.attributes.items() if k != SEGMENTS}
    values = grouped(op, operands)
    for f, v in zip(operand_fields(type(op)), values, strict=True):
        fields[f.name] = v
    return fields
