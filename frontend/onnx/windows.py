"""Sliding windows as ONNX describes them, brought to explicit padding; and the transposes between
channels-first tensors and the channels-last operations of the IR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from millrace.frontend.onnx.emitter import shape_of
from millrace.frontend.onnx.table import Call
from millrace.ir.core import Value


@dataclass(frozen=True)
class Windows:
    """``extra`` is padding at the ends beyond ``high``: what ``ceil_mode`` adds."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]
    extra: tuple[int, ...]

    @property
    def fields(self) -> dict[str, tuple[int, ...]]:
        """Attributes of a channels-last operation, but for the kernel."""
        return {
            "strides": self.strides,
            "dilations": self.dilations,
            "low": self.low,
            "high": tuple(h + e for h, e in zip(self.high, self.extra, strict=True)),
        }


def windows(c: Call, spatial: Sequence[int], kernel: Sequence[int]) -> Windows:
    """The windows of a node over ``spatial`` dimensions, from its attributes."""
    n = len(spatial)
    strides = _per_axis(c, "strides", n)
    dilations = _per_axis(c, "dilations", n)
    if len(kernel) != n or min((*kernel, *strides, *dilations), default=1) < 1:
        raise c.node.error(f"kernel {list(kernel)} over {list(spatial)} is not possible")
    reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilations, strict=True)]
    low, high = _pads(c, spatial, reach, strides)
    extra = (0,) * n
    if c.node.get_int("ceil_mode", 0):
        extra = tuple(
            _ceil_extra(size + p + q, p + size, r, s)
            for size, p, q, r, s in zip(spatial, low, high, reach, strides, strict=True)
        )
    return Windows(tuple(kernel), strides, dilations, low, high, extra)


def _per_axis(c: Call, key: str, n: int) -> tuple[int, ...]:
    values = c.node.get_ints(key, (1,) * n)
    if len(values) != n:
        raise c.node.error(f"attribute {key!r} must have {n} entries")
    return values


def _pads(
    c: Call, spatial: Sequence[int], reach: Sequence[int], strides: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    n = len(spatial)
    auto = c.node.get_str("auto_pad", "NOTSET")
    if auto in ("NOTSET", ""):
        pads = c.node.get_ints("pads", (0,) * (2 * n))
        if len(pads) != 2 * n or any(p < 0 for p in pads):
            raise c.node.error(f"pads {list(pads)} of {n} dimensions")
        return pads[:n], pads[n:]
    if auto == "VALID":
        return (0,) * n, (0,) * n
    if auto not in ("SAME_UPPER", "SAME_LOWER"):
        raise c.node.error(f"unknown auto_pad {auto!r}")
    totals = [
        max(0, (-(-size // s) - 1) * s + r - size)
        for size, r, s in zip(spatial, reach, strides, strict=True)
    ]
    small = tuple(t // 2 for t in totals)
    large = tuple(t - t // 2 for t in totals)
    return (small, large) if auto == "SAME_UPPER" else (large, small)


def _ceil_extra(padded: int, inside: int, reach: int, stride: int) -> int:
    """Padding with which the last, partial window fits; a window that would start behind the
    input and its left padding does not count."""
    if padded < reach:
        return 0
    outputs = -(-(padded - reach) // stride) + 1
    if (outputs - 1) * stride >= inside:
        outputs -= 1
    return max(0, (outputs - 1) * stride + reach - padded)


def channels_last(c: Call, x: Value) -> Value:
    rank = len(shape_of(x))
    return c.emit.transpose(x, (0, *range(2, rank), 1))


def channels_first(c: Call, x: Value) -> Value:
    rank = len(shape_of(x))
    return c.emit.transpose(x, (0, rank - 1, *range(1, rank - 1)))


def weights_last(c: Call, w: Value) -> Value:
    """[O, C, kernel...] as [kernel..., C, O]."""
    rank = len(shape_of(w))
    return c.emit.transpose(w, (*range(2, rank), 1, 0))


def spatial_shape(c: Call) -> tuple[int, ...]:
    """The first input's dimensions behind batch and channels."""
    if c.rank() < 3:
        raise c.node.error(f"the input has {c.rank()} dimensions, needs 3 at least")
    return c.type_at(0).shape[2:]
