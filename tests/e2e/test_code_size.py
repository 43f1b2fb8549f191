"""One loop, whatever the length: the code of a recurrence does not grow with its sequence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import millrace

from .conftest import CASES


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


def custom_cell(steps: int) -> Any:
    """``h = tanh(x W + sigmoid(h U) h)``, a cell that no format knows, as a Scan."""
    rs = np.random.default_rng(0)
    weights = {"w": rs.standard_normal((6, 8)), "u": rs.standard_normal((8, 8)) / 8}
    info = helper.make_tensor_value_info
    f32 = TensorProto.FLOAT
    nodes = [
        helper.make_node("MatMul", ["row", "w"], ["xw"]),
        helper.make_node("MatMul", ["h", "u"], ["hu"]),
        helper.make_node("Sigmoid", ["hu"], ["gate"]),
        helper.make_node("Mul", ["gate", "h"], ["kept"]),
        helper.make_node("Add", ["xw", "kept"], ["sum"]),
        helper.make_node("Tanh", ["sum"], ["h1"]),
        helper.make_node("Identity", ["h1"], ["out"]),
    ]
    ins = [info("h", f32, [1, 8]), info("row", f32, [1, 6])]
    outs = [info("h1", f32, [1, 8]), info("out", f32, [1, 8])]
    body = helper.make_graph(nodes, "cell", ins, outs)
    scan = helper.make_node("Scan", ["h0", "x"], ["last", "y"], body=body, num_scan_inputs=1)
    constants = {**weights, "h0": np.zeros((1, 8))}
    graph = helper.make_graph(
        [scan],
        "g",
        [info("x", f32, [steps, 1, 6])],
        [info("y", f32, [steps, 1, 8])],
        [numpy_helper.from_array(v.astype(np.float32), k) for k, v in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def test_code_of_a_custom_cell_does_not_grow_either() -> None:
    sizes = [millrace.compile(custom_cell(n)).report.code_bytes for n in (100, 1000, 16000)]
    assert max(sizes) - min(sizes) < 2000, sizes


UNROLLED = sorted(CASES.glob("*/unroll.f32.tflite"))


@pytest.mark.skipif(not UNROLLED, reason=f"{CASES} is not there: NO UNROLLED FILE IS TESTED")
@pytest.mark.parametrize("path", UNROLLED, ids=lambda p: p.parent.name)
def test_an_unrolled_file_is_as_small_as_the_looped_one(path: Path) -> None:
    loop, flat = (
        millrace.compile(path.with_name(f"{n}.f32.tflite")).report for n in ("loop", "unroll")
    )
    assert flat.code_bytes <= 1.2 * loop.code_bytes
    assert flat.weight_bytes <= 1.2 * loop.weight_bytes
