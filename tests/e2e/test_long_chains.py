"""Graphs that are far longer than Python's stack is deep, and have many more paths than nodes."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

import millrace

LEVELS = 400
"""Three operations deep each: more than Python's recursion limit allows."""


def chain(heads: int) -> ModelProto:
    """Product, ``LEVELS`` times ``x = max(0.999 |x|, -x)``, summed in ``heads`` parts."""
    weights = np.linspace(-1, 1, 64, dtype=np.float32).reshape(8, 8)
    nodes = [helper.make_node("MatMul", ["x", "w"], ["v0"])]
    for i in range(LEVELS):
        nodes += [
            helper.make_node("Abs", [f"v{i}"], [f"a{i}"]),
            helper.make_node("Neg", [f"v{i}"], [f"n{i}"]),
            helper.make_node("Mul", [f"a{i}", "factor"], [f"h{i}"]),
            helper.make_node("Max", [f"h{i}", f"n{i}"], [f"v{i + 1}"]),
        ]
    parts = [f"part{i}" for i in range(heads)]
    nodes.append(helper.make_node("Split", [f"v{LEVELS}"], parts, axis=1))
    nodes.append(helper.make_node("Sum", parts, ["y"]))
    graph = helper.make_graph(
        nodes,
        "chain",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, 8))],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, (1, 8 // heads))],
        [
            numpy_helper.from_array(weights, "w"),
            numpy_helper.from_array(np.float32(0.999), "factor"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])


@pytest.mark.parametrize("heads", [1, 2])
def test_longer_than_the_stack(heads: int) -> None:
    model = chain(heads)
    x = np.linspace(-2, 3, 8, dtype=np.float32)[None]
    (expected,) = ReferenceEvaluator(model).run(None, {"x": x})
    np.testing.assert_allclose(millrace.compile(model)(x), expected, rtol=1e-5)
