"""Operators as they were in older operator sets, against ONNX Runtime."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.onnx.onnx_models import Array, agrees, one_node

X = np.random.default_rng(1).normal(size=(2, 3, 4)).astype(np.float32)
IMAGE = np.random.default_rng(2).normal(size=(1, 3, 5, 6)).astype(np.float32)
ONES = np.ones((2, 1, 4, 1), np.float32)
CHANNELS = {
    k: np.random.default_rng(i).uniform(0.5, 2, 3).astype(np.float32)
    for i, k in enumerate(("s", "b", "m", "v"))
}

# operator, operator set, input, constants, attributes
CASES: list[tuple[str, int, Array, dict[str, Any], dict[str, Any]]] = [
    ("Softmax", 7, X, {}, {}),
    ("Softmax", 12, X, {}, {"axis": 2}),
    ("LogSoftmax", 11, X, {}, {"axis": -1}),
    ("Hardmax", 7, X, {}, {"axis": 1}),
    ("Clip", 7, X, {}, {"min": -0.5, "max": 0.25}),
    ("Clip", 7, X, {}, {"max": 0.25}),
    ("Clip", 11, X, {"lo": np.float32(-0.5)}, {}),
    ("Slice", 7, X, {}, {"starts": [1, -3], "ends": [9, -1], "axes": [1, 2]}),
    ("Slice", 7, X, {}, {"starts": [0, 1], "ends": [1, 3]}),
    ("Squeeze", 7, ONES, {}, {"axes": [1]}),
    ("Squeeze", 11, ONES, {}, {"axes": [-1, 1]}),
    ("Squeeze", 13, ONES, {}, {}),
    ("Unsqueeze", 7, X, {}, {"axes": [0, 4]}),
    ("ReduceSum", 7, X, {}, {"axes": [0, 2]}),
    ("ReduceSum", 11, X, {}, {"axes": [-1], "keepdims": 0}),
    ("ReduceMean", 17, X, {}, {"axes": [1]}),
    ("ReduceMax", 7, X, {}, {}),
    ("ReduceSum", 13, X, {"a": np.array([], np.int64)}, {"noop_with_empty_axes": 1}),
    ("Pad", 7, X, {}, {"pads": [0, 1, 0, 1, 0, 2], "value": 3.0}),
    ("Pad", 10, X, {}, {"pads": [0, 1, 0, 0, 1, 2], "mode": "reflect"}),
    ("Upsample", 7, IMAGE, {}, {"scales": [1.0, 1.0, 2.0, 3.0]}),
    ("Upsample", 9, IMAGE, {"s": np.float32([1, 1, 2, 2])}, {"mode": "linear"}),
    ("Resize", 10, IMAGE, {"s": np.float32([1, 1, 2, 0.5])}, {}),
    ("Dropout", 7, X, {}, {"ratio": 0.3}),
    ("Dropout", 10, X, {}, {}),
    ("BatchNormalization", 7, IMAGE, CHANNELS, {}),
    ("BatchNormalization", 9, IMAGE, CHANNELS, {"epsilon": 0.1}),
    ("Cast", 7, X, {}, {"to": 1}),
    ("Flatten", 7, X, {}, {"axis": 2}),
    ("Flatten", 11, X, {}, {"axis": -1}),
    (
        "Gemm",
        7,
        X[0],
        {"b": X[1].T.copy(), "c": np.float32([1, 2, 3])},
        {"alpha": 0.5, "beta": 2.0},
    ),
    ("AveragePool", 7, IMAGE, {}, {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}),
    ("MaxPool", 8, IMAGE, {}, {"kernel_shape": [2, 2], "auto_pad": "SAME_LOWER"}),
    ("MaxPool", 10, IMAGE, {}, {"kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": 1}),
    ("Scatter", 9, X, {"i": np.zeros((2, 1, 4), np.int64), "u": X[:, :1] * 2}, {"axis": 1}),
    ("Concat", 7, X, {"z": X * 2}, {"axis": 1}),
    ("PRelu", 7, X, {"s": np.float32([0.1, 0.2, 0.3, 0.4])}, {}),
    ("Sum", 8, X, {"z": X[:1] * 2}, {}),
    ("Expand", 8, X[:, :1], {"s": np.array([2, 5, 4], np.int64)}, {}),
    ("Gather", 7, X, {"i": np.array([[2, 0]], np.int64)}, {"axis": 1}),
    ("Gather", 11, X, {"i": np.array([-1], np.int64)}, {"axis": 2}),
    ("LRN", 7, IMAGE, {}, {"size": 3}),
    ("InstanceNormalization", 7, IMAGE, {k: CHANNELS[k] for k in ("s", "b")}, {}),
    ("Tile", 7, X, {"r": np.array([1, 2, 1], np.int64)}, {}),
    ("DepthToSpace", 7, np.ones((1, 8, 2, 3), np.float32), {}, {"blocksize": 2}),
    ("GlobalLpPool", 7, IMAGE, {}, {"p": 1}),
    ("CumSum", 11, X, {"a": np.array(1, np.int64)}, {"reverse": 1}),
]


@pytest.mark.parametrize(
    ("op", "opset", "x", "constants", "fields"),
    CASES,
    ids=[f"{c[0]}-{c[1]}-{i}" for i, c in enumerate(CASES)],
)
def test_case(
    op: str, opset: int, x: Array, constants: dict[str, Any], fields: dict[str, Any]
) -> None:
    agrees(one_node(op, {"x": x}, constants=constants, opset=opset, **fields), {"x": x})


@pytest.mark.parametrize("opset", [7, 9])
def test_top_k(opset: int) -> None:
    proto = one_node("TopK", {"x": X}, ("y", "i"), opset=opset, k=2, axis=-1)
    proto.graph.output[1].type.tensor_type.elem_type = 7
    agrees(proto, {"x": X})


def test_split_by_attribute() -> None:
    agrees(one_node("Split", {"x": X}, ("y", "z"), opset=11, axis=2, split=[1, 3]), {"x": X})
    agrees(one_node("Split", {"x": X}, ("y", "z"), opset=7, axis=2), {"x": X})


def test_scan_of_operator_set_8() -> None:
    """Each batch entry on its own, up to its length."""
    from tests.onnx.onnx_models import helper, model, value

    body = helper.make_graph(
        [helper.make_node("Add", ["s", "u"], ["t"]), helper.make_node("Identity", ["t"], ["y"])],
        "body",
        [value("s", (3,)), value("u", (3,))],
        [value("t", (3,)), value("y", (3,))],
    )
    scan = helper.make_node("Scan", ["n", "h", "x"], ["last", "ys"], num_scan_inputs=1, body=body)
    x = np.random.default_rng(3).normal(size=(2, 4, 3)).astype(np.float32)
    inputs = {"n": np.array([4, 2], np.int64), "h": np.zeros((2, 3), np.float32), "x": x}
    ins = [value(k, v.shape, v.dtype) for k, v in inputs.items()]
    outs = [value("last", (2, 3)), value("ys", (2, 4, 3))]
    agrees(model([scan], ins, outs, opset=8), inputs)
