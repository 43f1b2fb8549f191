"""LSTM, GRU and RNN with every attribute, against ONNX Runtime."""

from __future__ import annotations

import numpy as np
import pytest

from millrace.frontend.onnx import import_onnx
from millrace.ir.core import Operation
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.errors import CompileError
from tests.onnx.onnx_models import Array, agrees, one_node, reference, run

T, N, WIDTH, H = 5, 3, 4, 6
GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
OUTPUTS = {"LSTM": ("y", "h", "c"), "GRU": ("y", "h"), "RNN": ("y", "h")}
DIRECTIONS = ["forward", "reverse", "bidirectional"]


def parameters(op: str, direction: str, *, peepholes: bool = False) -> dict[str, Array]:
    rng = np.random.default_rng(3)
    d, g = 2 if direction == "bidirectional" else 1, GATES[op]
    found = {
        "W": rng.normal(size=(d, g * H, WIDTH)) * 0.5,
        "R": rng.normal(size=(d, g * H, H)) * 0.5,
        "B": rng.normal(size=(d, 2 * g * H)) * 0.3,
    }
    if peepholes:
        found["P"] = rng.normal(size=(d, 3 * H)) * 0.3
    return {k: v.astype(np.float32) for k, v in found.items()}


def states(op: str, direction: str) -> dict[str, Array]:
    rng = np.random.default_rng(4)
    d = 2 if direction == "bidirectional" else 1
    names = ("h0", "c0") if op == "LSTM" else ("h0",)
    return {n: rng.normal(size=(d, N, H)).astype(np.float32) for n in names}


def sequence() -> Array:
    return np.random.default_rng(5).normal(size=(T, N, WIDTH)).astype(np.float32)


def check(op: str, operands: list[str], inputs: dict[str, Array], **kwargs: object) -> None:
    constants = kwargs.pop("constants")
    proto = one_node(
        op,
        inputs,
        OUTPUTS[op],
        constants=constants,  # type: ignore[arg-type]
        operands=operands,
        hidden_size=H,
        **kwargs,  # type: ignore[arg-type]
    )
    agrees(proto, inputs)


@pytest.mark.parametrize("op", GATES)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_directions(op: str, direction: str) -> None:
    weights = parameters(op, direction)
    check(op, ["x", "W", "R", "B"], {"x": sequence()}, constants=weights, direction=direction)


@pytest.mark.parametrize("op", GATES)
def test_without_biases(op: str) -> None:
    weights = parameters(op, "forward")
    del weights["B"]
    check(op, ["x", "W", "R"], {"x": sequence()}, constants=weights)


@pytest.mark.parametrize("op", GATES)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_lengths_and_initial_states(op: str, direction: str) -> None:
    """Run-time lengths: rows behind a sequence's end are zero, states stay as they ended."""
    inputs = {"x": sequence(), "n": np.array([5, 2, 3], np.int32), **states(op, direction)}
    operands = ["x", "W", "R", "B", "n", *states(op, direction)]
    check(op, operands, inputs, constants=parameters(op, direction), direction=direction)


@pytest.mark.parametrize("op", GATES)
def test_constant_lengths(op: str) -> None:
    full = np.full(N, T, np.int32)
    weights = {**parameters(op, "forward"), "n": full}
    check(op, ["x", "W", "R", "B", "n"], {"x": sequence()}, constants=weights)


@pytest.mark.parametrize("op", GATES)
def test_weights_at_run_time(op: str) -> None:
    inputs = {"x": sequence(), **parameters(op, "forward")}
    check(op, ["x", "W", "R", "B"], inputs, constants={})


@pytest.mark.parametrize("direction", ["forward", "bidirectional"])
def test_peepholes(direction: str) -> None:
    inputs = {"x": sequence(), **states("LSTM", direction)}
    operands = ["x", "W", "R", "B", "", "h0", "c0", "P"]
    weights = parameters("LSTM", direction, peepholes=True)
    check("LSTM", operands, inputs, constants=weights, direction=direction)


def test_input_forget() -> None:
    weights = parameters("LSTM", "forward")
    check("LSTM", ["x", "W", "R", "B"], {"x": sequence()}, constants=weights, input_forget=1)


@pytest.mark.parametrize("direction", ["forward", "bidirectional"])
@pytest.mark.parametrize("bias", [True, False])
def test_linear_before_reset(direction: str, bias: bool) -> None:
    weights = parameters("GRU", direction)
    operands = ["x", "W", "R", "B"] if bias else ["x", "W", "R"]
    if not bias:
        del weights["B"]
    x = {"x": sequence()}
    check("GRU", operands, x, constants=weights, direction=direction, linear_before_reset=1)


