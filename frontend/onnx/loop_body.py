"""The imported body of a Loop, and carries that grow in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from millrace.frontend.onnx.dynamic import require
from millrace.frontend.onnx.emitter import element_of, shape_of, type_of
from millrace.frontend.onnx.table import Call
from millrace.frontend.onnx.trips import MAX_ELEMENTS, Counted, LoopGraph
from millrace.ir.core import Block, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr import compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.assemble import Pad
from millrace.ir.dialects.mr.kinds import Array
from millrace.ir.dialects.mr.movement import Slice
from millrace.ir.errors import CompileError
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import I1, I64, TensorType, tensor

MAX_ROUNDS = 8


@dataclass(frozen=True)
class Growth:
    """Carry ``carry`` grows along ``axis``: in the loop it is a buffer of ``bound`` elements there,
    and one more carry, ``length``, says how many of them count."""

    carry: int
    axis: int
    bound: int
    start: int
    step: int
    """By how much it grows in the first step."""
    name: str
    assumed: bool
    """``bound`` is right if each step adds as much as the first."""


@dataclass(frozen=True)
class Loop:
    """An imported body. Arguments of ``block``: the step number (i64 tensor), the condition, the
    carries, the lengths of those that grow; its terminator yields the condition, the carries, the
    lengths, then a row of each stack. ``inits`` are the first values of carries and lengths."""

    block: Block
    inits: Sequence[Value]
    growths: Sequence[Growth] = field(default_factory=tuple)

    @property
    def step(self) -> Value:
        return self.block.args[0]

    @property
    def condition(self) -> Value:
        return self.block.terminator.operands[0]

    @property
    def nexts(self) -> list[Value]:
        return self.block.terminator.operands[1 : 1 + len(self.inits)]

    @property
    def rows(self) -> list[Value]:
        return self.block.terminator.operands[1 + len(self.inits) :]

    @property
    def num_carries(self) -> int:
        """Those of the file, without the lengths."""
        return len(self.inits) - len(self.growths)

    def row_types(self) -> list[TensorType]:
        return [type_of(v) for v in self.rows]

    def results(self, c: Call, lasts: Sequence[Value]) -> list[Value]:
        """The file's carries after the loop, of its last carries and lengths."""
        found = list(lasts[: self.num_carries])
        for g, length in zip(self.growths, lasts[self.num_carries :], strict=True):
            found[g.carry] = c.emit.bounded(found[g.carry], length, g.axis)
        return found


Count = Callable[[LoopGraph], "Counted | None"]


def import_body(source: LoopGraph, count: Count, limit: int | None) -> tuple[Loop, Counted | None]:
    """Import the body, again and again until all carries that grow are known, and count its
    steps. ``limit``: a bound of their number, if there is one."""
    c = source.c
    growths: dict[int, Growth] = {}
    for _ in range(MAX_ROUNDS):
        counted = count(source)
        most = limit if counted is None else counted.trip
        body, found = _import_once(source, counted, most, growths)
        if not found:
            steady = [_is_steady(c, body, k) for k in range(len(body.growths))]
            for g, even in zip(body.growths, steady, strict=True):
                if g.assumed and not even:
                    c.bound(None, _what(g.name))
            return body, counted and _with_lengths(body, counted, steady)
        growths.update(found)
        source = replace(source, growing=frozenset(growths))
        for op in reversed(body.block.ops):
            Rewriter().erase(op)
    raise c.node.error("the shapes of carried values change again and again")


def _is_steady(c: Call, body: Loop, k: int) -> bool:
    """Whether a carry grows by as much at another length as in the first step."""
    op = body.nexts[body.num_carries + k].defining_op
    by = c.emit.known(op.operands[1]) if isinstance(op, ew.Add) else None
    return by is not None and int(by) == body.growths[k].step


def _with_lengths(body: Loop, counted: Counted, steady: Sequence[bool]) -> Counted:
    """The lengths of carries that grow evenly are known at each step."""
    tables = dict(counted.tables)
    for k, g in enumerate(body.growths):
        if steady[k]:
            tables[body.num_carries + k] = g.start + g.step * np.arange(counted.trip + 1)
    return replace(counted, tables=tables)


