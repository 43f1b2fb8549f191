"""Where tensors lie: buffers, strided places in them, and the arithmetic of views."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from functools import cached_property

from millrace.ir.affine import linear_form
from millrace.ir.attributes import Dense
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects.mr.index import Indexing
from millrace.ir.dialects.mr.kinds import Movement, Piece
from millrace.ir.dialects.mr.movement import Reshape
from millrace.ir.types import ElementType, TensorType, contiguous_strides

Shape = tuple[int, ...]


class RootKind(enum.Enum):
    """What owns a buffer."""

    INPUT = "input"
    OUTPUT = "output"
    STATE = "state"
    CONSTANT = "constant"
    ALLOC = "alloc"


@dataclass(frozen=True, eq=False)
class Root:
    """A buffer: an argument of the entry (``index`` among its kind), a constant, or memory
    allocated at the start of block ``home``. Compared by identity."""

    kind: RootKind
    size: int
    element: ElementType
    index: int = 0
    constant: Dense | None = None
    table: bool = False
    """Of a constant: whether it is a table of the compiler's own."""
    home: Block | None = None


@dataclass(frozen=True)
class Place:
    """A strided part of a buffer. ``offset`` and ``strides`` are in elements; ``dynamic`` lists
    what is added to the offset at run time: the current slice index of a loop, or an ``index``
    value of the plan, times a stride.

    Strides of dimensions of one element say nothing; they are kept as a contiguous tensor would
    have them, so that equal places compare equal."""

    root: Root
    offset: int
    strides: tuple[int, ...]
    dynamic: tuple[tuple[Operation | Value, int], ...] = ()

    @cached_property
    def is_static(self) -> bool:
        return not self.dynamic


def whole(root: Root, shape: Shape) -> Place:
    """A contiguous tensor from the start of a buffer."""
    return Place(root, 0, contiguous_strides(shape))


def is_contiguous(shape: Shape, strides: tuple[int, ...]) -> bool:
    return 0 in shape or strides == contiguous_strides(shape)


def span(shape: Shape, strides: tuple[int, ...]) -> int:
    """Number of elements from the first to the last one, both included."""
    if 0 in shape:
        return 0
    return 1 + sum((n - 1) * s for n, s in zip(shape, strides, strict=True))


def extent(place: Place, shape: Shape) -> tuple[int, int]:
    """The elements of its buffer from the first one of a tensor to behind its last one; what is
    added at run time left out."""
    return place.offset, place.offset + span(shape, place.strides)


def normal_strides(shape: Shape, strides: tuple[int, ...]) -> tuple[int, ...]:
    """The strides with those of one-element dimensions as in a contiguous tensor."""
    if 0 in shape:
        return contiguous_strides(shape)
    out = list(strides)
    for i in range(len(shape) - 1, -1, -1):
        if shape[i] == 1:
            out[i] = out[i + 1] * shape[i + 1] if i + 1 < len(shape) else 1
    return tuple(out)


def runs(dims: list[tuple[int, tuple[int, ...]]]) -> list[tuple[int, tuple[int, ...]]]:
    """Merge neighbouring dimensions ``(size, strides)`` that step through memory as one, in all
    of the given stride systems; dimensions of one element vanish."""
    merged: list[tuple[int, tuple[int, ...]]] = []
    for n, strides in dims:
        if n == 1:
            continue
        if merged and merged[-1][1] == tuple(n * s for s in strides):
            merged[-1] = (merged[-1][0] * n, strides)
        else:
            merged.append((n, strides))
    return merged


def reshape_strides(old: Shape, strides: tuple[int, ...], new: Shape) -> tuple[int, ...] | None:
    """Strides under which a strided tensor can be seen in another shape; None if in none."""
    if 0 in old:
        return contiguous_strides(new)
    out = [1] * len(new)
    at = len(new) - 1
    for size, (stride,) in reversed(runs([(n, (s,)) for n, s in zip(old, strides, strict=True)])):
        done = 1
        while done < size:
            if at < 0 or size % (done * new[at]):
                return None
            out[at] = stride * done
            done *= new[at]
            at -= 1
    return normal_strides(new, tuple(out))