@pytest.mark.parametrize("op", GATES)
def test_clip(op: str) -> None:
    """Large inputs, so that clipping matters."""
    x = {"x": sequence() * 4}
    check(op, ["x", "W", "R", "B"], x, constants=parameters(op, "forward"), clip=0.7)


FUNCTIONS = {
    "RNN": [
        (["Affine"], [0.3], [0.1]),
        (["ScaledTanh"], [1.2], [0.8]),
        (["HardSigmoid"], [0.3], [0.4]),
        (["LeakyRelu"], [0.2], []),
        (["ThresholdedRelu"], [0.3], []),
        (["Elu"], [0.7], []),
        (["Relu"], [], []),
        (["Softsign"], [], []),
        (["Softplus"], [], []),
        (["Sigmoid"], [], []),
    ],
    "GRU": [(["HardSigmoid", "ScaledTanh"], [0.3, 1.1], [0.4, 0.9]), (["Tanh", "Relu"], [], [])],
    "LSTM": [
        (["HardSigmoid", "LeakyRelu", "Tanh"], [0.3, 0.1], [0.4]),
        (["Sigmoid", "Softsign", "Relu"], [], []),
    ],
}


@pytest.mark.parametrize(
    ("op", "names", "alphas", "betas"),
    [(op, *row) for op, rows in FUNCTIONS.items() for row in rows],
)
def test_activations(op: str, names: list[str], alphas: list[float], betas: list[float]) -> None:
    fields: dict[str, object] = {"activations": names}
    if alphas:
        fields["activation_alpha"] = alphas
    if betas:
        fields["activation_beta"] = betas
    weights = parameters(op, "forward")
    check(op, ["x", "W", "R", "B"], {"x": sequence()}, constants=weights, **fields)


@pytest.mark.parametrize("op", GATES)
def test_batch_first(op: str) -> None:
    """``layout=1`` gives what the transposed inputs and outputs of ``layout=0`` give. (ONNX
    Runtime does not have it.)"""
    weights = parameters(op, "bidirectional")
    x, first = sequence(), states(op, "bidirectional")
    operands = ["x", "W", "R", "B", "", *first]
    usual, turned = (
        one_node(
            op,
            {"x": xs, **hs},
            OUTPUTS[op],
            constants=weights,
            operands=operands,
            hidden_size=H,
            direction="bidirectional",
            layout=layout,
        )
        for layout, xs, hs in (
            (0, x, first),
            (1, x.transpose(1, 0, 2), {k: v.transpose(1, 0, 2) for k, v in first.items()}),
        )
    )
    y, *last = reference(usual, {"x": x, **first})
    swapped = {k: v.transpose(1, 0, 2) for k, v in {"x": x, **first}.items()}
    got_y, *got_last = run(import_onnx(turned), swapped)
    np.testing.assert_allclose(got_y, y.transpose(2, 0, 1, 3), rtol=1e-4, atol=1e-5)
    for g, w in zip(got_last, last, strict=True):
        np.testing.assert_allclose(g, w.transpose(1, 0, 2), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("op", GATES)
def test_one_scan_with_one_product_a_gate(op: str) -> None:
    """The form that later passes build on: x and h meet constant matrices in their own
    products, [I, H] and [H, H]."""
    proto = one_node(
        op,
        {"x": sequence()},
        OUTPUTS[op],
        constants=parameters(op, "forward"),
        operands=["x", "W", "R", "B"],
        hidden_size=H,
    )
    module = import_onnx(proto)
    (scan,) = (o for o in module.walk() if isinstance(o, Scan))
    assert scan.trip == T
    products = [o for o in scan.walk() if isinstance(o, MatMul)]
    shapes = sorted(_constant(o).value.type.shape for o in products)
    assert shapes == sorted([(WIDTH, H), (H, H)] * GATES[op])


def _constant(product: Operation) -> Constant:
    op = product.operands[1].defining_op
    assert isinstance(op, Constant)
    return op


def test_only_asked_outputs() -> None:
    proto = one_node(
        "LSTM",
        {"x": sequence()},
        ("", "", "c"),
        constants=parameters("LSTM", "forward"),
        operands=["x", "W", "R", "B"],
        hidden_size=H,
    )
    agrees(proto, {"x": sequence()})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"direction": "sideways"}, "unknown direction"),
        ({"activations": ["Tanh"]}, "needs 3 activations, has 1"),
        ({"activations": ["Tanh", "Nope", "Tanh"]}, "unknown activation 'Nope'"),
        ({"hidden_size": 7}, "expected the shape"),
    ],
)
def test_errors(fields: dict[str, object], message: str) -> None:
    proto = one_node(
        "LSTM",
        {"x": sequence()},
        constants=parameters("LSTM", "forward"),
        operands=["x", "W", "R", "B"],
        **{"hidden_size": H, **fields},  # type: ignore[arg-type]
    )
    with pytest.raises(CompileError, match=message):
        import_onnx(proto)
