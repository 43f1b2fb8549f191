"""Rows: resizing and sampling of images, signal transforms."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np

from millrace.frontend.onnx.dynamic import choose, non_negative, require, require_equal
from millrace.frontend.onnx.emitter import shape_of
from millrace.frontend.onnx.expr import Expr
from millrace.frontend.onnx.resize_dynamic import Modes, RunTimeAxis, require_size, resize_axis
from millrace.frontend.onnx.table import Call, Results, Rows
from millrace.frontend.onnx.tensors import checked_shape, element_type
from millrace.ir.core import Value
from millrace.ir.dialects.mr.assemble import Pad
from millrace.ir.dialects.mr.determinant import Det
from millrace.ir.dialects.mr.grid_sample import GridSample
from millrace.ir.dialects.mr.image import AffineGrid, Col2Im
from millrace.ir.dialects.mr.movement import Slice
from millrace.ir.dialects.mr.resize import Resize
from millrace.ir.dialects.mr.roi_align import RoiAlign
from millrace.ir.dialects.mr.signal import DFT, STFT
from millrace.ir.errors import IRError
from millrace.ir.types import F64

# ---- Resize


def _modes(c: Call) -> Modes:
    default = "half_pixel" if c.opset >= 11 else "asymmetric"
    return Modes(
        mode=c.node.get_str("mode", "nearest"),
        coordinates=c.node.get_str("coordinate_transformation_mode", default),
        nearest=c.node.get_str("nearest_mode", "round_prefer_floor" if c.opset >= 11 else "floor"),
        cubic=c.node.get_float("cubic_coeff_a", -0.75),
        antialias=bool(c.node.get_int("antialias", 0)),
        exclude_outside=bool(c.node.get_int("exclude_outside", 0)),
        extrapolation=c.node.get_float("extrapolation_value", 0.0),
    )


@dataclass(frozen=True)
class Target:
    """What a Resize goes by: one of scales and sizes, of ``axes``."""

    axes: tuple[int, ...]
    scales: Value | None
    sizes: Value | None
    roi: Value | None


def _target(c: Call) -> Target:
    axes = tuple(c.axis(a) for a in c.node.get_ints("axes", range(c.rank())))
    c.axes(axes)
    if c.opset < 11:
        return Target(axes, c.opt(1), None, None)
    roi, scales, sizes = c.opt(1), c.opt(2), c.opt(3)
    if scales is not None and shape_of(scales) == (0,):
        scales = None
    if sizes is not None and shape_of(sizes) == (0,):
        sizes = None
    if (scales is None) == (sizes is None):
        raise c.node.error("takes either scales or sizes")
    for v, per in ((scales, 1), (sizes, 1)):
        if v is not None and shape_of(v) != (len(axes) * per,):
            raise c.node.error(f"{v.type} for {len(axes)} axes")
    needs_roi = c.node.get_str("coordinate_transformation_mode", "") == "tf_crop_and_resize"
    if needs_roi and (roi is None or shape_of(roi) != (2 * len(axes),)):
        raise c.node.error(f"needs a region of {2 * len(axes)} numbers")
    return Target(axes, scales, sizes, roi if needs_roi else None)


def resize(c: Call) -> Results:
    target = _target(c)
    parameters = (target.scales, target.sizes, target.roi)
    known = [None if v is None else c.emit.known(v) for v in parameters]
    if any(v is not None and k is None for v, k in zip(parameters, known, strict=True)):
        return _resize_at_run_time(c, target)
    scales, sizes, roi = (None if k is None else [v.item() for v in k] for k in known)
    shape = c.type_at(0).shape
    extents = [shape[a] for a in target.axes]
    if sizes is not None:
        scales, sizes = _scales_of_sizes(c, extents, sizes)
    else:
        assert scales is not None
        if not all(math.isfinite(s) and s > 0 for s in scales):
            raise c.node.error(f"scales {scales} must be positive")
        sizes = [math.floor(n * s) for n, s in zip(extents, scales, strict=True)]
    checked_shape(sizes, c.node.loc.describe())
    return c.op(
        Resize,
        c.arg(0),
        axes=target.axes,
        sizes=sizes,
        scales=scales,
        roi=roi,
        **asdict(_modes(c)),
    )


def _policy(c: Call) -> str:
    policy = c.node.get_str("keep_aspect_ratio_policy", "stretch")
    if policy not in ("stretch", "not_larger", "not_smaller"):
        raise c.node.error(f"unknown keep_aspect_ratio_policy {policy!r}")
    return policy


def _scales_of_sizes(
    c: Call, extents: Sequence[int], sizes: Sequence[int]
) -> tuple[list[float], list[int]]:
    if any(n < 1 for n in extents) or any(s < 0 for s in sizes):
        raise c.node.error(f"cannot resize {list(extents)} to {list(sizes)}")
    ratios = [s / n for s, n in zip(sizes, extents, strict=True)]
    policy = _policy(c)
    if policy == "stretch":
        return [r or 1.0 for r in ratios], list(sizes)
    scale = min(ratios) if policy == "not_larger" else max(ratios)
    return [scale] * len(ratios), [math.floor(n * scale + 0.5) for n in extents]


def _resize_at_run_time(c: Call, target: Target) -> Value:
    declared = c.declared_static()
    if declared is None or len(declared) != c.rank():
        raise c.node.error(
            "scales or sizes are only known at run time, and the file does not declare the "
            "result's shape"
        )
    shape = c.type_at(0).shape
    if any(n != declared[d] for d, n in enumerate(shape) if d not in target.axes) or 0 in shape:
        raise c.node.error(f"cannot resize {list(shape)} to the declared {list(declared)}")
    modes, x = _modes(c), c.arg(0)
    scales = _run_time_scales(c, target, shape, declared)
    one = scales[0] * 0.0 + 1.0
    roi = None if target.roi is None else Expr(c.emit, target.roi).cast(F64)
    for k, axis in enumerate(target.axes):
        begin = one - 1.0 if roi is None else roi.item(k)
        end = one if roi is None else roi.item(len(target.axes) + k)
        a = RunTimeAxis(shape[axis], declared[axis], scales[k], begin, end)
        if roi is None and a.size == a.out and _policy(c) == "stretch":
            require(c, a.scale.equals(1.0).value, f"the scale of axis {axis} is not 1")
            continue
        x = resize_axis(c, x, axis, a, modes)
    return x


def _run_time_scales(
    c: Call, target: Target, shape: Sequence[int], declared: Sequence[int]
) -> list[Expr]:
    """One scale an axis, checked against the declared sizes."""
    count = range(len(target.axes))
    if target.scales is not None:
        given = Expr(c.emit, target.scales).cast(F64)
        scales = [given.item(k) for k in count]
        for s, a in zip(scales, target.axes, strict=True):
            require_size(c, s * shape[a], declared[a], Expr.floor)
        return scales
    assert target.sizes is not None
    extents = np.array([shape[a] for a in target.axes], np.float64)
    ratios = Expr(c.emit, target.sizes).cast(F64) / Expr(c.emit, c.emit.constant(extents))
    policy = _policy(c)
    if policy == "stretch":
        scales = [ratios.item(k) for k in count]
    else:
        one = ratios.smallest((0,)) if policy == "not_larger" else ratios.largest((0,))
        scales = [one for _ in count]
    for s, a in zip(scales, target.axes, strict=True):
        require_size(c, s * shape[a], declared[a], lambda v: (v + 0.5).floor())
    return scales


def upsample(c: Call) -> Results:
    known = c.known(1) if c.opset >= 9 else None
    scales = c.node.opt_floats("scales") if c.opset < 9 else None
    if known is not None:
        scales = tuple(float(v) for v in known.reshape(-1))
    mode = c.node.get_str("mode", "nearest")
    names = {"nearest": "nearest", "linear": "linear", "bilinear": "linear"}
    if mode not in names:
        raise c.node.error(f"unknown mode {mode!r}")
    axes = tuple(range(c.rank()))
    modes = Modes(names[mode], "asymmetric", "floor", -0.75, False, False, 0.0)
    if scales is None:
        return _upsample_at_run_time(c, axes, modes)
    if len(scales) != c.rank() or not all(math.isfinite(s) and s >= 1 for s in scales):
        raise c.node.error(f"scales {scales} of a tensor of rank {c.rank()}")
    sizes = [math.floor(n * s) for n, s in zip(c.type_at(0).shape, scales, strict=True)]
    checked_shape(sizes, c.node.loc.describe())
    return c.op(Resize, c.arg(0), axes=axes, sizes=sizes, scales=scales, **asdict(modes))


def _upsample_at_run_time(c: Call, axes: tuple[int, ...], modes: Modes) -> Value:
    declared = c.declared_static()
    if declared is None or len(declared) != c.rank():
        raise c.unknown(1, "the scales")
    target = Target(axes, c.arg(1), None, None)
    shape, x = c.type_at(0).shape, c.arg(0)
    for axis, scale in zip(axes, _run_time_scales(c, target, shape, declared), strict=True):
        zero = scale * 0.0
        a = RunTimeAxis(shape[axis], declared[axis], scale, zero, zero + 1.0)
        x = resize_axis(c, x, axis, a, modes)
    return x


# ---- sampling


def grid_sample(c: Call) -> Results:
    names = {"bilinear": "linear", "bicubic": "cubic"}
    mode = c.node.get_str("mode", "linear")
    return c.op(
        GridSample,
        c.arg(0),
        c.arg(1),
        mode=names.get(mode, mode),
        padding=c.node.get_str("padding_mode", "zeros"),
        align_corners=bool(c.node.get_int("align_corners", 0)),
    )


def affine_grid(c: Call) -> Results:
    known, declared = c.ints(1), c.declared_static()
    if known is None:
        if declared is None:
            raise c.unknown(1, "the size")
        # The declared grid [N, sizes..., d] leaves the channels open.
        sizes = declared[1:-1]
        given = Expr(c.emit, c.arg(1))
        if given.shape != (len(sizes) + 2,):
            raise c.node.error(f"the declared grid {list(declared)} does not fit the size")
        for i, n in enumerate((declared[0], *sizes)):
            entry = given.item(i if i == 0 else i + 1)
            require_equal(c, entry.value, n, f"dimension {i} of the grid is not {n}")
    else:
        sizes = known[2:]
    checked_shape(sizes, c.node.loc.describe())
    align = bool(c.node.get_int("align_corners", 0))
    return c.op(AffineGrid, c.arg(0), sizes=sizes, align_corners=align)


def roi_align(c: Call) -> Results:
    modes = {"avg": False, "max": True}
    mode = modes.get(c.node.get_str("mode", "avg"))
    if mode is None:
        raise c.node.error("mode must be avg or max")
    default = "half_pixel" if c.opset >= 16 else "output_half_pixel"
    coordinates = c.node.get_str("coordinate_transformation_mode", default)
    return c.op(
        RoiAlign,
        c.arg(0),
        c.arg(1),
        c.arg(2),
        height=c.node.get_int("output_height", 1),
        width=c.node.get_int("output_width", 1),
        scale=c.node.get_float("spatial_scale", 1.0),
        sampling=c.node.get_int("sampling_ratio", 0),
        half_pixel=coordinates == "half_pixel",
        maximum=mode,
    )


def col2im(c: Call) -> Results:
    declared = c.declared_static()
    sizes, kernel = c.ints(1), c.ints(2)
    columns = c.type_at(0).shape
    if sizes is None:
        if declared is None or len(declared) < 3:
            raise c.unknown(1, "the image's shape")
        sizes = declared[2:]
        require_equal(c, c.arg(1), sizes, f"the image is not {list(sizes)}")
    n = len(sizes)
    pads = c.node.get_ints("pads", (0,) * (2 * n))
    strides = c.node.get_ints("strides", (1,) * n)
    dilations = c.node.get_ints("dilations", (1,) * n)
    if not len(pads) // 2 == len(strides) == len(dilations) == n:
        raise c.node.error(f"the attributes do not fit {n} dimensions")
    checked_shape(sizes, c.node.loc.describe())

    def image(kernel: Sequence[int]) -> Value:
        return c.op(
            Col2Im,
            c.arg(0),
            sizes=sizes,
            kernel=kernel,
            strides=strides,
            dilations=dilations,
            low=pads[:n],
            high=pads[n:],
        )

    if kernel is not None:
        return image(kernel)
    if declared is None:
        raise c.unknown(2, "the block's shape")
    return _choose_block(c, image, n, columns[1] // max(1, declared[1]))


def _choose_block(c: Call, image: Callable[[Sequence[int]], Value], n: int, taps: int) -> Value:
    """The block's shape is known at run time only: a choice among those with so many elements
    that are possible."""
    base = taps + 1
    cases = {}
    for kernel in _factors(taps, n):
        try:
            image(kernel)  # what is not possible is refused; what is, is dropped as unused
        except IRError:
            continue
        number = sum(k * base**i for i, k in enumerate(kernel))
        cases[number] = partial(image, kernel)
    weights = c.emit.constant(np.array([base**i for i in range(n)], np.int64))
    code = (Expr(c.emit, c.arg(2)) * Expr(c.emit, weights)).sum((0,))
    return choose(c, code.value, cases, "the block does not fit the declared shape")


def _factors(product: int, n: int) -> list[tuple[int, ...]]:
    """All ways to write a number as a product of n."""
    if n == 1:
        return [(product,)]
    heads = (k for k in range(1, product + 1) if product % k == 0)
    return [(k, *rest) for k in heads for rest in _factors(product // k, n - 1)]


def det(c: Call) -> Results:
    return c.ops(Det, c.arg(0))[:1]


# ---- signals


def dft(c: Call) -> Results:
    fields = {k: bool(c.node.get_int(k, 0)) for k in ("inverse", "onesided")}
    length = None
    if c.opt(1) is not None:
        (length,) = c.need_ints(1, "the length")
    if c.opset < 20:
        axis = c.axis(c.node.get_int("axis", 1))
    elif c.opt(2) is None:
        axis = c.axis(-2)
    else:
        known = c.ints(2)
        if known is None:
            return _dft_at_run_time(c, length, fields)
        axis = c.axis(known[0])
    return c.op(DFT, c.arg(0), axis=axis, length=length, **fields)


def _dft_at_run_time(c: Call, length: int | None, fields: dict[str, bool]) -> Value:
    """The axis is known at run time only: a choice among those that give the declared shape."""
    declared = c.declared_static()

    def case(axis: int) -> Value:
        return c.op(DFT, c.arg(0), axis=axis, length=length, **fields)

    shape = list(c.type_at(0).shape)
    cases = {}
    for axis in range(c.rank() - 1):
        result = list(shape)
        result[-1] = 1 if fields["inverse"] and fields["onesided"] else 2
        n = length or shape[axis]
        if fields["onesided"]:
            n = (2 * (n - 1) if length is None else length) if fields["inverse"] else n // 2 + 1
        result[axis] = n
        if declared is None or tuple(result) == declared:
            cases[axis] = partial(case, axis)
    if declared is None and len(cases) > 1:
        raise c.unknown(2, "the axis")
    place = c.emit.reshape(non_negative(c, c.arg(2), c.rank()), ())
    return choose(c, place, cases, "the axis does not fit the declared shape")


def stft(c: Call) -> Results:
    onesided = bool(c.node.get_int("onesided", 1))
    length = _frame_length(c, onesided)
    step = _frame_step(c, length)
    window = c.opt(2)
    return c.op(STFT, c.arg(0), window, step=step, length=length, onesided=onesided)


def _frame_length(c: Call, onesided: bool) -> int:
    window = c.opt(2)
    known = c.ints(3)
    if known is not None:
        return known[0]
    if c.opt(3) is None:
        if window is None:
            raise c.node.error("needs a window or a frame length")
        return shape_of(window)[0]
    declared = c.declared_static()
    if window is not None:
        length = shape_of(window)[0]
    elif declared is not None and len(declared) == 4:
        # An even length; the check below says when it was odd.
        length = 2 * (declared[2] - 1) if onesided else declared[2]
    else:
        raise c.unknown(3, "the frame length")
    require_equal(c, c.emit.reshape(c.arg(3), ()), length, f"the frame length is not {length}")
    return length


def _frame_step(c: Call, length: int) -> int:
    known = c.ints(1)
    if known is not None:
        return known[0]
    declared = c.declared_static()
    if declared is None or len(declared) != 4 or declared[1] < 2:
        raise c.unknown(1, "the frame step")
    rest = c.type_at(0).shape[1] - length
    steps = [s for s in range(1, rest + 1) if rest // s + 1 == declared[1]]
    if len(steps) != 1:
        raise c.unknown(1, "the frame step")
    require_equal(c, c.emit.reshape(c.arg(1), ()), steps[0], f"the frame step is not {steps[0]}")
    return steps[0]


def mel_weight_matrix(c: Call) -> Results:
    parameters = [c.known(i) for i in range(5)]
    if any(p is None for p in parameters):
        raise c.node.error("its parameters are only known at run time")
    bins, length, rate, low, high = (p.item() for p in parameters if p is not None)
    spectrum = int(length) // 2 + 1
    checked_shape((spectrum, int(bins)), c.node.loc.describe())
    mel = 2595 * np.log10(1 + np.array([low, high]) / 700)
    edges = np.linspace(mel[0], mel[1], int(bins) + 2)
    hertz = 700 * (10 ** (edges / 2595) - 1)
    points = np.floor((int(length) + 1) * hertz / rate).astype(np.int64)
    matrix = np.zeros((spectrum, int(bins)))
    for i in range(int(bins)):
        left, centre, right = (int(p) for p in points[i : i + 3])
        if left == centre:
            matrix[centre, i] = 1
        for j in range(left, min(centre + 1, spectrum)):
            if left != centre:
                matrix[j, i] = (j - left) / (centre - left)
        for j in range(centre, min(right, spectrum)):
            if right != centre:
                matrix[j, i] = (right - j) / (right - centre)
    element = element_type(c.node.get_int("output_datatype", 1), c.node.loc.describe())
    return c.emit.constant(matrix.astype(element.dtype))


def center_crop_pad(c: Call) -> Results:
    shape = list(c.type_at(0).shape)
    axes = c.node.opt_ints("axes")
    places = tuple(c.axis(a) for a in (range(len(shape)) if axes is None else axes))
    c.axes(places)
    given = c.ints(1)
    if given is None:
        declared = c.declared_static()
        if declared is None or len(declared) != len(shape):
            raise c.unknown(1, "the shape")
        given = tuple(declared[a] for a in places)
        require_equal(c, c.arg(1), given, f"the shape differs from the declared {list(given)}")
    if len(given) != len(places):
        raise c.node.error(f"{len(given)} sizes for {len(places)} axes")
    checked_shape(given, c.node.loc.describe())
    starts, sizes = [0] * len(shape), list(shape)
    low, high = [0] * len(shape), [0] * len(shape)
    for a, n in zip(places, given, strict=True):
        if n < shape[a]:
            starts[a], sizes[a] = (shape[a] - n) // 2, n
        else:
            low[a] = (n - shape[a]) // 2
            high[a] = n - shape[a] - low[a]
    cropped = c.op(Slice, c.arg(0), starts=starts, sizes=sizes)
    return c.op(Pad, cropped, low=low, high=high, value=0)


ROWS: Rows = {
    "AffineGrid": affine_grid,
    "CenterCropPad": center_crop_pad,
    "Col2Im": col2im,
    "DFT": dft,
    "Det": det,
    "GridSample": grid_sample,
    "MelWeightMatrix": mel_weight_matrix,
    "Resize": resize,
    "RoiAlign": roi_align,
    "STFT": stft,
    "Upsample": upsample,
}
