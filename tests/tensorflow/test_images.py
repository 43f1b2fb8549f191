"""Blocks, resizing and transposed convolution, against numpy written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from millrace.frontend.tensorflow import import_graphdef
from millrace.ir.interpreter.run import interpret

Array = np.ndarray[Any, Any]


def run(g: Any, *inputs: Array) -> Array:
    (out,) = interpret(import_graphdef(g.data()), inputs)
    return out


def test_batches_of_blocks_and_back(writer: Any) -> None:
    """Block (i, j) of 2 x 2 holds every other pixel from (i, j) on."""
    x = np.arange(24, dtype=np.float32).reshape(1, 4, 6, 1)
    g = writer()
    g.placeholder("x", 1, 4, 6, 1)
    g.const("block", [2, 2], dtype=np.int32)
    g.const("pads", [[0, 0], [1, 1]], dtype=np.int32)
    g.add("y", "SpaceToBatchND", "x", "block", "pads")
    padded = np.pad(x, [(0, 0), (0, 0), (1, 1), (0, 0)])
    want = np.concatenate([padded[:, i::2, j::2] for i in (0, 1) for j in (0, 1)])
    np.testing.assert_array_equal(run(g, x), want)
    g.add("z", "BatchToSpaceND", "y", "block", "pads")
    np.testing.assert_array_equal(run(g, x), x)


def test_depth_and_space(writer: Any) -> None:
    x = np.arange(32, dtype=np.float32).reshape(1, 4, 4, 2)
    g = writer()
    g.placeholder("x", 1, 4, 4, 2)
    g.add("y", "SpaceToDepth", "x", block_size=2)
    want = np.concatenate([x[:, i::2, j::2] for i in (0, 1) for j in (0, 1)], axis=-1)
    np.testing.assert_array_equal(run(g, x), want)
    g.add("z", "DepthToSpace", "y", block_size=2)
    np.testing.assert_array_equal(run(g, x), x)


@pytest.mark.parametrize("centers", [False, True])
def test_nearest_pixel(writer: Any, centers: bool) -> None:
    x = np.arange(9, dtype=np.float32).reshape(1, 3, 3, 1)
    g = writer()
    g.placeholder("x", 1, 3, 3, 1)
    g.const("size", [5, 5], dtype=np.int32)
    g.add("y", "ResizeNearestNeighbor", "x", "size", half_pixel_centers=centers)
    at = np.floor((np.arange(5) + (0.5 if centers else 0.0)) * 3 / 5).astype(int)
    np.testing.assert_array_equal(run(g, x)[0, :, :, 0], x[0][np.ix_(at, at)][:, :, 0])


@pytest.mark.parametrize(("padding", "size"), [("SAME", 5), ("SAME", 6), ("VALID", 7)])
def test_transposed_convolution_is_the_gradient(writer: Any, padding: str, size: int) -> None:
    """<conv(u), x> = <u, transposed(x)> for all u and x."""
    rng = np.random.default_rng(0)
    w = rng.normal(size=(3, 3, 2, 4)).astype(np.float32)
    x = rng.normal(size=(1, 3, 3, 4)).astype(np.float32)
    u = rng.normal(size=(1, size, size, 2)).astype(np.float32)
    fields = {"strides": [1, 2, 2, 1], "padding": padding}
    g = writer()
    g.placeholder("x", 1, 3, 3, 4)
    g.placeholder("u", 1, size, size, 2)
    g.const("w", w)
    g.const("size", u.shape, dtype=np.int32)
    g.add("back", "Conv2DBackpropInput", "size", "w", "x", **fields)
    g.add("there", "Conv2D", "u", "w", **fields)
    back, there = interpret(import_graphdef(g.data()), [x, u])
    assert back.shape == u.shape
    assert np.vdot(there, x) == pytest.approx(np.vdot(u, back), rel=1e-4)
