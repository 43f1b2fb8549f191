"""Rows: TensorList and TensorArray. A list is a buffer; writing gives a new one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from millrace.frontend.emitter import element_of, shape_of, type_of
from millrace.frontend.tensorflow.growth import bound_of
from millrace.frontend.tensorflow.items import ArrayHandle, TensorList
from millrace.frontend.tensorflow.table import Call, Results, Rows
from millrace.frontend.tensorflow.tensors import PartialShape
from millrace.ir.core import Value
from millrace.ir.dialects.mr.assemble import Concat, Pad
from millrace.ir.dialects.mr.gather import DynamicUpdateSlice, Gather
from millrace.ir.dialects.mr.movement import Slice
from millrace.ir.dialects.mr.scatter import ScatterND
from millrace.ir.types import I32, I64, ElementType

Dims = Sequence[int | None] | None

# ---- making lists


def _new(c: Call, count: int, dims: Dims, element: ElementType) -> TensorList:
    """A list of zeros. Dimensions that are not known are 1 until something is written."""
    if count <= 0:
        count = c.session.lessons.counts.get(c.path, max(count, 0))
    learned = c.session.lessons.elements.get(c.path)
    guessed = learned is None and (dims is None or None in dims)
    shape = learned if learned is not None else tuple(1 if d is None else d for d in dims or ())
    return TensorList(c.emit.splat(0, (count, *shape), element), c.path, guessed)


def _dims_at(c: Call, index: int) -> Dims:
    """A shape from an input: a scalar -1 for an unknown rank, -1 for unknown dimensions."""
    known = c.need(index, "the shape of the elements")
    if known.ndim == 0:
        return None
    return [None if d < 0 else int(d) for d in known]


def reserve(c: Call) -> Results:
    count = c.need_int(1, "the length of the list")
    return _new(c, count, _dims_at(c, 0), c.node.element("element_dtype"))


def empty(c: Call) -> Results:
    return _new(c, 0, _dims_at(c, 0), c.node.element("element_dtype"))


def from_tensor(c: Call) -> Results:
    return TensorList(c.arg(0), c.path)


def array(c: Call) -> Results:
    element = c.node.element("dtype")
    count = c.need_int(0, "the size of the TensorArray")
    dims = c.node.get("element_shape", PartialShape, PartialShape(None)).dims
    return [ArrayHandle(c.path, element), _new(c, count, dims, element)]


# ---- the buffer


def _settled(c: Call, items: TensorList, shape: tuple[int, ...]) -> TensorList:
    """The list, once its elements have the shape of what is written into it."""
    if shape_of(items.buffer)[1:] == shape:
        return items
    if items.guessed:
        c.session.lessons.learn_element(items.origin, shape)
    raise c.node.error(
        f"an element is {list(shape)}, those of the list are {list(shape_of(items.buffer)[1:])}"
    )


def _write(c: Call, items: TensorList, index: Value, value: Value) -> TensorList:
    _check_index(c, items, index)
    items = _settled(c, items, shape_of(value))
    buffer = items.buffer
    row = c.emit.reshape(value, (1, *shape_of(value)))
    first = c.emit.reshape(c.emit.cast(index, I64), (1,))
    zeros = c.emit.constant(np.zeros(len(shape_of(value)), np.int64))
    starts = c.op(Concat, [first, zeros], axis=0)
    return items.with_buffer(c.op(DynamicUpdateSlice, buffer, row, starts))


def _check_index(c: Call, items: TensorList, index: Value) -> None:
    """Refuse places outside of the list. One that was made without a length takes that which its
    indices need."""
    known = c.emit.known(index)
    count = shape_of(items.buffer)[0]
    grows = count == 0 or items.origin in c.session.lessons.counts
    if known is not None:
        place = int(known.reshape(()))
        if place >= count and grows:
            c.session.lessons.learn_count(items.origin, place + 1)
        if not 0 <= place < count:
            raise c.node.error(f"index {place} of a list of {count}")
    elif grows:
        bound = bound_of(c, index)
        if not bound:
            raise c.node.error("the list has no bound; give its size where it is made")
        if bound > count:
            c.session.lessons.learn_count(items.origin, bound)


def _read(c: Call, items: TensorList, index: Value) -> Value:
    _check_index(c, items, index)
    return c.op(Gather, items.buffer, c.emit.reshape(index, ()), axis=0)


def _is_all(c: Call, indices: Value, count: int) -> bool:
    known = c.emit.known(indices)
    return known is not None and np.array_equal(known.reshape(-1), np.arange(count))


def _gather(c: Call, items: TensorList, indices: Value) -> Value:
    if _is_all(c, indices, shape_of(items.buffer)[0]):
        return items.buffer
    return c.op(Gather, items.buffer, indices, axis=0)


def _scatter(c: Call, items: TensorList, indices: Value, values: Value) -> TensorList:
    count = shape_of(items.buffer)[0]
    whole = not count or _is_all(c, indices, count)
    if whole and shape_of(values)[0] == shape_of(indices)[0]:
        return TensorList(values, items.origin)
    items = _settled(c, items, shape_of(values)[1:])
    places = c.emit.reshape(indices, (*shape_of(indices), 1))
    return items.with_buffer(c.op(ScatterND, items.buffer, places, values))


# ---- TensorList


def set_item(c: Call) -> Results:
    return _write(c, c.list_at(0), c.arg(1), c.arg(2))


def get_item(c: Call) -> Results:
    return _read(c, c.list_at(0), c.arg(1))


def stack(c: Call) -> Results:
    return c.list_at(0).buffer


def length(c: Call) -> Results:
    return c.emit.constant(np.int32(shape_of(c.list_at(0).buffer)[0]))


def gather(c: Call) -> Results:
    return _gather(c, c.list_at(0), c.arg(1))


def scatter(c: Call) -> Results:
    """TensorListScatter and its second version, which may give the length."""
    values, indices = c.arg(0), c.arg(1)
    known = c.need(1, "the places in the list")
    count = c.need_int(3, "the length of the list") if len(c.args) > 3 else -1
    if count < 0:
        count = int(known.max()) + 1 if known.size else 0
    made = c.emit.splat(0, (count, *shape_of(values)[1:]), element_of(values))
    return _scatter(c, TensorList(made, c.path), indices, values)


def scatter_into(c: Call) -> Results:
    return _scatter(c, c.list_at(0), c.arg(2), c.arg(1))


def resize(c: Call) -> Results:
    items, size = c.list_at(0), c.need_int(1, "the length of the list")
    shape = shape_of(items.buffer)
    if size <= shape[0]:
        return items.with_buffer(_rows(c, items.buffer, 0, size))
    rest = len(shape) - 1
    low, high = (0,) * len(shape), (size - shape[0], *(0,) * rest)
    return items.with_buffer(c.op(Pad, items.buffer, low=low, high=high))


def _rows(c: Call, x: Value, start: int, size: int) -> Value:
    shape = shape_of(x)
    starts = (start, *(0,) * (len(shape) - 1))
    return c.op(Slice, x, starts=starts, sizes=(size, *shape[1:]))


def push(c: Call) -> Results:
    items, value = c.list_at(0), c.arg(1)
    items = _settled(c, items, shape_of(value))
    row = c.emit.reshape(value, (1, *shape_of(value)))
    return items.with_buffer(c.op(Concat, [items.buffer, row], axis=0))


def pop(c: Call) -> Results:
    items = c.list_at(0)
    shape = shape_of(items.buffer)
    if not shape[0]:
        raise c.node.error("the list is empty")
    last = c.emit.reshape(_rows(c, items.buffer, shape[0] - 1, 1), shape[1:])
    return [items.with_buffer(_rows(c, items.buffer, 0, shape[0] - 1)), last]


def concat(c: Call) -> Results:
    joined, lengths = _joined(c, c.list_at(0))
    return [joined, lengths]


def _joined(c: Call, items: TensorList) -> tuple[Value, Value]:
    count, *shape = shape_of(items.buffer)
    if not shape:
        raise c.node.error("elements without dimensions cannot be joined")
    joined = c.emit.reshape(items.buffer, (count * shape[0], *shape[1:]))
    return joined, c.emit.constant(np.full(count, shape[0], np.int64))


def split(c: Call) -> Results:
    return TensorList(_pieces(c, c.arg(0), 2), c.path)


def _pieces(c: Call, value: Value, lengths: int) -> Value:
    """A tensor, cut along its first dimension into pieces of the length that an input says."""
    sizes = c.need_ints(lengths, "the lengths")
    if len(set(sizes)) != 1 or sum(sizes) != shape_of(value)[0]:
        raise c.node.error("pieces of different lengths are not supported")
    return c.emit.reshape(value, (len(sizes), sizes[0], *shape_of(value)[1:]))


def element_shape(c: Call) -> Results:
    to = I64 if c.node.element("shape_type") == I64 else I32
    return c.emit.constant(shape_of(c.list_at(0).buffer)[1:], to)


# ---- TensorArray: the handle comes first, the flow last


def array_write(c: Call) -> Results:
    return _write(c, c.list_at(3), c.arg(1), c.arg(2))


def array_read(c: Call) -> Results:
    return _read(c, c.list_at(2), c.arg(1))


def array_gather(c: Call) -> Results:
    return _gather(c, c.list_at(2), c.arg(1))


def array_scatter(c: Call) -> Results:
    return _scatter(c, c.list_at(3), c.arg(1), c.arg(2))


def array_split(c: Call) -> Results:
    """The pieces of a tensor become the elements."""
    pieces, items = _pieces(c, c.arg(1), 2), c.list_at(3)
    count = shape_of(items.buffer)[0]
    if shape_of(pieces)[0] != count:
        raise c.node.error(f"{shape_of(pieces)[0]} pieces for a TensorArray of {count}")
    return _settled(c, items, shape_of(pieces)[1:]).with_buffer(pieces)


def array_size(c: Call) -> Results:
    return c.emit.constant(np.int32(type_of(c.list_at(1).buffer).shape[0]))


def array_concat(c: Call) -> Results:
    return list(_joined(c, c.list_at(1)))


def array_close(c: Call) -> Results:
    return []


ROWS: Rows = {
    "EmptyTensorList": empty,
    "TensorArrayCloseV3": array_close,
    "TensorArrayConcatV3": array_concat,
    "TensorArrayGatherV3": array_gather,
    "TensorArrayReadV3": array_read,
    "TensorArrayScatterV3": array_scatter,
    "TensorArraySizeV3": array_size,
    "TensorArraySplitV3": array_split,
    "TensorArrayV3": array,
    "TensorArrayWriteV3": array_write,
    "TensorListConcatV2": concat,
    "TensorListElementShape": element_shape,
    "TensorListFromTensor": from_tensor,
    "TensorListGather": gather,
    "TensorListGetItem": get_item,
    "TensorListLength": length,
    "TensorListPopBack": pop,
    "TensorListPushBack": push,
    "TensorListReserve": reserve,
    "TensorListResize": resize,
    "TensorListScatter": scatter,
    "TensorListScatterIntoExistingList": scatter_into,
    "TensorListScatterV2": scatter,
    "TensorListSetItem": set_item,
    "TensorListSplit": split,
    "TensorListStack": stack,
}
