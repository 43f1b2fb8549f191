"""Kernel lowering against GRAPH level, over shapes, targets and kinds of operations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from millrace.ir.dialects import func
from millrace.ir.dialects.mr import (
    activation,
    contraction,
    conv,
    elementary,
    elementwise,
    movement,
    reduction,
)
from millrace.ir.types import I64, tensor

from . import conftest as C

HARNESS = C.Harness()
TARGETS = st.sampled_from([C.WIDE, C.NARROW, C.SCALAR])
RS = np.random.default_rng(7)
WEIGHTS = RS.standard_normal(1 << 14).astype(np.float32)


def weights(*shape: int) -> Any:
    return WEIGHTS[: int(np.prod(shape))].reshape(shape)


def kernels(m: Any) -> int:
    return sum(f.role == "kernel" for f in m.functions())


def dense(m: int, k: int, n: int) -> Any:
    def build(b: Any, x: Any) -> Any:
        y = b.value(contraction.MatMul, x, C.const(b, weights(k, n)))
        return [b.value(activation.Relu, b.value(elementwise.Add, y, C.const(b, weights(n))))]

    return build


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 20), st.integers(1, 40), st.integers(1, 70), TARGETS)
def test_dense_layer(m: int, k: int, n: int, target: Any) -> None:
    module = HARNESS.run([(m, k)], dense(m, k, n), target=target)
    assert kernels(module) == 1


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 3), st.integers(1, 9), st.integers(1, 20), st.integers(1, 40), TARGETS)
def test_matmul_of_two_inputs(batch: int, m: int, k: int, n: int, target: Any) -> None:
    def build(b: Any, x: Any, y: Any) -> Any:
        return [b.value(contraction.MatMul, x, y)]

    HARNESS.run([(batch, m, k), (batch, k, n)], build, target=target)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 6), st.integers(1, 80), TARGETS)
def test_softmax_and_row_statistics(rows: int, n: int, target: Any) -> None:
    def build(b: Any, x: Any) -> Any:
        top = b.value(reduction.ReduceMax, x, axes=(1,), keepdims=True)
        e = b.value(elementary.Exp, b.value(elementwise.Sub, x, top))
        total = b.value(reduction.ReduceSum, e, axes=(1,), keepdims=True)
        return [b.value(elementwise.Div, e, total), total]

    HARNESS.run([(rows, n)], build, target=target)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(3, 8),
    st.integers(3, 8),
    st.integers(1, 9),
    st.integers(1, 20),
    st.integers(1, 3),
    st.integers(1, 2),
    TARGETS,
)
def test_convolution(h: int, w: int, c: int, o: int, k: int, s: int, target: Any) -> None:
    def build(b: Any, x: Any) -> Any:
        y = b.value(conv.Conv, x, C.const(b, weights(k, k, c, o)), strides=(s, s))
        return [b.value(activation.Relu, y)]

    module = HARNESS.run([(1, h, w, c)], build, target=target)
    assert kernels(module) == 1


@settings(max_examples=15, deadline=None)
@given(st.integers(3, 8), st.integers(1, 40), TARGETS)
def test_depthwise(h: int, c: int, target: Any) -> None:
    def build(b: Any, x: Any) -> Any:
        return [b.value(conv.Conv, x, C.const(b, weights(3, 3, 1, c)), groups=c)]

    HARNESS.run([(1, h, 5, c)], build, target=target)


def test_lstm_step_is_one_kernel() -> None:
    """Four products of one state and the cell arithmetic share a kernel."""
    n = 20

    def build(b: Any, h: Any, c: Any, z: Any) -> Any:
        gates = [
            b.value(
                elementwise.Add,
                b.value(contraction.MatMul, h, C.const(b, weights(n, n) * (k + 1))),
                z,
            )
            for k in range(4)
        ]
        i, f, o = (b.value(elementary.Sigmoid, g) for g in gates[:3])
        g = b.value(elementary.Tanh, gates[3])
        fc = b.value(elementwise.Mul, f, c)
        new = b.value(elementwise.Add, fc, b.value(elementwise.Mul, i, g))
        return [b.value(elementwise.Mul, o, b.value(elementary.Tanh, new)), new]

    module = HARNESS.run([(1, n), (1, n), (1, n)], build)
    assert kernels(module) == 1


def test_a_gate_applied_before_the_product_needs_two_kernels() -> None:
    def build(b: Any, h: Any) -> Any:
        f = b.value(elementary.Sigmoid, b.value(contraction.MatMul, h, C.const(b, weights(12, 12))))
        fh = b.value(elementwise.Mul, f, h)
        return [b.value(contraction.MatMul, fh, C.const(b, weights(12, 12)))]

    assert kernels(HARNESS.run([(1, 12)], build)) == 2


def test_a_cycle_through_another_kernel_is_not_fused() -> None:
    """x + softmax-like(sum(x)): the reduction stands between, fusing all would be circular."""

    def build(b: Any, x: Any) -> Any:
        e = b.value(elementary.Exp, x)
        s = b.value(reduction.ReduceSum, e, axes=(0, 1), keepdims=True)
        return [b.value(elementwise.Add, e, s)]

    assert kernels(HARNESS.run([(4, 5)], build)) == 2


def test_equal_kernels_are_shared() -> None:
    def build(b: Any, x: Any) -> Any:
        for k in range(3):
            y = b.value(contraction.MatMul, x, C.const(b, weights(16, 16) * (k + 1)))
            x = b.value(activation.Relu, y)
        return [x]

    m = HARNESS.run([(1, 16)], build)
    assert kernels(m) == 1
    assert sum(isinstance(op, func.Call) for op in m.entry.block) == 3


@pytest.mark.parametrize("target", [C.WIDE, C.SCALAR])
def test_arg_max(target: Any) -> None:
    def build(b: Any, x: Any) -> Any:
        return [b.value(reduction.ArgMax, x, axes=(1,))]

    HARNESS.run([(3, 37)], build, target=target)


def test_integers_and_transposed_reads() -> None:
    def build(b: Any, x: Any) -> Any:
        t = b.value(movement.Transpose, x, perm=(1, 0))
        return [b.value(elementwise.Add, t, t)]

    HARNESS.run([tensor((5, 7), I64)], build)


@pytest.mark.parametrize("shape", [(), (1, 1), (0, 3)])
def test_degenerate_shapes(shape: Any) -> None:
    def build(b: Any, x: Any) -> Any:
        return [b.value(activation.Relu, x)]

    HARNESS.run([shape], build)


def test_sum_of_nothing_is_zero() -> None:
    def build(b: Any, x: Any) -> Any:
        return [b.value(reduction.ReduceSum, x, axes=(0,))]

    HARNESS.run([(0, 3)], build)


def test_a_statistic_used_inside_and_after_the_next_reduction() -> None:
    """log-sum-exp: the maximum is subtracted inside the sum's loops and added after them. Fusing
    the two through the addition would read the maximum before it is known."""

    def build(b: Any, x: Any) -> Any:
        top = b.value(reduction.ReduceMax, x, axes=(0, 2), keepdims=True)
        e = b.value(elementary.Exp, b.value(elementwise.Sub, x, top))
        total = b.value(reduction.ReduceSum, e, axes=(0, 2), keepdims=True)
        return [b.value(elementwise.Add, b.value(elementary.Log, total), top)]

    assert kernels(HARNESS.run([(3, 4, 5)], build)) == 2
