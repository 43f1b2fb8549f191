"""Rows: Scan, of operator set 8 (with a batch dimension and lengths) and of 9 and later;
SequenceMap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from millrace.frontend.onnx.emitter import element_of, shape_of, type_of
from millrace.frontend.onnx.ops_control import child_scope
from millrace.frontend.onnx.table import Call, Results, Rows
from millrace.ir.core import Block, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.movement import Reverse
from millrace.ir.types import INDEX, TensorType, tensor


@dataclass(frozen=True)
class Directions:
    """Which scan inputs and outputs run backwards."""

    inputs: tuple[bool, ...]
    outputs: tuple[bool, ...]

    @property
    def all_backwards(self) -> bool:
        both = (*self.inputs, *self.outputs)
        return bool(both) and all(both)


def _directions(c: Call, key: str, n: int) -> tuple[bool, ...]:
    values = c.node.get_ints(key, [0] * n)
    if len(values) != n or any(v not in (0, 1) for v in values):
        raise c.node.error(f"attribute {key!r} must have {n} entries of 0 or 1")
    return tuple(bool(v) for v in values)


def scan(c: Call) -> Results:
    return _scan_of_opset_8(c) if c.opset < 9 else _scan(c)


def _scan(c: Call) -> Results:
    graph = c.node.need_graph("body")
    m = c.node.need_int("num_scan_inputs")
    n = len(c.args) - m
    k = len(graph.output) - n
    if m < 1 or n < 0 or k < 0 or len(graph.input) != n + m:
        raise c.node.error(f"{m} scan inputs of {len(c.args)} do not fit the body")
    inits = [c.arg(i) for i in range(n)]
    xs = [c.arg(n + i) for i in range(m)]
    in_axes = _axes(c, "scan_input_axes", m)
    xs = [_to_front(c, x, c.axis(a, len(shape_of(x)))) for x, a in zip(xs, in_axes, strict=True)]
    directions = Directions(
        _directions(c, "scan_input_directions", m), _directions(c, "scan_output_directions", k)
    )
    trip = _trip(c, xs)
    results = emit_scan(c, graph, inits, xs, trip, directions, None)
    carries, ys = results[:n], results[n:]
    out_axes = _axes(c, "scan_output_axes", k)
    ys = [_from_front(c, y, c.axis(a, len(shape_of(y)))) for y, a in zip(ys, out_axes, strict=True)]
    return [*carries, *ys]


def _axes(c: Call, key: str, n: int) -> tuple[int, ...]:
    axes = c.node.get_ints(key, [0] * n)
    if len(axes) != n:
        raise c.node.error(f"attribute {key!r} must have {n} entries")
    return axes


def _trip(c: Call, xs: Sequence[Value]) -> int:
    sizes = {shape_of(x)[0] for x in xs}
    if len(sizes) != 1:
        raise c.node.error(f"the scan inputs have different lengths {sorted(sizes)}")
    return sizes.pop()


def _to_front(c: Call, x: Value, axis: int) -> Value:
    rest = [i for i in range(len(shape_of(x))) if i != axis]
    return c.emit.transpose(x, [axis, *rest])


def _from_front(c: Call, x: Value, axis: int) -> Value:
    order = list(range(1, len(shape_of(x))))
    return c.emit.transpose(x, [*order[:axis], 0, *order[axis:]])


def emit_scan(
    c: Call,
    graph: Any,
    inits: Sequence[Value],
    xs: Sequence[Value],
    trip: int,
    directions: Directions,
    count: Value | None,
) -> list[Value]:
    """``mr.scan`` with the graph as its body, all over axis 0: the carries, then the stacks."""
    backwards = directions.all_backwards
    if not backwards:
        xs = [_flip(c, x, d) for x, d in zip(xs, directions.inputs, strict=True)]
    slices = [tensor(shape_of(x)[1:], element_of(x)) for x in xs]
    block = _import_body(c, graph, inits, slices)
    operands = [[c.emit.use(v) for v in inits], [c.emit.use(x) for x in xs]]
    op = Scan(*operands, count, trip=trip, reverse=backwards, block=block)
    results: list[Value] = list(c.emit.insert(op).results)
    if backwards:
        return results
    n = len(inits)
    stacks = zip(results[n:], directions.outputs, strict=True)
    return [*results[:n], *(_flip(c, y, d) for y, d in stacks)]


def _flip(c: Call, x: Value, backwards: bool) -> Value:
    return c.op(Reverse, x, axes=(0,)) if backwards else x


def _import_body(
    c: Call, graph: Any, inits: Sequence[Value], slices: Sequence[TensorType]
) -> Block:
    scope = child_scope(c, graph)
    types = [INDEX, *(type_of(v) for v in inits), *slices]
    with c.emit.inside(Block(types)) as block:
        for info, arg in zip(graph.input, block.args[1:], strict=True):
            scope.define(info.name, arg)
        results = c.session.run_graph(graph, scope)
        c.emit.insert(scf.Yield(results))
    for info, init, after in zip(graph.input, inits, results, strict=False):
        if init.type != after.type:
            raise c.node.error(
                f"the state {info.name!r} starts as {init.type} and becomes {after.type}"
            )
    return block


def _scan_of_opset_8(c: Call) -> Results:
    """Each batch entry is scanned on its own, up to its length: a scan over the batch whose body
    is the scan over time."""
    graph = c.node.need_graph("body")
    m = c.node.need_int("num_scan_inputs")
    n = len(c.args) - 1 - m
    k = len(graph.output) - n
    if m < 1 or n < 0 or k < 0 or len(graph.input) != n + m:
        raise c.node.error(f"{m} scan inputs of {len(c.args)} do not fit the body")
    tensors = [c.arg(1 + i) for i in range(n + m)]
    batch = _trip(c, tensors)
    directions = Directions(_directions(c, "directions", m), (False,) * k)
    lengths = c.opt(0)
    operands = tensors if lengths is None else [*tensors, lengths]
    types = [tensor(shape_of(x)[1:], element_of(x)) for x in operands]
    with c.emit.inside(Block([INDEX, *types])) as block:
        entry = list(block.args[1:])
        count = None if lengths is None else c.emit.extract_index(entry.pop())
        if count is not None and any(directions.inputs):
            raise c.node.error("backward directions with sequence lengths are not supported")
        trip = _trip(c, entry[n:])
        results = emit_scan(c, graph, entry[:n], entry[n:], trip, directions, count)
        c.emit.insert(scf.Yield(results))
    xs = [c.emit.use(x) for x in operands]
    return c.emit.insert(Scan([], xs, None, trip=batch, block=block)).results


# ---- sequences: each item in turn


def map_items(c: Call) -> Results:
    """The body's results for each item; further inputs are sequences, too, or tensors that are the
    same for all."""
    graph = c.node.need_graph("body")
    if len(graph.input) != len(c.args):
        raise c.node.error(f"{len(c.args)} inputs for a body of {len(graph.input)}")
    each = [i == 0 or _is_sequence(c, i, info) for i, info in enumerate(graph.input)]
    sequences = [c.arg(i) for i, varies in enumerate(each) if varies]
    counts = {shape_of(x)[0] for x in sequences}
    if len(counts) != 1:
        raise c.node.error(f"sequences of different lengths {sorted(counts)}")
    scope = child_scope(c, graph)
    items = [tensor(shape_of(x)[1:], element_of(x)) for x in sequences]
    with c.emit.inside(Block([INDEX, *items])) as block:
        item = iter(block.args[1:])
        for i, info in enumerate(graph.input):
            scope.define(info.name, next(item) if each[i] else c.arg(i))
        c.emit.insert(scf.Yield(c.session.run_graph(graph, scope)))
    xs = [c.emit.use(x) for x in sequences]
    return c.emit.insert(Scan([], xs, None, trip=counts.pop(), block=block)).results


def _is_sequence(c: Call, index: int, info: Any) -> bool:
    """Whether an input has items for the body to take; by the rank that the body declares."""
    declared = info.type.tensor_type
    if not declared.HasField("shape"):
        raise c.node.error(f"the body does not say of which rank its input {info.name!r} is")
    more = c.rank(index) - len(declared.shape.dim)
    if more not in (0, 1):
        rank = len(declared.shape.dim)
        raise c.node.error(f"input {index} has rank {c.rank(index)}, the body takes rank {rank}")
    return more == 1


ROWS: Rows = {"Scan": scan, "SequenceMap": map_items}
