"""The layers of the ziggurat for normal numbers, 256 of equal area under exp(-x x / 2), as numpy
has them. They are those of the usual recursion in double precision, from the outermost layer
inwards; all bits count, since a number on a layer's border decides how many are drawn."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

LAYERS = 256
TAIL = 3.6541528853610088
"""Where the lowest layer ends, and the tail begins."""
_AREA = 0.004928673233974652
_ROUNDED_DOWN = 37
"""The layer at which numpy's table has a sum that was rounded the other way."""


@cache
def layers() -> tuple[Any, Any, Any]:
    """``limits`` (uint64): below them a number of 52 bits lies inside of the layer; ``widths``:
    what it is multiplied by; ``heights``: of the curve at the layer's end."""
    scale = float(1 << 52)
    ends = _ends()
    limits = [TAIL / ends[0], 0.0, *(ends[i - 1] / ends[i] for i in range(2, LAYERS))]
    heights = [1.0, *(_height(x) for x in ends[1:])]
    return (
        np.array([round(r * scale) for r in limits], np.uint64),
        np.array(ends) / scale,
        np.array(heights),
    )


def _height(x: float) -> float:
    return math.exp(-0.5 * x * x)


def _ends() -> list[float]:
    """Where layers end; the first is as if the tail were a layer's."""
    ends = [0.0] * LAYERS
    ends[0], ends[-1] = _AREA / _height(TAIL), TAIL
    for i in range(LAYERS - 2, 0, -1):
        top = _AREA / ends[i + 1] + _height(ends[i + 1])
        if i == _ROUNDED_DOWN:
            top = math.nextafter(top, 1)
        ends[i] = math.sqrt(-2 * math.log(top))
    return ends
