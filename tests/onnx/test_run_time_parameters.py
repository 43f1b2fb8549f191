"""Shapes, axes and sizes that are inputs of the model: the declared result shape makes them
static, and a run that does not keep to it fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from millrace.frontend.onnx import import_onnx
from millrace.ir.errors import CompileError, RunError
from tests.onnx.onnx_models import Array, agrees, one_node, run

X = np.random.default_rng(1).normal(size=(2, 3, 4)).astype(np.float32)


def ints(*values: int) -> Array:
    return np.array(values, np.int64)


def check(
    op: str,
    good: Mapping[str, Array],
    shape: tuple[int, ...],
    bad: Mapping[str, Array] | None = None,
    **fields: Any,
) -> None:
    """``good`` inputs give ONNX Runtime's result; ``bad`` ones, which do not fit the declared
    shape, a RunError that names the node."""
    dtype = fields.pop("dtype", np.float32)
    proto = one_node(op, good, declared={"y": shape}, dtype=dtype, **fields)
    module = agrees(proto, good)
    if bad is not None:
        with pytest.raises(RunError, match='node "/n"'):
            run(module, {**good, **bad})


def test_reshape() -> None:
    check("Reshape", {"x": X, "s": ints(6, 4)}, (6, 4), {"s": ints(4, 6)})
    check("Reshape", {"x": X, "s": ints(-1, 4)}, (6, 4), {"s": ints(-1, 2)})
    check("Reshape", {"x": X, "s": ints(0, 12)}, (2, 12), {"s": ints(0, 6)})


def test_expand_and_tile() -> None:
    row = X[:1, :1]
    check("Expand", {"x": row, "s": ints(5, 1, 4)}, (5, 1, 4), {"s": ints(4, 1, 4)})
    check("Tile", {"x": X, "r": ints(1, 2, 3)}, (2, 6, 12), {"r": ints(2, 1, 3)})


def test_constant_of_shape() -> None:
    check("ConstantOfShape", {"s": ints(2, 3)}, (2, 3), {"s": ints(3, 2)})


@pytest.mark.parametrize("axes", [(0,), (1,), (-1,), (0, 2), (-2, 0)])
@pytest.mark.parametrize("keepdims", [0, 1])
def test_reduce_axes(axes: tuple[int, ...], keepdims: int) -> None:
    shape = X.sum(axes, keepdims=bool(keepdims)).shape
    wrong = ints(*((a + 1) % 3 for a in axes))
    given = {"x": X, "axes": ints(*axes)}
    check("ReduceSum", given, shape, {"axes": wrong}, keepdims=keepdims)


def test_reduce_axes_of_equal_sizes() -> None:
    """The declared shape leaves a choice, which the run makes."""
    square = np.random.default_rng(2).normal(size=(3, 3)).astype(np.float32)
    proto = one_node("ReduceMax", {"x": square, "a": ints(0)}, declared={"y": (3,)}, keepdims=0)
    module = import_onnx(proto)
    for axis in (0, 1, -1):
        (y,) = run(module, {"x": square, "a": ints(axis)})
        np.testing.assert_array_equal(y, square.max(axis))
    with pytest.raises(RunError, match='node "/n"'):
        run(module, {"x": square, "a": ints(2)})


def test_squeeze_and_unsqueeze() -> None:
    thin = X[:, :1]
    check("Squeeze", {"x": thin, "a": ints(1)}, (2, 4), {"a": ints(0)})
    check("Unsqueeze", {"x": X, "a": ints(0, -1)}, (1, 2, 3, 4, 1), {"a": ints(0, 1)})


SLICES = [
    ((1, 0), (2, 2), (0, 1), (1, 1), (1, 2, 4)),
    ((0, -3), (2, -1), (0, 2), (1, 1), (2, 3, 2)),
    ((3, -1), (-10, -9), (2, 1), (-2, -1), (2, 3, 2)),
    ((0, 0), (100, 100), (1, 0), (2, 1), (2, 2, 4)),
]


@pytest.mark.parametrize(("starts", "ends", "axes", "steps", "shape"), SLICES)
@pytest.mark.parametrize("known", ["nothing", "axes"])
def test_slice(starts: Any, ends: Any, axes: Any, steps: Any, shape: Any, known: str) -> None:
    given = {"x": X, "s": ints(*starts), "e": ints(*ends), "a": ints(*axes), "t": ints(*steps)}
    operands = list(given)
    constants = {}
    if known == "axes":
        constants = {k: given.pop(k) for k in ("a", "t")}
    bad = {"e": ints(*starts)}
    check("Slice", given, shape, bad, constants=constants, operands=operands)


@pytest.mark.parametrize("mode", ["constant", "edge", "reflect", "wrap"])
def test_pad(mode: str) -> None:
    given = {"x": X, "p": ints(0, 2, 1, 1, 0, 2)}
    check("Pad", given, (3, 5, 7), {"p": ints(1, 2, 1, 1, 0, 2)}, mode=mode)


def test_pad_with_value_and_axes() -> None:
    given = {"x": X, "p": ints(2, 1), "v": np.float32(7), "a": ints(-2)}
    check("Pad", given, (2, 6, 4), {"p": ints(1, 1)})


def test_range() -> None:
    given = {"a": np.float32(1), "b": np.float32(2), "d": np.float32(0.3)}
    check("Range", given, (4,), {"b": np.float32(3)})
    down = {"a": np.int64(10), "b": np.int64(4), "d": np.int64(-2)}
    check("Range", down, (3,), {"d": np.int64(-1)}, dtype=np.int64)


def test_cumulative_axis() -> None:
    check("CumSum", {"x": X, "a": np.int64(-2)}, X.shape, {"a": np.int64(3)})


def test_one_hot_depth() -> None:
    given = {"i": ints(0, 2, -1), "d": np.int64(4), "v": np.float32([0, 1])}
    check("OneHot", given, (3, 4), {"d": np.int64(5)})


def test_split_sizes() -> None:
    proto = one_node(
        "Split",
        {"x": X, "s": ints(1, 3)},
        ("y", "z"),
        declared={"y": (2, 3, 1), "z": (2, 3, 3)},
        axis=2,
    )
    module = agrees(proto, {"x": X, "s": ints(1, 3)})
    with pytest.raises(RunError, match='node "/n"'):
        run(module, {"x": X, "s": ints(2, 2)})


def test_top_k() -> None:
    proto = one_node(
        "TopK", {"x": X, "k": ints(2)}, ("y", "i"), declared={"y": (2, 3, 2), "i": (2, 3, 2)}
    )
    proto.graph.output[1].type.tensor_type.elem_type = 7
    module = agrees(proto, {"x": X, "k": ints(2)})
    with pytest.raises(RunError, match='node "/n"'):
        run(module, {"x": X, "k": ints(3)})


IMAGE = np.random.default_rng(3).normal(size=(1, 2, 5, 6)).astype(np.float32)


@pytest.mark.parametrize("mode", ["nearest", "linear", "cubic"])
@pytest.mark.parametrize(
    "coordinates", ["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"]
)
def test_resize_by_scales(mode: str, coordinates: str) -> None:
    given = {"x": IMAGE, "s": np.float32([1, 1, 1.6, 0.5])}
    check(
        "Resize",
        given,
        (1, 2, 8, 3),
        {"s": np.float32([1, 1, 1.6, 0.4])},
        operands=["x", "", "s"],
        mode=mode,
        coordinate_transformation_mode=coordinates,
    )


@pytest.mark.parametrize("mode", ["nearest", "linear", "cubic"])
def test_resize_by_sizes(mode: str) -> None:
    given = {"x": IMAGE, "s": ints(1, 2, 9, 3)}
    bad = {"s": ints(1, 2, 9, 4)}
    check("Resize", given, (1, 2, 9, 3), bad, operands=["x", "", "", "s"], mode=mode)


UNDECLARED = {
    "Reshape": {"x": X, "s": ints(6, 4)},
    "ReduceSum": {"x": X, "a": ints(1)},
    "Slice": {"x": X, "s": ints(0), "e": ints(1)},
    "Pad": {"x": X, "p": ints(0, 0, 0, 0, 0, 1)},
    "Range": {"a": np.float32(0), "b": np.float32(1), "d": np.float32(1)},
    "ConstantOfShape": {"s": ints(2)},
    "Expand": {"x": X, "s": ints(2, 3, 4)},
}


@pytest.mark.parametrize("op", UNDECLARED)
def test_without_declaration(op: str) -> None:
    with pytest.raises(
        CompileError, match=f'node "/n": {op}: .*(only known at run time|known at run time only)'
    ):
        import_onnx(one_node(op, UNDECLARED[op]))
