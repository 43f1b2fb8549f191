"""The imported body of a Loop, and carries that grow in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from millrace.frontend.from_data import Growing, Growth
from millrace.frontend.onnx.emitter import element_of, shape_of, type_of
from millrace.frontend.onnx.table import Call
from millrace.frontend.onnx.trips import MAX_ELEMENTS, Counted, LoopGraph
from millrace.ir.core import Block, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr.kinds import Array
from millrace.ir.errors import CompileError
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import I1, TensorType

MAX_ROUNDS = 8


@dataclass(frozen=True)
class Loop:
    """An imported body. Arguments of ``block``: the step number (i64 tensor), the condition, the
    carries, the lengths of those that grow; its terminator yields the condition, the carries, the
    lengths, then a row of each stack. ``inits`` are the first values of carries and lengths."""

    block: Block
    inits: Sequence[Value]
    growing: Growing

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
        return len(self.inits) - len(self.growing.growths)

    @property
    def lengths(self) -> list[Value]:
        """The next lengths of carries that grow."""
        return self.nexts[self.num_carries :]

    def row_types(self) -> list[TensorType]:
        return [type_of(v) for v in self.rows]


Count = Callable[[LoopGraph], "Counted | None"]


def import_body(source: LoopGraph, count: Count, limit: int | None) -> tuple[Loop, Counted | None]:
    """Import the body, again and again until all carries that grow are known, and count its
    steps. ``limit``: a bound of their number, if there is one."""
    growing = Growing(source.c.bounds)
    for _ in range(MAX_ROUNDS):
        counted = count(source)
        most = limit if counted is None else counted.trip
        body, found, settled = _import_once(source, counted, most, growing)
        if not found and not settled:
            growing.check_bounds(body.lengths)
            return body, counted and _with_lengths(body, counted)
        growing = growing.enlarged(found)
        inits = [settled.get(i, v) for i, v in enumerate(source.inits)]
        source = replace(source, inits=inits, growing=growing.carries)
        for op in reversed(body.block.ops):
            Rewriter().erase(op)
    raise source.c.node.error("the shapes of carried values change again and again")


def _with_lengths(body: Loop, counted: Counted) -> Counted:
    """The lengths of carries that grow evenly are known at each step."""
    tables = dict(counted.tables)
    for k, (g, longer) in enumerate(zip(body.growing.growths, body.lengths, strict=True)):
        if body.growing.is_steady(k, longer):
            tables[body.num_carries + k] = g.start + g.step * np.arange(counted.trip + 1)
    return replace(counted, tables=tables)


def _import_once(
    source: LoopGraph, counted: Counted | None, limit: int | None, growing: Growing
) -> tuple[Loop, dict[int, Growth], dict[int, Value]]:
    """The body, the carries that turn out to grow, and new first values of empty sequences."""
    c, n = source.c, len(source.inits)
    inits = growing.inits(source.inits)
    types = [*source.argument_types[:2], *(type_of(v) for v in inits)]
    with c.emit.inside(Block(types)) as block:
        carries = growing.entered(block.args[2:])
        scope = source.scope([*block.args[:2], *carries])
        known = _known_arguments(block, counted)
        c.emit.tables.update(known)
        going, *results = c.session.run_graph(source.graph, scope)
        for key in known:
            del c.emit.tables[key]
        if element_of(going) != I1 or type_of(going).size != 1:
            raise c.node.error(f"the body's condition is {going.type}")
        settled = _settled(source, results[:n])
        found = {}
        if not settled:
            found = growing.found(source.formals[2:], carries, results[:n], limit)
        nexts = results[:n]
        if not found and not settled:
            nexts = growing.nexts(block.args[2 + n :], carries, nexts)
        rows = [r for k, r in enumerate(results[n:]) if _is_wanted(c, source, k)]
        c.emit.insert(scf.Yield([c.emit.reshape(going, ()), *nexts, *rows]))
    return Loop(block, inits, growing), found, settled


def _settled(source: LoopGraph, after: Sequence[Value]) -> dict[int, Value]:
    """Sequences that start empty, without items of the shape that the body puts in."""
    emit, out = source.c.emit, {}
    for i, (init, value) in enumerate(zip(source.inits, after, strict=True)):
        kind = source.graph.input[2 + i].type.WhichOneof("value")
        item = shape_of(value)[1:]
        if kind == "sequence_type" and not shape_of(init)[0] and shape_of(init)[1:] != item:
            out[i] = emit.splat(0, (0, *item), element_of(init))
    return out


def _is_wanted(c: Call, source: LoopGraph, row: int) -> bool:
    """Whether anything reads the stack of these rows."""
    return c.is_used(len(source.inits) + row)


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
