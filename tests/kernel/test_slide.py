"""Windows that slide along a line of one channel: the lowered kernels against GRAPH level."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from millrace.ir.attributes import Dense
from millrace.ir.dialects import arm
from millrace.ir.dialects.mr import assemble, cast, conv, elementwise
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.target import TargetInfo
from millrace.ir.types import I8, I32, tensor
from millrace.passes.kernel.slide import plan

from .conftest import Harness

HARNESS = Harness()
DSP = TargetInfo(
    "dsp",
    "",
    vector_bytes=0,
    vector_registers=8,
    pointer_bytes=4,
    l1_bytes=0,
    bare=True,
    alignment=16,
    dsp=True,
)
RS = np.random.default_rng(3)
BYTES = RS.integers(-128, 128, 1 << 15).astype(np.int8)


def depthwise(shape: Any, kernel: Any, border: Any, fill: int = -7, **windows: Any) -> Any:
    """A depthwise convolution and what makes bytes of its sums; the lowered module."""
    c = shape[-1]
    size = int(np.prod(kernel)) * c

    def build(b: Any, x: Any) -> Any:
        if any(border):
            low, high = (0, *border[:2], 0), (0, *border[2:], 0)
            x = b.value(assemble.Pad, x, low=low, high=high, value=fill)
        w = b.value(Constant, value=Dense(BYTES[:size].reshape(*kernel, 1, c)))
        y = b.value(conv.Conv, x, w, groups=c, acc=I32, **windows)
        bias = b.value(Constant, value=Dense(np.arange(c, dtype=np.int32) * 37 - 200))
        return [b.value(cast.Cast, b.value(elementwise.Add, y, bias), to=I8)]

    return HARNESS.run([tensor(shape, I8)], build, target=DSP)


def slides(m: Any) -> bool:
    """Whether the windows went through ``smlad``."""
    return any(isinstance(op, arm.Smlad) for op in m.walk())


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.integers(1, 2), st.integers(3, 14), st.integers(3, 14), st.integers(1, 5)),
    st.tuples(st.integers(1, 5), st.integers(1, 5)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 2), st.integers(1, 2)),
    st.tuples(*[st.integers(0, 2)] * 4),
    st.integers(-128, 127),
)
def test_any_window(
    shape: Any, kernel: Any, strides: Any, dilations: Any, border: Any, fill: int
) -> None:
    spans = [(k - 1) * d + 1 for k, d in zip(kernel, dilations, strict=True)]
    if shape[1] + border[0] + border[2] < spans[0] or shape[2] + border[1] + border[3] < spans[1]:
        return
    depthwise(shape, kernel, border, fill, strides=strides, dilations=dilations)


@pytest.mark.parametrize(
    ("shape", "kernel", "strides", "border"),
    [
        ((1, 25, 5, 8), (3, 3), (1, 1), (1, 1, 1, 1)),  # tiles along the longer side
        ((1, 5, 25, 8), (3, 3), (1, 1), (1, 1, 1, 1)),
        ((1, 12, 12, 3), (5, 5), (1, 1), (2, 2, 2, 2)),
        ((1, 16, 16, 3), (5, 5), (2, 2), (1, 1, 2, 2)),
        ((1, 12, 13, 4), (5, 5), (1, 1), (0, 0, 0, 0)),  # no border: copied nevertheless
        ((1, 60, 70, 2), (3, 3), (1, 1), (1, 1, 1, 1)),  # more than is copied at once
        ((2, 12, 12, 3), (3, 3), (1, 1), (1, 0, 0, 1)),
        ((1, 13, 13, 2), (3, 2), (1, 1), (1, 1, 1, 0)),
    ],
)
def test_where_it_pays(shape: Any, kernel: Any, strides: Any, border: Any) -> None:
    assert slides(depthwise(shape, kernel, border, strides=strides))


def test_blocks_of_one_line() -> None:
    """Copies of a single step across leave out the lines between the taps."""
    m = depthwise((1, 10, 300, 2), (4, 7), (1, 1, 1, 1), strides=(1, 1), dilations=(2, 1))
    assert slides(m)


@pytest.mark.parametrize("shape", [(1, 10, 300, 2), (1, 11, 230, 1), (2, 9, 8, 2), (1, 13, 120, 1)])
@pytest.mark.parametrize("dilation", [1, 2, 3])
@pytest.mark.parametrize("stride", [1, 2])
def test_where_it_is_made_to(
    monkeypatch: pytest.MonkeyPatch, shape: Any, dilation: int, stride: int
) -> None:
    """Right wherever it is possible, whether it pays or not."""
    monkeypatch.setattr(plan, "_wins", lambda *_: True)
    options = {"strides": (stride, 1), "dilations": (dilation, 1)}
    depthwise(shape, (3, 5), (1, 1, 0, 1), **options)


@pytest.mark.parametrize(
    ("shape", "kernel", "strides", "border"),
    [
        ((1, 3, 3, 8), (3, 3), (1, 1), (0, 0, 0, 0)),  # one result a channel
        ((1, 12, 12, 4), (9, 9), (1, 1), (4, 4, 4, 4)),  # too many taps to be written out
    ],
)
def test_where_it_does_not(shape: Any, kernel: Any, strides: Any, border: Any) -> None:
    assert not slides(depthwise(shape, kernel, border, strides=strides))
