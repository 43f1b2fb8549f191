"""One model at several sizes, side by side: what differs between the instances, as expressions
of the sizes.

The importers know static sizes only, and may use them wherever they like: in shapes, in the number
of a loop's steps, in constants. Nothing of that is lost when the same model is imported at several
sizes: what depends on a size differs between the instances, and what differs must be an affine
expression of the sizes, at all samples. Everything else is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from millrace.ir.affine import AffineExpr
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value, clone
from millrace.ir.dialects import arith
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.errors import CompileError
from millrace.ir.types import TensorType
from millrace.passes.sizes.symbols import Sample, Symbols, fit, is_fixed

OpT = TypeVar("OpT", bound=Operation)


class Misfit(CompileError):
    """The graph at one of the samples is not the graph at the first."""

    def __init__(self, message: str, sample: int) -> None:
        super().__init__(message)
        self.sample = sample


class Family:
    """``modules[i]`` is the model at ``samples[i]``, the first at the largest sizes: it is the one
    that the others are compared with. Raises :class:`Misfit` when another differs from it in more
    than sizes, or has dimensions of 1 that it has not: such a dimension means more than its
    size."""

    def __init__(
        self, symbols: Symbols, samples: Sequence[Sample], modules: Sequence[Module]
    ) -> None:
        self.symbols = symbols
        self.samples = list(samples)
        self._values: dict[Value, tuple[Value, ...]] = {}
        self._ops: dict[Operation, tuple[Operation, ...]] = {}
        self._shapes: dict[Value, tuple[AffineExpr, ...]] = {}
        for m in modules:
            _part_constants(m)
        functions = [list(m.functions()) for m in modules]
        for same in self._rows(modules[0], functions, "functions"):
            self._pair_blocks(same, [f.block for f in same])
        for values in self._values.values():
            self._check_ones(values)

    # ---- side by side

    def _pair_blocks(self, owners: Sequence[Operation], blocks: Sequence[Block]) -> None:
        owner = owners[0]
        for args in self._rows(owner, [b.args for b in blocks], "arguments"):
            self._values[args[0]] = tuple(args)
        bodies = [b.ops for b in blocks]
        for ops in zip(*bodies, strict=False):
            self._pair(ops)
        self._rows(owner, bodies, "operations")
        for ops in zip(*bodies, strict=True):
            self._check_operands(ops)

    def _pair(self, ops: Sequence[Operation]) -> None:
        first = ops[0]
        for k, op in enumerate(ops):
            if type(op) is not type(first):
                raise self.misfit(first, f"{first.name} at {{}}, {op.name} at {{}}", k)
        self._ops[first] = tuple(ops)
        for results in self._rows(first, [op.results for op in ops], "results"):
            self._values[results[0]] = tuple(results)
        for regions in self._rows(first, [op.regions for op in ops], "regions"):
            self._pair_blocks(ops, [r.block for r in regions])

    def _check_operands(self, ops: Sequence[Operation]) -> None:
        for operands in self._rows(ops[0], [op.operands for op in ops], "operands"):
            expected = self._values.get(operands[0])
            if expected is None:
                raise ops[0].error("reads a value from nowhere")
            for k, (a, b) in enumerate(zip(operands, expected, strict=True)):
                if a is not b:
                    raise self.misfit(
                        ops[0], f"{ops[0].name} reads another value at {{}} than at {{}}", k
                    )

    def _check_ones(self, values: Sequence[Value]) -> None:
        first = values[0]
        if not isinstance(first.type, TensorType):
            return
        for k, v in enumerate(values):
            sizes = zip(_shape(v), _shape(first), strict=False)
            if any(n == 1 and m != 1 for n, m in sizes):
                raise self.misfit(_op_of(first), "{} and {} have other dimensions of 1", k)

    def _rows(
        self, owner: Operation, columns: Sequence[Sequence[Any]], what: str
    ) -> list[list[Any]]:
        """What stands at equal places in the instances."""
        for k, column in enumerate(columns):
            if len(column) != len(columns[0]):
                counts = f"{len(columns[0])} {what} at {{}}, {len(column)} at {{}}"
                raise self.misfit(owner, counts, k)
        return [list(row) for row in zip(*columns, strict=True)]

    # ---- what depends on the sizes

    def instances(self, op: Operation) -> tuple[Operation, ...]:
        """``op`` of the first module in each of the modules."""
        return self._ops[op]

    def operations(self, cls: type[OpT]) -> Iterator[OpT]:
        """The operations of a class in the first module."""
        return (op for op in self._ops if isinstance(op, cls))

    def shape(self, v: Value) -> tuple[AffineExpr, ...]:
        """The sizes of a tensor of the first module."""
        found = self._shapes.get(v)
        if found is None:
            shapes = [_shape(x) for x in self._values[v]]
            op = _op_of(v)
            found = tuple(
                self.expression(op, sizes, "a dimension")
                for sizes in self._rows(op, shapes, "dimensions")
            )
            self._shapes[v] = found
        return found

    def open_axes(self, v: Value) -> list[int]:
        """The dimensions of a tensor whose sizes are not fixed."""
        return [i for i, e in enumerate(self.shape(v)) if not is_fixed(e)]

    def is_open(self, v: Value) -> bool:
        return isinstance(v.type, TensorType) and bool(self.open_axes(v))

    def expression(self, op: Operation, values: Sequence[int], what: str) -> AffineExpr:
        """The expression that has these values at the samples; CompileError when there is none."""
        e = fit(self.samples, values)
        if e is None:
            pairs = zip(self.samples, values, strict=True)
            text = ", ".join(f"{v} at {self.at(s)}" for s, v in pairs)
            raise self.error(op, f"{what} does not follow from it ({text})")
        return e

    def adopt(self, new: Value, old: Value) -> None:
        """``new`` has the sizes of ``old``, in whose place it stands."""
        self._values[new] = self._values[old]

    def same(self, op: Operation, name: str) -> bool:
        """Whether an attribute is the same at all sizes."""
        values = [i.attributes.get(name) for i in self.instances(op)]
        return all(v == values[0] for v in values)

    # ---- errors

    def at(self, sample: Sample) -> str:
        """``T = 5``."""
        return ", ".join(f"{n} = {k}" for n, k in zip(self.symbols.names, sample, strict=True))

    def error(self, op: Operation, why: str) -> CompileError:
        """For what cannot be done while a size is open."""
        return CompileError(self._text(op, why))

    def _text(self, op: Operation, why: str) -> str:
        names = " and ".join(self.symbols.names)
        where = op.loc.describe() if op.loc else op.name
        return f"{where}: cannot have run-time size {names}: {why}"

    def misfit(self, op: Operation, what: str, k: int) -> Misfit:
        """For a graph that is another one at another size: ``what`` has places for both."""
        text = what.format(self.at(self.samples[0]), self.at(self.samples[k]))
        hint = "perhaps the file has the size with which it was exported in it"
        return Misfit(self._text(op, f"the graph itself depends on it ({text}); {hint}"), k)


def _part_constants(module: Module) -> None:
    """Give each use of a constant one of its own, right before it: two constants may be equal at
    one size and differ at another."""
    for op in list(module.walk()):
        for i, v in enumerate(op.operands):
            maker = v.defining_op
            if isinstance(maker, Constant | arith.Constant):
                op._set_operand(i, Builder.before(op).insert(clone(maker, {})).results[0])
    for op in list(module.walk()):
        if isinstance(op, Constant | arith.Constant) and op.results[0].is_unused:
            op._erase()


def _op_of(v: Value) -> Operation:
    """The operation that makes a value, or that has the block whose argument it is."""
    op = v.defining_op or v.parent_block.parent_op
    assert op is not None
    return op


def _shape(v: Value) -> tuple[int, ...]:
    assert isinstance(v.type, TensorType), v.type
    return v.type.shape
