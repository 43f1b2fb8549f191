"""raise-fake-quant: arithmetic that rounds numbers to a grid becomes ``mr.fake_quantize``.

Training tools simulate quantization in many ways: clamp, scale, floor and scale back; division,
rounding and multiplication; a pair of conversions to and from integers. All are elementwise chains
whose result is a staircase next to its input, and by that they are found, whatever they consist of.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from millrace.ir.core import Block, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.kinds import Elementwise
from millrace.ir.dialects.mr.quant import FakeQuantize
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import F32, element_of
from millrace.passes.base import Pass, PassContext
from millrace.passes.quantize.chains import Curve, beginnings, curve
from millrace.passes.quantize.values import is_real

POINTS = 1 << 14
MORE_POINTS = 1 << 19
MOST_STEPS = 1 << 16
FAR = 1e30
SHORT = 1 << 12
"""How many numbers of few bits are looked at."""
NEAR_TIE = 1e-3
"""How far from the middle between two steps, in steps."""
COARSE = np.concatenate([-np.logspace(6, -6, 500), np.logspace(-6, 6, 500)])


@dataclass(frozen=True)
class RaiseFakeQuant(Pass):
    """Find simulated quantization."""

    name: ClassVar[str] = "raise-fake-quant"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH

    def run(self, module: Module, ctx: PassContext) -> None:
        for f in module.functions():
            for op in list(f.walk()):
                for region in op.regions:
                    for block in region.blocks:
                        _raise_in(block, ctx.rewriter)


def _raise_in(block: Block, rw: Rewriter) -> None:
    for op in reversed(block.ops):  # what ends a chain before what stands inside of it
        if not isinstance(op, Elementwise) or isinstance(op, FakeQuantize):
            continue
        y = op.results[0]
        if not is_real(y) or element_of(y.type) != F32:
            continue
        found = _staircase(y)
        if found is not None:
            x, grid = found
            new = rw.after(op).value(
                FakeQuantize, x, scale=grid.scale, low=grid.low, high=grid.high, loc=op.loc
            )
            rw.replace(op, new)


@dataclass(frozen=True)
class Grid:
    scale: float
    low: int
    high: int


def _staircase(y: Value) -> tuple[Value, Grid] | None:
    """The value that ``y`` is a rounded form of, the farthest before it, and the grid."""
    for start in beginnings(y):
        f = curve(y, start)
        if f is None or not is_real(start) or np.unique(f(COARSE)).size > COARSE.size / 2:
            continue
        grid = grid_of(f)
        if grid is not None:
            return start, grid
    return None


def grid_of(f: Curve) -> Grid | None:
    """The grid to which a function rounds its input; None when it does something else."""
    low, high = (float(v) for v in f(np.array([-FAR, FAR])))
    if not (np.isfinite([low, high]).all() and low <= 0 <= high and low < high):
        return None
    for points in (POINTS, MORE_POINTS):
        margin = (high - low) / 8
        x = np.linspace(low - margin, high + margin, points, dtype=np.float32)
        y = f(x).astype(np.float64)
        steps = np.unique(y)
        count = steps.size
        if count < points // 4:
            break
    else:
        return None
    if not 2 <= count <= MOST_STEPS:
        return None
    scale = (high - low) / (count - 1)
    even = np.abs(np.diff(steps) - scale).max() <= 2e-3 * scale
    first, last = round(low / scale), round(high / scale)
    on_zero = abs(low / scale - first) < 0.02 and last - first == count - 1
    inside = (x >= low) & (x <= high)
    near = np.abs(y - x)[inside].max() <= 0.52 * scale
    if not (even and on_zero and near):
        return None
    return Grid(_step_of(f, scale, first, last), first, last)


def _step_of(f: Curve, scale: float, first: int, last: int) -> float:
    """The width of a step, to more bits than f32 has. Some divide by a width, others multiply by an
    inverse; what hangs on that are numbers of few bits, which are frequent, as 0.5 is between 0 and
    1: where they lie between two steps they fall as they do in ``f``."""
    unit = 2.0 ** math.floor(math.log2(scale * (last - first) / SHORT))
    x = np.arange(math.floor(first * scale / unit), math.ceil(last * scale / unit)) * unit
    x = x[np.abs(x / scale % 1 - 0.5) < NEAR_TIE]
    found = np.rint(f(x.astype(np.float32)).astype(np.float64) / scale)
    inverse, far = np.float32(1 / scale), np.float32(FAR)
    inverses = [inverse, np.nextafter(inverse, far), np.nextafter(inverse, -far)]

    def differ(step: float) -> int:
        return int((np.rint(x / step) != found).sum())

    return min([float(np.float32(scale)), *(1 / float(i) for i in inverses)], key=differ)
