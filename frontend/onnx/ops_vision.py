"""Rows: non-maximum suppression and deformable convolution, built from simpler operations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from millrace.frontend.onnx.emitter import element_of, shape_of
from millrace.frontend.onnx.expr import Expr
from millrace.frontend.onnx.ops_conv import kernel_of
from millrace.frontend.onnx.ops_index import positions
from millrace.frontend.onnx.table import Call, Results, Rows
from millrace.frontend.onnx.windows import Windows, spatial_shape, windows
from millrace.ir.core import Block, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr import bits
from millrace.ir.dialects.mr.assemble import Concat
from millrace.ir.dialects.mr.contraction import Contract
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.elementwise import FloorDiv
from millrace.ir.dialects.mr.gather import Gather, GatherElements
from millrace.ir.dialects.mr.grid_sample import GridSample
from millrace.ir.dialects.mr.kinds import Array
from millrace.ir.dialects.mr.movement import Slice
from millrace.ir.dialects.mr.reduction import ReduceAny
from millrace.ir.dialects.mr.sort import TopK
from millrace.ir.types import I1, I64, INDEX, tensor

# ---- NonMaxSuppression


@dataclass(frozen=True)
class Corners:
    """Boxes by their borders."""

    top: Expr
    left: Expr
    bottom: Expr
    right: Expr

    @property
    def area(self) -> Expr:
        return (self.bottom - self.top) * (self.right - self.left)

    def overlap(self, other: Corners) -> Expr:
        """Intersection over union."""
        height = self.bottom.at_most(other.bottom) - self.top.at_least(other.top)
        width = self.right.at_most(other.right) - self.left.at_least(other.left)
        common = height.at_least(0.0) * width.at_least(0.0)
        union = self.area + other.area - common
        return common / (union <= 0.0).choose(1.0, union)


def non_max_suppression(c: Call) -> Results:
    """For each class of each image: boxes by falling score, each kept unless it overlaps with
    one that was kept. How many are kept in all, the declared shape says."""
    declared = c.declared_static()
    boxes, scores = shape_of(c.arg(0)), shape_of(c.arg(1))
    if declared is None or len(declared) != 2 or declared[1] != 3:
        raise c.node.error(
            "the number of selected boxes depends on data, and the file does not declare it"
        )
    batch, classes, n = scores if len(scores) == 3 else (0, 0, 0)
    if boxes != (batch, n, 4) or n == 0:
        raise c.node.error(f"boxes {list(boxes)} and scores {list(scores)} do not fit")
    best, order = c.ops(TopK, c.arg(1), k=n, axis=2, largest=True)
    groups = batch * classes
    kept = _kept(c, _sorted_boxes(c, order), c.emit.reshape(best, (groups, n)))
    flags = c.emit.reshape(c.emit.transpose(kept, (1, 0)), (groups * n,))
    chosen = positions(c, flags, declared[0])
    box = c.op(Gather, c.emit.reshape(order, (groups * n,)), chosen, axis=0)
    image = c.op(FloorDiv, chosen, c.emit.like(classes * n, chosen))
    group = Expr(c.emit, c.op(FloorDiv, chosen, c.emit.like(n, chosen))) % classes
    columns = [c.emit.reshape(v, (declared[0], 1)) for v in (image, group.value, box)]
    return c.op(Concat, columns, axis=1)


def _sorted_boxes(c: Call, order: Value) -> Value:
    """The boxes of each class in the given order: [groups, n, 4]."""
    batch, classes, n = shape_of(order)
    wide = c.emit.broadcast(c.emit.reshape(c.arg(0), (batch, 1, n, 4)), (batch, classes, n, 4))
    flat = c.emit.reshape(wide, (batch * classes, n, 4))
    index = c.emit.broadcast(c.emit.reshape(order, (batch * classes, n, 1)), shape_of(flat))
    return c.op(GatherElements, flat, index, axis=1)


def _corners(c: Call, boxes: Value) -> Corners:
    """Borders of boxes [..., 4], without the last dimension."""
    *lead, _ = shape_of(boxes)
    zeros = (0,) * len(lead)

    def part(i: int) -> Expr:
        column = c.op(Slice, boxes, starts=(*zeros, i), sizes=(*lead, 1))
        return Expr(c.emit, c.emit.reshape(column, lead))

    first, second, third, fourth = (part(i) for i in range(4))
    if c.node.get_int("center_point_box", 0):
        x, y, width, height = first, second, third / 2.0, fourth / 2.0
        return Corners(y - height, x - width, y + height, x + width)
    return Corners(
        first.at_most(third), second.at_most(fourth), first.at_least(third), second.at_least(fourth)
    )


def _parameter(c: Call, index: int) -> Value | None:
    value = c.opt(index)
    return None if value is None else c.emit.reshape(value, ())


def _kept(c: Call, boxes: Value, scores: Value) -> Value:
    """[n, groups]: which of the sorted boxes [groups, n, 4] are kept; a scan over the boxes."""
    groups, n, _ = shape_of(boxes)
    limit, most_overlap, least_score = (_parameter(c, i) for i in (2, 3, 4))
    if limit is None:
        return c.emit.splat(False, (n, groups), I1)
    wanted = c.emit.splat(True, (n, groups), I1)
    if least_score is not None:
        good = Expr(c.emit, scores) > Expr(c.emit, least_score)
        wanted = c.emit.transpose(good.value, (1, 0))
    if most_overlap is None:
        most_overlap = c.emit.like(0.0, boxes)
    xs = [c.emit.use(c.emit.transpose(boxes, (1, 0, 2))), c.emit.use(wanted)]
    inits = [c.emit.splat(False, (groups, n), I1), c.emit.splat(0, (groups,), I64)]
    types = [INDEX, *(v.type for v in inits), tensor((groups, 4), element_of(boxes))]
    all_corners = _corners(c, boxes)
    with c.emit.inside(Block([*types, tensor((groups,), I1)])) as block:
        step, kept, count, box, good_one = block.args
        one = _corners(c, c.emit.reshape(box, (groups, 1, 4)))
        close = all_corners.overlap(one) > Expr(c.emit, most_overlap)
        blocked = c.op(ReduceAny, c.op(bits.And, kept, close.value), axes=(1,))
        free = Expr(c.emit, count) < Expr(c.emit, c.emit.cast(limit, I64))
        keep = Expr(c.emit, good_one) & ~Expr(c.emit, blocked) & free
        here = Expr(c.emit, c.emit.constant(np.arange(n))).equals(
            Expr(c.emit, c.emit.from_index(step))
        )
        marked = Expr(c.emit, kept) | (here & keep.reshape(groups, 1))
        counted = Expr(c.emit, count) + keep.cast(I64)
        c.emit.insert(scf.Yield([marked.value, counted.value, keep.value]))
    op = Scan([c.emit.use(v) for v in inits], xs, None, trip=n, block=block)
    return c.emit.insert(op).results[2]


# ---- DeformConv


@dataclass(frozen=True)
class Deformed:
    """Geometry of a DeformConv: windows over two spatial dimensions."""

    spatial: tuple[int, ...]
    outs: tuple[int, ...]
    win: Windows

    @property
    def taps(self) -> int:
        return self.win.kernel[0] * self.win.kernel[1]

    def places(self, axis: int) -> Array:
        """Where each tap reads without offsets: [taps, out...]."""
        index = np.indices((*self.win.kernel, *self.outs)).reshape(4, self.taps, *self.outs)
        moved = index[2 + axis] * self.win.strides[axis] + index[axis] * self.win.dilations[axis]
        return np.asarray(moved - self.win.low[axis])


def deform_conv(c: Call) -> Results:
    """Every tap reads the image where its offset says, by bilinear interpolation; then a matrix
    product with the weights."""
    spatial, kernel = spatial_shape(c), kernel_of(c, 1)
    if len(spatial) != 2:
        raise c.node.error(f"{len(spatial)} spatial dimensions are not supported, only two")
    win = windows(c, spatial, kernel)
    pads = zip(spatial, win.low, win.high, kernel, win.dilations, win.strides, strict=True)
    outs = tuple((n + p + q - (k - 1) * d - 1) // s + 1 for n, p, q, k, d, s in pads)
    shape = Deformed(spatial, outs, win)
    batch, channels = c.type_at(0).shape[:2]
    groups = c.node.get_int("offset_group", 1)
    if groups < 1 or channels % groups:
        raise c.node.error(f"{channels} channels in {groups} offset groups")
    offsets = c.emit.reshape(c.arg(2), (batch, groups, shape.taps, 2, *outs))
    per = channels // groups
    parts = []
    for g in range(groups):
        image = c.op(Slice, c.arg(0), starts=(0, g * per, 0, 0), sizes=(batch, per, *spatial))
        grid = _grid(c, offsets, g, shape)
        seen = c.op(GridSample, image, grid, mode="linear", padding="zeros", align_corners=False)
        parts.append(_masked(c, c.emit.reshape(seen, (batch, per, shape.taps, *outs)), g, groups))
    whole = parts[0] if len(parts) == 1 else c.op(Concat, parts, axis=1)
    return _weighted(c, whole, outs)


def _grid(c: Call, offsets: Value, group: int, shape: Deformed) -> Value:
    """Where the taps of an offset group read, in the coordinates of GridSample, which run from -1
    to 1 over the image: [N, taps * height, width, 2], x before y."""
    batch, _, taps, _, height, width = shape_of(offsets)
    at = []
    for axis in (1, 0):
        starts, sizes = (0, group, 0, axis, 0, 0), (batch, 1, taps, 1, height, width)
        moved = c.op(Slice, offsets, starts=starts, sizes=sizes)
        moved = c.emit.reshape(moved, (batch, taps, height, width))
        base = c.emit.constant(shape.places(axis).astype(element_of(moved).dtype))
        place = (Expr(c.emit, moved) + Expr(c.emit, base)) * 2.0 + 1.0
        column = place / float(shape.spatial[axis]) - 1.0
        at.append(column.reshape(batch, taps * height, width, 1).value)
    return c.op(Concat, at, axis=3)


def _masked(c: Call, seen: Value, group: int, groups: int) -> Value:
    mask = c.opt(4)
    if mask is None:
        return seen
    batch, _, taps, *outs = shape_of(seen)
    apart = c.emit.reshape(mask, (batch, groups, taps, *outs))
    own = c.op(Slice, apart, starts=(0, group, 0, 0, 0), sizes=(batch, 1, taps, *outs))
    return (Expr(c.emit, seen) * Expr(c.emit, own)).value


def _weighted(c: Call, seen: Value, outs: tuple[int, ...]) -> Value:
    """[N, C, taps, out...] times the weights: [N, O, out...]."""
    groups = c.node.get_int("group", 1)
    batch, channels, taps = shape_of(seen)[:3]
    filters, per = c.type_at(1).shape[:2]
    if groups < 1 or filters % groups or per * groups != channels:
        raise c.node.error(f"{channels} channels in {groups} groups with {c.type_at(1)}")
    x = c.emit.reshape(seen, (batch, groups, per, taps, outs[0] * outs[1]))
    w = c.emit.reshape(c.arg(1), (groups, filters // groups, per, taps))
    y = c.op(Contract, x, w, equation="ngctp,goct->ngop")
    y = c.emit.reshape(y, (batch, filters, *outs))
    bias = c.opt(3)
    if bias is None:
        return y
    return (Expr(c.emit, y) + Expr(c.emit, bias).reshape(filters, 1, 1)).value


ROWS: Rows = {"DeformConv": deform_conv, "NonMaxSuppression": non_max_suppression}
