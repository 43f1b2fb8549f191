"""Rows: sequences of tensors. A sequence is one tensor that stacks its items, which must be of
equal shapes; one without items takes items of any shape."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from millrace.frontend.onnx.emitter import element_of, shape_of
from millrace.frontend.onnx.table import Call, Results, Rows
from millrace.frontend.onnx.tensors import element_type
from millrace.ir.core import Value
from millrace.ir.dialects.mr.assemble import Concat
from millrace.ir.dialects.mr.gather import Gather
from millrace.ir.dialects.mr.movement import Slice
from millrace.ir.types import F32

# ---- making sequences


def empty(c: Call) -> Results:
    number = c.node.opt_int("dtype")
    element = F32 if number is None else element_type(number, c.node.loc.describe())
    return c.emit.splat(0, (0,), element)


def construct(c: Call) -> Results:
    return stacked(c, [_as_item(c, c.arg(i)) for i in range(len(c.args))])


def split_to_sequence(c: Call) -> Results:
    """Pieces of equal size along an axis; without ``split`` and ``keepdims``, its elements."""
    axis = c.axis(c.node.get_int("axis", 0))
    shape = c.type_at(0).shape
    parts = (1,) * shape[axis]
    if c.opt(1) is not None:
        given = c.need_ints(1, "the sizes of the pieces")
        scalar = not shape_of(c.arg(1))
        parts = _pieces(c, shape[axis], given[0]) if scalar else given
    size = parts[0] if parts else 1
    if sum(parts) != shape[axis] or any(p != size for p in parts):
        raise c.node.error(
            f"splits {shape[axis]} into {list(parts)}; only pieces of equal size are supported"
        )
    # [..., pieces, size, ...] with the pieces in front.
    cut = c.emit.reshape(c.arg(0), [*shape[:axis], len(parts), size, *shape[axis + 1 :]])
    front = c.emit.transpose(cut, _moved(len(shape) + 1, axis, 0))
    if c.opt(1) is not None or c.node.get_int("keepdims", 1):
        return front
    return c.emit.reshape(front, [len(parts), *shape[:axis], *shape[axis + 1 :]])


def _pieces(c: Call, size: int, part: int) -> tuple[int, ...]:
    if part < 1:
        raise c.node.error(f"pieces of size {part}")
    rest = size % part
    return (part,) * (size // part) + ((rest,) if rest else ())


def _moved(rank: int, source: int, target: int) -> list[int]:
    """The permutation that takes one axis to another place."""
    perm = [i for i in range(rank) if i != source]
    perm.insert(target, source)
    return perm


def _as_item(c: Call, x: Value) -> Value:
    return c.emit.reshape(x, (1, *shape_of(x)))


def stacked(c: Call, parts: Sequence[Value]) -> Value:
    """Sequences one after the other."""
    parts = [p for p in parts if shape_of(p)[0]] or parts[:1]
    items = [shape_of(p)[1:] for p in parts]
    for shape in items:
        if shape != items[0]:
            raise c.node.error(
                f"a sequence with items of shapes {list(items[0])} and {list(shape)} is not "
                "supported, only those of equal shapes are"
            )
    return parts[0] if len(parts) == 1 else c.op(Concat, parts, axis=0)


# ---- changing them


def _place(c: Call, index: int, count: int, last: int) -> int:
    """A position in a sequence of ``count``; ``last`` where the node names none."""
    if c.opt(index) is None:
        return last
    at = c.need_ints(index, "the position")[0]
    if not -count <= at <= last:
        raise c.node.error(f"position {at} of a sequence of {count}")
    return at + count if at < 0 else at


def insert(c: Call) -> Results:
    sequence, item = c.arg(0), _as_item(c, c.arg(1))
    if element_of(sequence) != element_of(item):
        raise c.node.error(f"inserts {element_of(item)} in a sequence of {element_of(sequence)}")
    count = shape_of(sequence)[0]
    at = _place(c, 2, count, count)
    before, after = _part(c, sequence, 0, at), _part(c, sequence, at, count)
    return stacked(c, [before, item, after])


def erase(c: Call) -> Results:
    sequence = c.arg(0)
    count = shape_of(sequence)[0]
    if not count:
        raise c.node.error("erases an item of an empty sequence")
    at = _place(c, 1, count, count - 1)
    return stacked(c, [_part(c, sequence, 0, at), _part(c, sequence, at + 1, count)])


def _part(c: Call, sequence: Value, start: int, stop: int) -> Value:
    count, *shape = shape_of(sequence)
    if (start, stop) == (0, count):
        return sequence
    starts = (start, *(0 for _ in shape))
    return c.op(Slice, sequence, starts=starts, sizes=(stop - start, *shape))


# ---- reading them


def at(c: Call) -> Results:
    count = shape_of(c.arg(0))[0]
    if not count:
        raise c.node.error("reads an item of an empty sequence")
    if c.ints(1) is not None:
        _place(c, 1, count, count - 1)
    return c.op(Gather, c.arg(0), c.emit.reshape(c.arg(1), ()), axis=0)


def length(c: Call) -> Results:
    return c.emit.constant(np.array(shape_of(c.arg(0))[0], np.int64))


def concat(c: Call) -> Results:
    sequence = c.arg(0)
    count, *item = shape_of(sequence)
    if not count:
        raise c.node.error("joins the items of an empty sequence")
    new = bool(c.node.get_int("new_axis", 0))
    axis = c.axis(c.node.need_int("axis"), len(item) + new)
    moved = c.emit.transpose(sequence, _moved(1 + len(item), 0, axis))
    if new:
        return moved
    return c.emit.reshape(moved, [*item[:axis], count * item[axis], *item[axis + 1 :]])


ROWS: Rows = {
    "ConcatFromSequence": concat,
    "SequenceAt": at,
    "SequenceConstruct": construct,
    "SequenceEmpty": empty,
    "SequenceErase": erase,
    "SequenceInsert": insert,
    "SequenceLength": length,
    "SplitToSequence": split_to_sequence,
}
