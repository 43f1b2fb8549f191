"""Levels of the IR as data: which operations and value types stand where.

A module is at one level as a whole. Within it, what is admitted depends on the *place*: the
module's own block, the body of the entry (the plan), the body of a kernel, the scalar body of a
``linalg.generic``. ``docs/architecture.md`` says what each level means.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from millrace.ir.core import Operation
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func
from millrace.ir.dialects.linalg import Generic
from millrace.ir.dialects.mr.kinds import Assemble, Library, Movement
from millrace.ir.types import (
    FloatType,
    IndexType,
    IntegerType,
    MemRefType,
    ShapedType,
    TensorType,
    Type,
    VectorType,
)


class Level(enum.IntEnum):
    """How far a module is lowered; greater is nearer to machine code."""

    FLOW = 0
    GRAPH = 1
    KERNEL = 2
    LOOP = 3


class Place(enum.Enum):
    """Where an operation stands."""

    MODULE = "the module"
    PLAN = "a plan"
    BUFFERIZED = "a bufferized plan"
    KERNEL = "a kernel"
    SCALAR = "the body of linalg.generic"


@dataclass(frozen=True)
class Admits:
    """What may stand in one place: operation names, dialects, kinds (base classes), and the
    classes of value types."""

    names: frozenset[str] = frozenset()
    dialects: frozenset[str] = frozenset()
    kinds: tuple[type[Operation], ...] = ()
    without: frozenset[str] = frozenset()
    types: tuple[type[Type], ...] = ()

    def operation(self, op: Operation) -> bool:
        if op.name in self.without:
            return False
        dialect = op.name.partition(".")[0]
        return op.name in self.names or dialect in self.dialects or isinstance(op, self.kinds)


@dataclass(frozen=True)
class Rules:
    """One level. Places that are missing admit nothing."""

    places: dict[Place, Admits] = field(default_factory=dict)
    signless: bool = False
    flat_memory: bool = False


FLOW_OPS = frozenset(
    {"mr.switch", "mr.switch_n", "mr.merge", "mr.enter", "mr.exit", "mr.next_iteration"}
    | {"mr.loop_cond", "mr.after"}
)
"""Dataflow control: only at FLOW level, where functions' bodies are graph regions."""

_SCALARS: tuple[type[Type], ...] = (FloatType, IntegerType, IndexType)
_SCALAR_OPS = frozenset({"arith", "math"})
_SCALAR_NAMES = frozenset({"mr.check", "mr.mul_high"})
_CALLS = frozenset({"func.call", "func.return"})
_FUNCTIONS = Admits(names=frozenset({"func.func"}))
_FUNCTIONS_AND_GLOBALS = Admits(names=frozenset({"func.func", "memref.global"}))
_TENSOR_SCALARS = frozenset({"tensor.extract", "tensor.from_elements", "tensor.insert"})
_INDEXING = frozenset({"mr.index", "mr.index_update"})

_FLOW_BODY = Admits(
    names=_CALLS | _TENSOR_SCALARS,
    dialects=frozenset({"mr", "scf", "arith", "math"}),
    types=(TensorType, *_SCALARS),
)
_GRAPH_BODY = Admits(
    names=_FLOW_BODY.names,
    dialects=_FLOW_BODY.dialects,
    without=FLOW_OPS,
    types=_FLOW_BODY.types,
)
_PLAN = Admits(
    names=_CALLS
    | _TENSOR_SCALARS
    | _INDEXING
    | _SCALAR_NAMES
    | {"mr.constant", "mr.all_passed", "mr.scan"}
    | {"linalg.generic", "linalg.fill", "tensor.empty"},  # until ``fuse`` outlines them
    dialects=frozenset({"scf"}) | _SCALAR_OPS,
    kinds=(Movement, Assemble, Library),
    types=(TensorType, *_SCALARS),
)
_BUFFERIZED_PLAN = Admits(
    names=_CALLS | _SCALAR_NAMES | {"mr.all_passed"},
    dialects=frozenset({"memref", "scf"}) | _SCALAR_OPS,
    types=(MemRefType, *_SCALARS),
)
_KERNEL_BODY = Admits(
    names=frozenset(
        {"linalg.generic", "linalg.fill", "tensor.empty", "tensor.extract"}
        | _SCALAR_NAMES
        | {"func.return"}
        | {"mr.pad"}  # of an argument: padding of a read
    ),
    dialects=_SCALAR_OPS,
    kinds=(Library,),
    types=(TensorType, *_SCALARS),
)
_GENERIC_BODY = Admits(
    names=_SCALAR_NAMES | {"linalg.index", "linalg.yield", "tensor.extract"},
    dialects=_SCALAR_OPS,
    types=_SCALARS,
)
_LOOP_BODY = Admits(
    names=_CALLS | _SCALAR_NAMES | {"mr.all_passed"},
    dialects=_SCALAR_OPS | {"scf", "memref", "vector", "arm_dsp", "arm_mve"},
    types=(MemRefType, VectorType, *_SCALARS),
)

