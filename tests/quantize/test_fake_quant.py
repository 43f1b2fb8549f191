"""Simulated quantization, however it is written, and the integers that it becomes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

import millrace
from millrace.driver.inspection import load_module
from millrace.driver.sources import open_source
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.quant import FakeQuantize
from millrace.passes.manager import run_pipeline
from tests.onnx.onnx_models import model, value
from tests.quantize.quantize_models import Array, run, samples, weights

SCALE = np.float32(0.05)
CASE = Path(__file__).parents[3] / "shared" / "cases" / "mot_qat_cnn"


def node(op: str, ins: list[str], out: str, **attributes: Any) -> Any:
    return helper.make_node(op, ins, [out], name=f"/{out}", **attributes)


def pair(x: str, y: str, zero: str, scale: str = "scale") -> list[Any]:
    return [
        node("QuantizeLinear", [x, scale, zero], f"{y}_q"),
        node("DequantizeLinear", [f"{y}_q", scale, zero], y),
    ]


def rounded_and_clipped(x: str, y: str) -> list[Any]:
    """As torch writes it."""
    return [
        node("Div", [x, "scale"], f"{y}_a"),
        node("Round", [f"{y}_a"], f"{y}_b"),
        node("Clip", [f"{y}_b", "first", "last"], f"{y}_c"),
        node("Mul", [f"{y}_c", "scale"], y),
    ]


def nudged(x: str, y: str) -> list[Any]:
    """As TensorFlow does: clamp, scale, floor."""
    return [
        node("Max", [x, "low"], f"{y}_a"),
        node("Min", [f"{y}_a", "high"], f"{y}_b"),
        node("Sub", [f"{y}_b", "low"], f"{y}_c"),
        node("Mul", [f"{y}_c", "inverse"], f"{y}_d"),
        node("Add", [f"{y}_d", "rest"], f"{y}_e"),
        node("Floor", [f"{y}_e"], f"{y}_f"),
        node("Mul", [f"{y}_f", "scale"], y),
    ]


CONSTANTS: dict[str, Any] = {
    "scale": SCALE,
    "s8": np.int8(-3),
    "u8": np.uint8(125),
    "s16": np.int16(7),
    "first": np.float32(-8),
    "last": np.float32(7),
    "low": SCALE * np.float32(-128),
    "high": SCALE * np.float32(127),
    "inverse": np.float32(1) / SCALE,
    "rest": np.float32(-128 + 0.5),
    "half": np.float32(0.5),
}
FORMS: dict[str, tuple[list[Any], tuple[int, int]]] = {
    "signed pair": (pair("x", "y", "s8"), (-125, 130)),
    "unsigned pair": (pair("x", "y", "u8"), (-125, 130)),
    "16 bits": (pair("x", "y", "s16"), (-32775, 32760)),
    "4 bits": (rounded_and_clipped("x", "y"), (-8, 7)),
    "nudged": (nudged("x", "y"), (-128, 127)),
    "after ReLU": ([node("Relu", ["x"], "r"), *pair("r", "y", "s8")], (0, 130)),
}


def one(nodes: list[Any]) -> Any:
    used = {i for n in nodes for i in n.input}
    constants = {k: v for k, v in CONSTANTS.items() if k in used}
    return model(nodes, [value("x", (1, 9))], [value("y", (1, 9))], constants)


def raised(proto: Any) -> list[FakeQuantize]:
    module: Module = load_module(open_source(proto), None)
    run_pipeline(module, "front,raise-fake-quant,prune".replace("front", _front()))
    return [op for op in module.entry.walk() if isinstance(op, FakeQuantize)]


def _front() -> str:
    from millrace.driver.pipelines import FRONT

    return FRONT


@pytest.mark.parametrize("name", FORMS)
def test_found_in_every_form(name: str) -> None:
    nodes, (low, high) = FORMS[name]
    (op,) = raised(one(nodes))
    assert op.scale == pytest.approx(float(SCALE), rel=1e-6)
    assert (op.low, op.high) == (low, high)
    assert op.input.defining_op is None  # nothing is left before it


@pytest.mark.parametrize(
    "nodes",
    [
        [node("Round", ["x"], "y")],  # has no limits
        [node("Clip", ["x", "first", "last"], "y")],  # has no steps
        [node("Sign", ["x"], "y")],  # is not near its input
        [node("Mul", ["x", "x"], "y")],
        [node("Clip", ["x", "first", "last"], "a"), node("Floor", ["a"], "y")],  # is not rounded
    ],
    ids=lambda nodes: "-".join(n.op_type for n in nodes),
)
def test_not_found_elsewhere(nodes: list[Any]) -> None:
    assert raised(one(nodes)) == []


def test_inside_of_a_longer_chain() -> None:
    """A sigmoid between two roundings: both are found."""
    nodes = [*pair("x", "a", "s8"), node("Sigmoid", ["a"], "b"), *pair("b", "y", "u8")]
    assert len(raised(one(nodes))) == 2


def trained() -> Any:
    """Two layers whose weights and activations are rounded in pairs."""
    grid = np.float32(0.01)
    w = {n: np.rint(weights(*s) / grid / 4) * grid for n, s in (("w0", (9, 8)), ("w1", (8, 4)))}
    nodes = [
        *pair("x", "a", "s8"),
        node("MatMul", ["a", "w0"], "b"),
        node("Add", ["b", "b0"], "c"),
        node("Relu", ["c"], "d"),
        *pair("d", "e", "u8"),
        node("MatMul", ["e", "w1"], "f"),
        *pair("f", "y", "s8"),
    ]
    constants = {**{k: CONSTANTS[k] for k in ("scale", "s8", "u8")}, **w, "b0": weights(8)}
    return model(nodes, [value("x", (1, 9))], [value("y", (1, 4))], constants)


def test_integers_are_those_of_the_simulation() -> None:
    """All roundings are the same but those of sums that lie between two steps."""
    x = samples(1, 9)
    m = millrace.compile(trained(), quantize="int8", calibration={"x": x})
    got, want = (run(c, x) / SCALE for c in (m, millrace.compile(trained())))
    steps = np.abs(np.rint(got) - np.rint(want))
    np.testing.assert_allclose(got, np.rint(got), atol=1e-3)
    assert steps.max() <= 1 and (steps == 0).mean() > 0.95


def cell() -> list[Any]:
    """One step of a minimal gated unit: all that is multiplied lies on a grid, biases do not."""
    return [
        *pair("xt", "x8", "s8"),
        node("MatMul", ["x8", "wz"], "az"),
        node("Add", ["az", "bz"], "cz"),
        *pair("cz", "dz", "s8"),
        node("MatMul", ["h", "uz"], "ez"),
        *pair("ez", "fz", "s8"),
        node("Add", ["dz", "fz"], "gz"),
        node("Sigmoid", ["gz"], "hz"),
        *pair("hz", "z", "u0", "gate"),
        node("MatMul", ["h", "uh"], "eh"),
        *pair("eh", "fh", "s8"),
        node("Mul", ["fh", "z"], "gh"),
        node("Add", ["gh", "dz"], "hh"),
        node("Tanh", ["hh"], "th"),
        *pair("th", "n", "s0", "state"),
        node("Mul", ["z", "h"], "old"),
        node("Sub", ["one", "z"], "rest"),
        node("Mul", ["rest", "n"], "new"),
        node("Add", ["old", "new"], "sum"),
        *pair("sum", "h1", "s0", "state"),
    ]


def loop(units: int = 16, features: int = 8, steps: int = 40) -> Any:
    grid = np.float32(0.01)
    shapes = {"wz": (features, units), "uz": (units, units), "uh": (units, units)}
    constants = {
        n: np.rint(weights(*s, seed=i) / grid) * grid for i, (n, s) in enumerate(shapes.items())
    }
    constants |= {k: CONSTANTS[k] for k in ("scale", "s8")}
    constants |= {"gate": np.float32(1 / 255), "state": np.float32(1 / 127), "one": np.float32(1)}
    constants |= {"u0": np.uint8(0), "s0": np.int8(0), "bz": weights(units)}
    row, given = (1, units), (1, features)
    body = helper.make_graph(
        cell(), "cell", [value("h", row), value("xt", given)], [value("h1", row)]
    )
    scan = helper.make_node(
        "Scan", ["zero", "x"], ["y"], name="/scan", body=body, num_scan_inputs=1
    )
    constants["zero"] = np.zeros(row, np.float32)
    return model([scan], [value("x", (steps, *given))], [value("y", row)], constants)


@pytest.mark.parametrize("scheme", ["int8", "int16x8"])
def test_a_loop_on_grids_of_its_own(scheme: str) -> None:
    """Every number falls to the step to which it falls in floats: one that does not is carried on,
    and after some steps nothing is the same."""
    x = samples(40, 1, 8)
    m = millrace.compile(loop(), quantize=scheme, calibration={"x": x})
    np.testing.assert_allclose(run(m, x), run(millrace.compile(loop()), x), atol=1e-5)


def reference() -> tuple[Array, Array]:
    if not CASE.is_dir():
        pytest.skip(f"{CASE} is not there: QAT forms are not compared with LiteRT's integers")
    stored = np.load(CASE / "qat.int8_from_qat.tflite.ref.npz")
    return stored["in0"], stored["out0"]


@pytest.mark.parametrize("name", ["qat.f32.tflite", "qat.onnx", "qat.frozen_v2cf.pb"])
def test_within_one_step_of_litert(name: str) -> None:
    """The float forms of a model trained so, against LiteRT's run of its integer form."""
    x, want = reference()
    m = millrace.compile(CASE / name, quantize="int8", calibration=CASE / "reps.npz")
    got = np.stack([m(s.reshape(m.inputs[0].shape)) for s in x]).reshape(want.shape)
    assert np.abs(got - want).max() <= 1 / 256


def test_integer_form_is_litert_to_the_bit() -> None:
    x, want = reference()
    m = millrace.compile(CASE / "qat.int8_from_qat.tflite")
    got = np.stack([m(s.reshape(m.inputs[0].shape)) for s in x]).reshape(want.shape)
    np.testing.assert_array_equal(got, want)
