"""One loop, whatever the length: the code of a recurrence does not grow with its sequence."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import millrace


def recurrence(kind: str, steps: int) -> Any:
    """A recurrent layer of 6 inputs and 8 units over ``steps`` steps."""
    gates = {"LSTM": 4, "GRU": 3, "RNN": 1}[kind]
    rs = np.random.default_rng(0)
    weights = {
        "w": rs.standard_normal((1, gates * 8, 6)),
        "r": rs.standard_normal((1, gates * 8, 8)) / 8,
        "b": rs.standard_normal((1, 2 * gates * 8)),
    }
    node = helper.make_node(kind, ["x", *weights], ["y"], hidden_size=8, name=kind)
    graph = helper.make_graph(
        [node],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [steps, 1, 6])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [steps, 1, 1, 8])],
        [numpy_helper.from_array(v.astype(np.float32), k) for k, v in weights.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNN"])
def test_code_does_not_grow_with_the_sequence(kind: str) -> None:
    sizes = {}
    for steps in (20, 100, 1000, 16000, 64000):
        model = recurrence(kind, steps)
        onnx.checker.check_model(model)
        sizes[steps] = millrace.compile(model).report.code_bytes
    # the loop is the same; the projection before it gets a larger tile where that pays, and no
    # larger one than the registers hold
    assert max(sizes.values()) - min(sizes.values()) < 2000, sizes
    assert sizes[16000] == sizes[64000]