def _coefficients(op: Movement) -> list[tuple[list[int], int]] | None:
    """The linear forms of a movement's access map; None when it has others."""
    access = op.access()
    forms = [linear_form(e, access.num_dims) for e in access.results]
    return None if None in forms else [f for f in forms if f is not None]


def shape_of(t: object) -> Shape:
    assert isinstance(t, TensorType), t
    return t.shape


def view(op: Movement, source: Place) -> Place | None:
    """Where the result of a movement lies when it costs nothing; None when it must be copied."""
    old, new = shape_of(op.operands[0].type), shape_of(op.results[0].type)
    if 0 in new:
        return replace(source, strides=contiguous_strides(new))
    if isinstance(op, Reshape):
        strides = reshape_strides(old, source.strides, new)
        return None if strides is None else replace(source, strides=strides)
    forms = _coefficients(op)
    if forms is None:
        return None
    offset, strides_out = source.offset, [0] * len(new)
    for (coefficients, constant), stride in zip(forms, source.strides, strict=True):
        offset += constant * stride
        for j, c in enumerate(coefficients):
            strides_out[j] += c * stride
    if any(s < 0 for s, n in zip(strides_out, new, strict=True) if n > 1):
        return None
    return replace(source, offset=offset, strides=normal_strides(new, tuple(strides_out)))


def unview(op: Movement, target: Place) -> Place | None:
    """Where the operand of a movement must lie for the result to lie at ``target``; None when
    there is no such place (the result drops or repeats elements, or turns them round)."""
    old, new = shape_of(op.operands[0].type), shape_of(op.results[0].type)
    strides: tuple[int, ...] | None
    if isinstance(op, Reshape):
        strides = reshape_strides(new, target.strides, old)
    else:
        strides = _invert(op, old, new, target.strides)
    if strides is None:
        return None
    source = replace(target, strides=strides)
    return source if view(op, source) == target else None


def _invert(
    op: Movement, old: Shape, new: Shape, strides: tuple[int, ...]
) -> tuple[int, ...] | None:
    """Operand strides of a movement that permutes dimensions."""
    forms = _coefficients(op)
    if forms is None or sorted(n for n in old if n != 1) != sorted(n for n in new if n != 1):
        return None
    out = [1] * len(old)
    for i, (coefficients, _) in enumerate(forms):
        if old[i] == 1:
            continue
        sources = [j for j, c in enumerate(coefficients) if c and new[j] != 1]
        if len(sources) != 1:
            return None
        out[i] = strides[sources[0]]
    return normal_strides(old, tuple(out))


def sub_place(target: Place, piece: Piece, shape: Shape) -> Place:
    """Where a piece of an assembled tensor lies; ``shape`` is the piece's."""
    offset = target.offset + sum(o * s for o, s in zip(piece.offsets, target.strides, strict=True))
    strides = tuple(k * s for k, s in zip(piece.steps, target.strides, strict=True))
    return replace(target, offset=offset, strides=normal_strides(shape, strides))


def row(stacked: Place, loop: Operation, shape: Shape) -> Place:
    """The slice of a stacked tensor that a step of ``loop`` works on; ``shape`` is the
    slice's."""
    dynamic = (*stacked.dynamic, (loop, stacked.strides[0]))
    return replace(stacked, strides=normal_strides(shape, stacked.strides[1:]), dynamic=dynamic)


def indexed(op: Indexing, source: Place) -> Place:
    """The part of a tensor that indices of the plan name."""
    dynamic = list(source.dynamic)
    strides = []
    sizes = dict(zip(op.axes, op.all_sizes, strict=True))
    at = dict(zip(op.axes, op.indices, strict=True))
    for axis, stride in enumerate(source.strides):
        if axis in at:
            dynamic.append((at[axis], stride))
        if sizes.get(axis, 1):
            strides.append(stride)
    normal = normal_strides(op.part_shape(), tuple(strides))
    return replace(source, strides=normal, dynamic=tuple(dynamic))
