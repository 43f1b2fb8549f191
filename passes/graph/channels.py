"""Operations on channels (places in the last dimension): which channels of their operands and
results belong together, and the same operation on fewer of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.ir.builder import Builder
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr.assemble import Concat, Pad
from millrace.ir.dialects.mr.conv import Conv
from millrace.ir.dialects.mr.gather import Gather
from millrace.ir.dialects.mr.kinds import Elementwise, Reduction
from millrace.ir.dialects.mr.movement import Broadcast, Reshape, Slice, Transpose, shape_of
from millrace.ir.dialects.mr.pool import MaxPool, SumPool
from millrace.ir.dialects.mr.support import constant, constant_of
from millrace.ir.opdef import fields_with
from millrace.ir.types import TensorType, element_of

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Link:
    """Channel ``of_result[i]`` of the result and ``of_operand[i]`` of the operand stay or leave
    together."""

    result: Value
    operand: Value
    of_result: Array
    of_operand: Array

    def to_operand(self, mask: Array) -> Array:
        """The operand's channels that belong to some of the result's."""
        return _moved(mask[self.of_result], self.of_operand, channels_of(self.operand))

    def to_result(self, mask: Array) -> Array:
        return _moved(mask[self.of_operand], self.of_result, channels_of(self.result))


def _moved(mask: Array, index: Array, size: int) -> Array:
    out = np.zeros(size, np.bool_)
    out[index[mask]] = True
    return out


def channels_of(v: Value) -> int:
    return shape_of(v)[-1]


def links_of(op: Operation) -> Sequence[Link] | None:
    """None when the operation does not work on channels one by one. Constants are not linked."""
    if not op.results or not isinstance(op.results[0].type, TensorType):
        return None
    if not shape_of(op.results[0]):
        return None
    rule = next((rule for kind, rule in _RULES if isinstance(op, kind)), None)
    return None if rule is None else rule(op)


def on_channels(
    op: Operation, narrow: Mapping[Value, Value], masks: Mapping[Value, Array], b: Builder
) -> Value:
    """The operation on the channels that stay: ``narrow`` has the operands that lost some,
    ``masks`` what stays of operands and result."""
    kept = masks[op.results[0]]
    values = [_narrowed(op, v, narrow, kept, b) for v in op.operands]
    change = next((change for kind, change in _CHANGES if isinstance(op, kind)), None)
    if change is not None:
        return change(op, values, masks, b)
    return b.create(type(op), **fields_with(op, values)).results[0]


def _narrowed(
    op: Operation, v: Value, narrow: Mapping[Value, Value], kept: Array, b: Builder
) -> Value:
    """An operand; a constant loses the channels that the result loses."""
    known, shape = constant_of(v), shape_of(v)
    elementwise = isinstance(op, Elementwise) and len(shape) > 0 and shape[-1] == len(kept)
    if known is not None and (elementwise or (isinstance(op, Conv) and v is op.rhs)):
        return constant(b, known[..., kept], element_of(v.type))
    return narrow.get(v, v)


# ---- what belongs together


def _same(op: Operation, operands: Sequence[Value]) -> Sequence[Link]:
    result = op.results[0]
    every = np.arange(channels_of(result))
    return [Link(result, v, every, every) for v in operands if constant_of(v) is None]


def _elementwise(op: Operation) -> Sequence[Link]:
    """Operands with as many channels; one that is spread over all stays whole."""
    n = channels_of(op.results[0])
    return _same(op, [v for v in op.operands if shape_of(v) and channels_of(v) == n])


def _first(op: Operation) -> Sequence[Link]:
    return _same(op, op.operands[:1])


def _pad(op: Pad) -> Sequence[Link] | None:
    return None if op.low[-1] or op.high[-1] or op.all_interior[-1] else _first(op)


def _concat(op: Concat) -> Sequence[Link]:
    if op.axis != len(shape_of(op.result)) - 1:
        return _same(op, op.operands)
    links, at = [], 0
    for v in op.operands:
        n = channels_of(v)
        if constant_of(v) is None:
            links.append(Link(op.result, v, np.arange(at, at + n), np.arange(n)))
        at += n
    return links


def _depthwise(op: Conv) -> Sequence[Link] | None:
    outs = channels_of(op.result)
    alone = op.groups == channels_of(op.lhs) == outs and constant_of(op.rhs) is not None
    return _first(op) if alone else None


def _reduction(op: Reduction) -> Sequence[Link] | None:
    return None if len(shape_of(op.input)) - 1 in op.axes else _first(op)


def _reshape(op: Reshape) -> Sequence[Link] | None:
    """Rows of whole pixels, or the other way round."""
    n, m = channels_of(op.result), channels_of(op.input) if shape_of(op.input) else 0
    if not m or not n or (n % m and m % n):
        return None
    every = np.arange(max(n, m))
    return [Link(op.result, op.input, every % n, every % m)]


def _transpose(op: Transpose) -> Sequence[Link] | None:
    return _first(op) if op.perm[-1] == len(op.perm) - 1 else None


def _broadcast(op: Broadcast) -> Sequence[Link] | None:
    shape = shape_of(op.input)
    return _first(op) if shape and shape[-1] == channels_of(op.result) else None


def _slice(op: Slice) -> Sequence[Link] | None:
    if op.all_steps[-1] != 1:
        return None
    n, start = channels_of(op.result), op.starts[-1]
    return [Link(op.result, op.input, np.arange(n), np.arange(start, start + n))]


def _lookup(op: Gather) -> Sequence[Link] | None:
    plain = constant_of(op.input) is not None and len(shape_of(op.input)) == 1 and op.in_bounds
    return _same(op, [op.indices]) if plain else None


_RULES: tuple[tuple[type[Operation], Callable[[Any], Sequence[Link] | None]], ...] = (
    (Elementwise, _elementwise),
    (Pad, _pad),
    (Concat, _concat),
    (Conv, _depthwise),
    (MaxPool, _first),
    (SumPool, _first),
    (Reduction, _reduction),
    (Reshape, _reshape),
    (Transpose, _transpose),
    (Broadcast, _broadcast),
    (Slice, _slice),
    (Gather, _lookup),
)

# ---- on fewer channels: what differs besides the operands

Change = Callable[[Any, Sequence[Value], Mapping[Value, Array], Builder], Value]


def _fewer_groups(
    op: Conv, values: Sequence[Value], masks: Mapping[Value, Array], b: Builder
) -> Value:
    fields = fields_with(op, values)
    return b.value(Conv, **{**fields, "groups": int(masks[op.result].sum())})


def _shorter_shape(
    op: Reshape | Broadcast, values: Sequence[Value], masks: Mapping[Value, Array], b: Builder
) -> Value:
    shape = (*shape_of(op.result)[:-1], int(masks[op.result].sum()))
    return b.value(type(op), values[0], shape=shape)


def _nearer_slice(
    op: Slice, values: Sequence[Value], masks: Mapping[Value, Array], b: Builder
) -> Value:
    first = int(masks[op.input][: op.starts[-1]].sum())
    fields = fields_with(op, values)
    starts, sizes = list(op.starts), list(op.sizes)
    starts[-1], sizes[-1] = first, int(masks[op.result].sum())
    return b.value(Slice, **{**fields, "starts": starts, "sizes": sizes})


def _fewer_pieces(
    op: Concat, values: Sequence[Value], masks: Mapping[Value, Array], b: Builder
) -> Value:
    """Pieces of which nothing stays are left out."""
    mask, at, pieces = masks[op.result], 0, []
    along = op.axis == len(shape_of(op.result)) - 1
    for old, new in zip(op.operands, values, strict=True):
        n = channels_of(old)
        part = mask[at : at + n] if along else mask
        at += n
        if part.any():
            known = constant_of(old)
            if known is not None and not part.all():
                new = constant(b, known[..., part], element_of(old.type))
            pieces.append(new)
    return b.value(Concat, pieces, axis=op.axis)


_CHANGES: tuple[tuple[type[Operation], Change], ...] = (
    (Conv, _fewer_groups),
    (Reshape, _shorter_shape),
    (Broadcast, _shorter_shape),
    (Slice, _nearer_slice),
    (Concat, _fewer_pieces),
)
