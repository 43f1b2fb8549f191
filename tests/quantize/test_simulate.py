"""A float model that rounds its values as it is told at run time."""

from __future__ import annotations

import numpy as np

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr import elementwise
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.interpreter import interpret
from millrace.ir.types import F32, INDEX, tensor
from millrace.ir.verifier import verify
from millrace.passes.manager import run_pipeline
from millrace.passes.quantize.values import real_values
from tests.passes.conftest import Graph, const

V = tensor((1, 3), F32)
X = np.array([[0.3, -2.0, 1.1]], np.float32)
W = np.array([[1, 0, 2], [0, 1, 0], [0.5, 0, 1]], np.float32)


def rounded(x: np.ndarray, scale: float, zero: int) -> np.ndarray:
    return (np.clip(np.rint(x / np.float32(scale)) + zero, -128, 127) - zero) * np.float32(scale)


def test_storage_and_reading() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        y = b.value(elementwise.Mul, x, const(b, 3.0))
        return [b.value(MatMul, y, const(b, W)), y]

    module = Graph().main([V], build)
    x, y, _ = range(len(real_values(module.entry)))
    run_pipeline(module, "simulate")
    verify(module)
    rows = np.zeros((3, 5), np.float32)
    plain = interpret(module, [X, rows])
    np.testing.assert_allclose(plain[0], (X * 3) @ W, rtol=1e-6)
    rows[x, :2] = 0.25, 3
    rows[y, 2:4] = 0.5, -1
    product, stored = interpret(module, [X, rows])
    want = rounded(X, 0.25, 3) * np.float32(3)
    np.testing.assert_array_equal(stored, want)  # only the product reads coarser numbers
    np.testing.assert_allclose(product, rounded(want, 0.5, -1) @ W, rtol=1e-6)


def test_a_carry_is_rounded_at_each_step() -> None:
    """Increments of less than half a step are lost."""

    def build(b: Builder, x: Value) -> list[Value]:
        body = Block([INDEX, V])
        inner = Builder(body)
        new = inner.value(elementwise.Add, body.args[1], const(inner, 0.1))
        inner.create(scf.Yield, [new])
        return list(b.create(Scan, [x], [], None, trip=10, block=body).results)

    module = Graph().main([V], build)
    values = real_values(module.entry)
    made = next(i for i, v in enumerate(values) if isinstance(v.defining_op, elementwise.Add))
    run_pipeline(module, "simulate")
    verify(module)
    rows = np.zeros((len(values), 5), np.float32)
    start = np.zeros((1, 3), np.float32)
    np.testing.assert_allclose(interpret(module, [start, rows])[0], 1.0, rtol=1e-5)
    rows[made, :2] = 0.25, 0
    np.testing.assert_array_equal(interpret(module, [start, rows])[0], 0.0)


def test_weights_are_those_of_the_integers() -> None:
    """A unit a channel; rounded only where the last column says so."""

    w = np.random.default_rng(0).normal(size=(3, 3)).astype(np.float32)

    def build(b: Builder, x: Value) -> list[Value]:
        return [b.value(MatMul, x, const(b, w))]

    module = Graph().main([V], build)
    ranges = np.tile([-1.0, 1.0, -1.0, 1.0], (len(real_values(module.entry)), 1))
    module.attributes["ranges"] = Dense(ranges)
    run_pipeline(module, "simulate")
    verify(module)
    rows = np.zeros((2, 5), np.float32)
    np.testing.assert_allclose(interpret(module, [X, rows])[0], X @ w, rtol=1e-6)
    rows[1, 4] = 1
    steps = np.abs(w).max(axis=0) / 127
    want = X @ (np.rint(w / steps) * steps)
    np.testing.assert_allclose(interpret(module, [X, rows])[0], want, rtol=1e-5)