RULES: dict[Level, Rules] = {
    Level.FLOW: Rules({Place.MODULE: _FUNCTIONS, Place.PLAN: _FLOW_BODY}),
    Level.GRAPH: Rules({Place.MODULE: _FUNCTIONS, Place.PLAN: _GRAPH_BODY}),
    Level.KERNEL: Rules(
        {
            Place.MODULE: _FUNCTIONS_AND_GLOBALS,
            Place.PLAN: _PLAN,
            Place.BUFFERIZED: _BUFFERIZED_PLAN,
            Place.KERNEL: _KERNEL_BODY,
            Place.SCALAR: _GENERIC_BODY,
        },
        signless=True,
        flat_memory=True,
    ),
    Level.LOOP: Rules(
        {
            Place.MODULE: _FUNCTIONS_AND_GLOBALS,
            Place.PLAN: _LOOP_BODY,
            Place.BUFFERIZED: _LOOP_BODY,
            Place.KERNEL: _LOOP_BODY,
        },
        signless=True,
        flat_memory=True,
    ),
}


def check_level(module: Module, level: Level) -> None:
    """Raises IRError at the first operation or value that ``level`` does not admit."""
    rules = RULES[level]
    for op in module.block:
        _check_op(op, rules, level, Place.MODULE)
        if isinstance(op, Func):
            _check_function(op, rules, level)


def _check_function(func: Func, rules: Rules, level: Level) -> None:
    place = _place_of(func)
    if place not in rules.places:
        raise func.error(f"{place.value} has no place at {level.name} level")
    _check_regions(func, rules, level, place)
    if place is Place.KERNEL and level is Level.KERNEL:
        library = [op for op in func.block if isinstance(op, Library)]
        if library and len(func.block.ops) != 2:
            raise library[0].error("a Library operation must be alone in its kernel")


def _place_of(func: Func) -> Place:
    if func.role == "kernel":
        return Place.KERNEL
    return Place.PLAN if func.num_inputs is None else Place.BUFFERIZED


def _check_regions(op: Operation, rules: Rules, level: Level, place: Place) -> None:
    for region in op.regions:
        for block in region.blocks:
            for arg in block.args:
                _check_type(op, arg.type, rules, level, place)
            for inner in block:
                _check_op(inner, rules, level, place)
                if inner.regions:
                    within = Place.SCALAR if isinstance(inner, Generic) else place
                    _check_regions(inner, rules, level, within)


def _check_op(op: Operation, rules: Rules, level: Level, place: Place) -> None:
    if place not in rules.places:
        raise op.error(f"{place.value} has no place at {level.name} level")
    if not rules.places[place].operation(op):
        raise op.error(f"not admitted in {place.value} at {level.name} level")
    for r in op.results:
        _check_type(op, r.type, rules, level, place)


def _check_type(op: Operation, t: Type, rules: Rules, level: Level, place: Place) -> None:
    where = f"in {place.value} at {level.name} level"
    if not isinstance(t, rules.places[place].types):
        raise op.error(f"a value of type {t} is not admitted {where}")
    element = t.element if isinstance(t, ShapedType) else t
    if rules.signless and isinstance(element, IntegerType) and element.unsigned:
        raise op.error(f"integers are signless {where}, got {t}")
    if isinstance(t, VectorType) and t.rank != 1:
        raise op.error(f"vectors have one dimension, got {t}")
    if rules.flat_memory and isinstance(t, MemRefType) and (t.rank != 1 or t.strides is not None):
        raise op.error(f"memory is flat and contiguous {where}, got {t}")
