"""Products with constants stored without zeros: the lowered kernels against GRAPH level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

import millrace
from millrace.ir.attributes import Dense
from millrace.ir.dialects import memref
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import cast, contraction, conv, elementwise
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.target import TargetInfo
from millrace.ir.types import F32, I8, I16, I32, tensor
from millrace.passes.base import PassContext
from millrace.passes.kernel import sparsify
from millrace.passes.kernel.constants import Constants
from millrace.passes.kernel.sparsify import Sparsify

from . import conftest as C

SMALL: dict[str, Any] = {"vector_bytes": 0, "vector_registers": 8, "pointer_bytes": 4}
SMALL |= {"l1_bytes": 0, "bare": True, "alignment": 16}
PLAIN = TargetInfo("plain", "", **SMALL, registers=8)
DSP = TargetInfo("dsp", "", **SMALL, dsp=True)
MVE = TargetInfo("mve", "", **{**SMALL, "vector_bytes": 16}, mve=True)
TARGETS = st.sampled_from([PLAIN, DSP, MVE])
ZEROS = st.sampled_from([0.0, 0.3, 0.8, 0.97, 1.0])


class Harness(C.Harness):  # type: ignore[misc]
    """Stores all weights without zeros, as ``choice`` says (None: as the pass decides)."""

    def __init__(self, choice: tuple[int, int] | None, saving: int = 0) -> None:
        self.choice = choice
        self.saving = saving
        self.context = PassContext()

    def run_lowered(self, m: Module, args: Sequence[Any], ctx: PassContext) -> list[Any]:
        C.globalize(m)
        self.context = ctx
        if self.choice is None:
            Sparsify(self.saving).run(m, ctx)
        else:
            target = TargetInfo.from_attr(m.target)
            for group in sparsify.groups(m, target, Constants(m, ctx.rewriter)):
                for k in group.kernels:
                    ctx.rewriter.set_attr(k.f, "sparse", self.choice)
        return super().run_lowered(m, args, ctx)  # type: ignore[no-any-return]


def const(b: Any, array: Any) -> Any:
    return b.value(Constant, value=Dense(array))


def weights(shape: Sequence[int], zeros: float, seed: int, dtype: Any = np.int8) -> Any:
    rs = np.random.default_rng(seed)
    size = int(np.prod(shape))
    w = rs.integers(-128, 128, size) if dtype != np.float32 else rs.standard_normal(size)
    w = w.astype(dtype)
    w[rs.permutation(size)[: round(zeros * size)]] = 0
    return w.reshape(shape)


def narrow(b: Any, acc: Any, channels: int) -> Any:
    """What follows an accumulator: a bias a channel, limits, bytes."""
    bias = np.arange(channels, dtype=np.int32) * 37 - 200
    y = b.value(elementwise.Add, acc, const(b, bias))
    low, high = const(b, np.int32(-128)), const(b, np.int32(127))
    y = b.value(elementwise.Min, b.value(elementwise.Max, y, low), high)
    return b.value(cast.Cast, y, to=I8)


def streams(m: Module) -> list[Any]:
    """The constants that lowering made of several, which no other tell of."""
    used = {op.sym for op in m.walk() if isinstance(op, memref.GetGlobal)}
    found = [g for g in m.block if isinstance(g, memref.Global) and g.sym_name in used]
    return [g.value.array for g in found if "_d" in g.sym_name]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 9),
    st.sampled_from([1, 2, 31, 255, 256, 257, 300, 700]),
    st.integers(1, 9),
    ZEROS,
    st.integers(1, 4),
    st.sampled_from([1, 2, 4]),
    TARGETS,
    st.integers(0, 1 << 20),
)
@example(1, 256, 2, 0.0, 1, 1, DSP, 0)  # more entries than a byte counts
@example(3, 700, 3, 0.99, 2, 4, PLAIN, 1)  # places further apart than a byte reaches
@example(2, 300, 3, 1.0, 1, 1, MVE, 2)
def test_layers_of_bytes(
    m: int, k: int, n: int, zeros: float, rows: int, unroll: int, target: Any, seed: int
) -> None:
    w = weights((k, n), zeros, seed)

    def build(b: Any, x: Any) -> Any:
        return [narrow(b, b.value(contraction.MatMul, x, const(b, w), acc=I32), n)]

    Harness((rows, unroll)).run([tensor((m, k), I8)], build, target=target, seed=seed)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 6),
    st.sampled_from([1, 7, 256, 300]),
    st.integers(1, 9),
    ZEROS,
    st.sampled_from([1, 4]),
    st.sampled_from([1, 2, 4]),
    st.sampled_from([PLAIN, DSP]),
)
def test_layers_of_floats(
    m: int, k: int, n: int, zeros: float, rows: int, unroll: int, target: Any
) -> None:
    w, bias = weights((k, n), zeros, k * n, np.float32), np.arange(n, dtype=np.float32)

    def build(b: Any, x: Any) -> Any:
        y = b.value(contraction.MatMul, x, const(b, w))
        return [b.value(elementwise.Add, y, const(b, bias))]

    Harness((rows, unroll)).run([tensor((m, k), F32)], build, target=target)


@pytest.mark.parametrize("dtype", [np.int8, np.int16])
@pytest.mark.parametrize("target", [PLAIN, DSP, MVE])
def test_activations_of_16_bits(dtype: Any, target: Any) -> None:
    w = weights((90, 6), 0.7, 1, dtype)

    def build(b: Any, x: Any) -> Any:
        wide = b.value(cast.Cast, const(b, w), to=I32)
        x = b.value(cast.Cast, x, to=I32)
        return [b.value(contraction.MatMul, x, wide)]

    Harness((2, 2)).run([tensor((3, 90), I16)], build, target=target)


@pytest.mark.parametrize("target", [PLAIN, DSP, MVE])
@pytest.mark.parametrize("kernel", [(1, 1), (2, 3)])
def test_windows_without_a_border(kernel: Any, target: Any) -> None:
    w = weights((*kernel, 24, 5), 0.8, 2)

    def build(b: Any, x: Any) -> Any:
        return [narrow(b, b.value(conv.Conv, x, const(b, w), acc=I32), 5)]

    Harness((3, 2)).run([tensor((1, 4, 7, 24), I8)], build, target=target)


@pytest.mark.parametrize("target", [PLAIN, DSP, MVE])
def test_input_and_state_of_a_cell_are_one_stream(target: Any) -> None:
    n = 12

    def gate(b: Any, x: Any, h: Any, seed: int) -> Any:
        wx, wh = weights((9, n), 0.6, seed), weights((n, n), 0.9, seed + 1)
        x = narrow(b, b.value(contraction.MatMul, x, const(b, wx), acc=I32), n)
        h = narrow(b, b.value(contraction.MatMul, h, const(b, wh), acc=I32), n)
        return b.value(
            elementwise.Add, b.value(cast.Cast, x, to=I32), b.value(cast.Cast, h, to=I32)
        )

    def build(b: Any, x: Any, h: Any) -> Any:
        return [b.value(elementwise.Sub, gate(b, x, h, 1), gate(b, x, h, 3))]

    m = Harness((1, 2)).run([tensor((1, 9), I8), tensor((1, n), I8)], build, target=target)
    assert len(streams(m)) == 1


def test_a_stream_has_two_bytes_an_entry_and_one_a_channel() -> None:
    w = np.zeros((100, 3), np.int8)
    w[4, 0], w[99, 0], w[50, 2] = 7, -3, 1

    def build(b: Any, x: Any) -> Any:
        return [b.value(contraction.MatMul, x, const(b, w), acc=I32)]

    m = Harness((1, 1)).run([tensor((1, 100), I8)], build, target=DSP)
    assert streams(m)[0].tolist() == [2, 4, 7, 99, -3, 0, 1, 50, 1]


def test_equal_kernels_of_weights_with_more_and_fewer_zeros() -> None:
    some, most = weights((40, 8), 0.7, 5), weights((40, 8), 0.95, 6)

    def build(b: Any, x: Any, y: Any) -> Any:
        return [
            narrow(b, b.value(contraction.MatMul, v, const(b, w), acc=I32), 8)
            for v, w in ((x, some), (y, most))
        ]

    m = Harness((1, 2)).run([tensor((1, 40), I8)] * 2, build, target=DSP)
    assert sum(f.role == "kernel" for f in m.functions()) == 1
    first, second = streams(m)
    assert first.size == second.size, "one kernel reads both"


def decided(zeros: float, target: Any, shape: tuple[int, int, int], saving: int = 0) -> bool:
    """Whether the pass stores a layer without zeros."""
    m, k, n = shape
    harness = Harness(None, saving)

    def build(b: Any, x: Any) -> Any:
        w = const(b, weights((k, n), zeros, 7))
        return [narrow(b, b.value(contraction.MatMul, x, w, acc=I32), n)]

    harness.run([tensor((m, k), I8)], build, target=target)
    texts = [r.text for r in harness.context.remarks if "zeros:" in r.text]
    assert len(texts) == (zeros >= sparsify.CONSIDERED)
    return any("stored without zeros" in text for text in texts)


def test_what_loses_bytes_or_instructions_stays_dense() -> None:
    small, tall = (1, 128, 32), (8, 128, 32)
    assert [decided(z, DSP, small) for z in (0.1, 0.6, 0.75, 0.85)] == [False, False, True, True]
    assert decided(0.7, DSP, tall) and not decided(0.7, DSP, small), "rows share places"
    assert decided(0.6, PLAIN, small) and not decided(0.45, PLAIN, small), "no bytes are saved"
    assert not decided(0.95, MVE, small), "sixteen products an instruction"


def test_bytes_are_bought_where_they_are_missing() -> None:
    small = (1, 128, 32)
    assert decided(0.6, DSP, small, saving=1) and not decided(0.6, DSP, small)
    assert decided(0.95, MVE, small, saving=1)
    assert not decided(0.45, DSP, small, saving=1000), "no bytes are saved"


def test_the_cheapest_bytes_are_bought_first() -> None:
    few, many = weights((128, 32), 0.6, 1), weights((128, 32), 0.7, 2)

    def build(b: Any, x: Any, y: Any) -> Any:
        a = narrow(b, b.value(contraction.MatMul, x, const(b, few), acc=I32), 32)
        c = b.value(contraction.MatMul, y, const(b, many), acc=I32)
        return [a, c]

    def stored(saving: int) -> list[str]:
        harness = Harness(None, saving)
        harness.run([tensor((1, 128), I8)] * 2, build, target=DSP)
        texts = [r.text for r in harness.context.remarks if "stored without" in r.text]
        return [t[:3] for t in texts]

    assert [stored(n) for n in (0, 1, 1000)] == [[], ["70%"], ["70%"]]
    assert stored(2000) == stored(9999) == ["70%", "60%"]


def test_no_machine_with_wide_vectors_skips_zeros() -> None:
    assert not Harness(None, 1 << 30).context.remarks
    harness = Harness(None, 1 << 30)

    def build(b: Any, x: Any) -> Any:
        return [b.value(contraction.MatMul, x, const(b, weights((64, 64), 0.95, 1, np.float32)))]

    harness.run([(4, 64)], build, target=C.WIDE)
    assert not any("zeros" in r.text for r in harness.context.remarks)


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("zeros", [0.8, 0.95])
def test_hosts_read_large_matrices_without_zeros(zeros: float, rows: int) -> None:
    """Those that their second cache does not hold, where each weight is used once."""
    w = weights((512, 300), zeros, 3, np.float32)

    def build(b: Any, x: Any) -> Any:
        return [b.value(contraction.MatMul, x, const(b, w))]

    for cache, expected in ((w.nbytes, False), (w.nbytes - 1, zeros > 0.9 and rows == 1)):
        target = TargetInfo("host", "", vector_bytes=32, l2_bytes=cache)
        m = prepared([tensor((rows, 512), F32)], build, target)
        Sparsify().run(m, PassContext())
        assert any(f.sparse for f in m.functions()) is expected


def test_native_code_on_this_machine() -> None:
    w = weights((700, 600), 0.97, 4, np.float32)
    w[:, 5] = 0
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 700])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 600])],
        [numpy_helper.from_array(w, "w")],
    )
    net = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    x = np.random.default_rng(1).standard_normal((1, 700)).astype(np.float32)
    sparse, dense = (millrace.compile(net, sparse=s) for s in ("auto", "never"))
    assert sparse.report.weight_bytes < dense.report.weight_bytes / 8
    for model in (sparse, dense):
        np.testing.assert_allclose(model(x), x.astype(np.float64) @ w, rtol=1e-4, atol=1e-5)


def test_weights_that_a_dense_product_reads_too_stay_dense() -> None:
    w = weights((16, 16), 0.9, 8)

    def build(b: Any, x: Any) -> Any:
        shared = const(b, w)
        y = b.value(contraction.MatMul, x, shared, acc=I32)
        return [y, b.value(elementwise.Add, b.value(cast.Cast, shared, to=I32), y)]

    harness = Harness(None, 1 << 30)
    m = harness.run([tensor((1, 16), I8)], build, target=DSP)
    assert not any(f.sparse for f in m.functions())


def test_strict_floats_stay_dense() -> None:
    """A zero times an infinity is no number, which strict models keep."""
    w = weights((64, 8), 0.95, 9, np.float32)

    def build(b: Any, x: Any) -> Any:
        return [b.value(contraction.MatMul, x, const(b, w))]

    for strict in (False, True):
        m = prepared([tensor((1, 64), F32)], build, DSP)
        if strict:
            m.attributes["strict"] = True
        Sparsify().run(m, PassContext())
        assert any(f.sparse for f in m.functions()) is not strict


def prepared(types: Sequence[Any], build: Any, target: TargetInfo) -> Module:
    """A graph as the pass finds it."""
    m: Module = C.make_module(types, build, target)
    for p in (C.Structure(), C.Fuse()):
        p.run(m, PassContext())
    C.globalize(m)
    return m