def _import_once(
    source: LoopGraph, counted: Counted | None, limit: int | None, growths: dict[int, Growth]
) -> tuple[Loop, dict[int, Growth]]:
    c = source.c
    ordered = [growths[k] for k in sorted(growths)]
    inits = [_init(c, v, growths.get(i)) for i, v in enumerate(source.inits)]
    lengths = [c.emit.constant(np.array(g.start, np.int64)) for g in ordered]
    types = [*source.argument_types[:2], *(type_of(v) for v in inits)]
    types += [tensor((), I64) for _ in ordered]
    with c.emit.inside(Block(types)) as block:
        arguments: list[Value] = list(block.args[: 2 + len(inits)])
        for g, length in zip(ordered, block.args[2 + len(inits) :], strict=True):
            buffer = block.args[2 + g.carry]
            arguments[2 + g.carry] = c.emit.bounded(buffer, length, g.axis)
        scope = source.scope(arguments)
        known = _known_arguments(block, counted)
        c.emit.tables.update(known)
        results = c.session.run_graph(source.graph, scope)
        for key in known:
            del c.emit.tables[key]
        if element_of(results[0]) != I1 or type_of(results[0]).size != 1:
            raise c.node.error(f"the body's condition is {results[0].type}")
        found = _new_growths(source, arguments, results, limit, growths)
        nexts = results[1 : 1 + len(inits)]
        after: list[Value] = []
        for k, g in enumerate([] if found else ordered):
            before = arguments[2 + g.carry]
            after.append(_length(c, block.args[2 + len(inits) + k], before, nexts[g.carry], g))
            nexts[g.carry] = _fitted(c, nexts[g.carry], g)
        going = c.emit.reshape(results[0], ())
        rows = [r for k, r in enumerate(results[1 + len(inits) :]) if _is_wanted(c, source, k)]
        c.emit.insert(scf.Yield([going, *nexts, *after, *rows]))
    return Loop(block, [*inits, *lengths], ordered), found


def _is_wanted(c: Call, source: LoopGraph, row: int) -> bool:
    """Whether anything reads the stack of these rows."""
    return c.is_used(len(source.inits) + row)


def _init(c: Call, v: Value, growth: Growth | None) -> Value:
    if growth is None:
        return v
    room = growth.bound - shape_of(v)[growth.axis]
    if room < 0:
        raise c.node.error(f"a carried value starts larger than its bound {growth.bound}")
    rank = len(shape_of(v))
    high = [room if i == growth.axis else 0 for i in range(rank)]
    return c.op(Pad, v, low=(0,) * rank, high=high) if room else v


def _length(c: Call, length: Value, before: Value, after: Value, growth: Growth) -> Value:
    """How long a carry is after the step, checked against its bound."""
    grown = shape_of(after)[growth.axis] - shape_of(before)[growth.axis]
    longer = c.op(ew.Add, length, c.emit.constant(np.array(grown, np.int64)))
    most = c.emit.constant(np.array(growth.bound, np.int64))
    require(c, c.op(compare.LessEqual, longer, most), "a carried value exceeds its bound")
    return longer


def _fitted(c: Call, v: Value, growth: Growth) -> Value:
    """A carry that has grown, in its buffer."""
    shape = shape_of(v)
    rank, size = len(shape), shape[growth.axis]
    # One more than needed: no instance of the model goes without padding.
    high = [2 * growth.bound + 1 - size if i == growth.axis else 0 for i in range(rank)]
    if min(high) < 0:
        raise c.node.error(f"a carried value grows by more than its bound {growth.bound} at once")
    wide = c.op(Pad, v, low=(0,) * rank, high=high)
    sizes = [growth.bound if i == growth.axis else n for i, n in enumerate(shape)]
    return c.op(Slice, wide, starts=(0,) * rank, sizes=sizes)


def _new_growths(
    source: LoopGraph,
    arguments: Sequence[Value],
    results: Sequence[Value],
    limit: int | None,
    growths: dict[int, Growth],
) -> dict[int, Growth]:
    """Carries whose shape changes in one dimension; CompileError when one changes otherwise."""
    c, found = source.c, {}
    for i, name in enumerate(source.formals[2:]):
        before, after = type_of(arguments[2 + i]), type_of(results[1 + i])
        if i in growths:
            continue
        if before == after:
            continue
        axes = [
            a for a, (m, n) in enumerate(zip(before.shape, after.shape, strict=False)) if m != n
        ]
        if before.element != after.element or before.rank != after.rank or len(axes) != 1:
            raise c.node.error(
                f"the carried value {name!r} starts as {before} and becomes {after}; only one "
                "dimension may change in a loop"
            )
        (axis,) = axes
        start, step = before.shape[axis], after.shape[axis] - before.shape[axis]
        steady = start + max(step, 0) * limit if limit is not None else None
        given = c.given_bound()
        bound = c.bound(steady, _what(name)) if given is None else given
        found[i] = Growth(i, axis, max(bound, start, 1), start, step, name, given is None)
    return found


def _what(name: str) -> str:
    return f"the size of the carried value {name!r}, which grows in the loop,"


def _known_arguments(block: Block, counted: Counted | None) -> dict[Value, Array]:
    """The arguments of a counted loop's body whose values are known, one row a step."""
    if counted is None or counted.trip > MAX_ELEMENTS * MAX_ELEMENTS:
        return {}
    known: dict[Value, Array] = {block.args[0]: np.arange(counted.trip, dtype=np.int64)}
    for i, table in counted.tables.items():
        known[block.args[2 + i]] = table[: counted.trip]
    return known


def check_body(source: LoopGraph) -> None:
    n = len(source.inits)
    if len(source.formals) != 2 + n or len(source.results) < 1 + n:
        raise CompileError(
            f"{source.c.node.loc.describe()}: Loop: the body takes {len(source.formals)} and gives "
            f"{len(source.results)} values for {n} carried ones"
        )
