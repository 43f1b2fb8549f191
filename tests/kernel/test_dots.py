"""Products of bytes on small machines: the lowered kernels against GRAPH level."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from millrace.ir.attributes import Dense
from millrace.ir.dialects import arm, func, memref, scf
from millrace.ir.dialects.mr import assemble, cast, contraction, conv, elementwise, pool
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.fixed_point_curves import FixedPointLogistic
from millrace.ir.target import TargetInfo
from millrace.ir.types import F32, I8, I16, I32, tensor
from millrace.passes.kernel import fuse
from millrace.passes.kernel.dot import plan

from . import conftest as C

HARNESS = C.Harness()


def small(name: str, **fields: Any) -> TargetInfo:
    base: dict[str, Any] = {"vector_bytes": 0, "vector_registers": 8, "pointer_bytes": 4}
    base |= {"l1_bytes": 0, "bare": True, "alignment": 16}
    return TargetInfo(name, "", **{**base, **fields})


PLAIN = small("plain")
DSP = small("dsp", dsp=True)
MVE = small("mve", mve=True, vector_bytes=16)
TARGETS = st.sampled_from([PLAIN, DSP, MVE])
ELEMENTS = st.sampled_from([I8, I16])
RS = np.random.default_rng(3)
BYTES = RS.integers(-128, 128, 1 << 15).astype(np.int8)


def const(b: Any, array: Any) -> Any:
    return b.value(Constant, value=Dense(array))


HALVES = RS.integers(-(1 << 15), 1 << 15, 1 << 15).astype(np.int16)


def weights(*shape: int, element: Any = I8) -> Any:
    return (BYTES if element == I8 else HALVES)[: int(np.prod(shape))].reshape(shape)


def narrow(b: Any, acc: Any, channels: int) -> Any:
    """What follows an accumulator: a bias a channel, limits, bytes."""
    bias = np.arange(channels, dtype=np.int32) * 37 - 200
    y = b.value(elementwise.Add, acc, const(b, bias))
    low, high = const(b, np.int32(-128)), const(b, np.int32(127))
    y = b.value(elementwise.Min, b.value(elementwise.Max, y, low), high)
    return b.value(cast.Cast, y, to=I8)


def product(b: Any, x: Any, k: int, n: int, seed: int = 0, element: Any = I8) -> Any:
    w = np.roll(BYTES if element == I8 else HALVES, seed)[: k * n].reshape(k, n)
    return b.value(contraction.MatMul, x, const(b, w), acc=I32)


def ops(m: Any, kind: type) -> int:
    return sum(isinstance(op, kind) for op in m.walk())


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 9), st.integers(1, 70), st.integers(1, 20), ELEMENTS, ELEMENTS, TARGETS)
def test_dense_layer(m: int, k: int, n: int, x: Any, w: Any, target: Any) -> None:
    def build(b: Any, v: Any) -> Any:
        return [narrow(b, product(b, v, k, n, element=w), n)]

    HARNESS.run([tensor((m, k), x)], build, target=target)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 40),
    st.integers(1, 40),
    st.integers(1, 12),
    st.lists(st.tuples(ELEMENTS, ELEMENTS), min_size=2, max_size=2),
    TARGETS,
)
def test_gates_of_two_vectors_of_several_types(
    k: int, h: int, n: int, types: Any, target: Any
) -> None:
    """Each vector, and each of its weights, may have 8 or 16 bits."""

    def build(b: Any, x: Any, state: Any) -> Any:
        gates = []
        for seed, w in enumerate(types[1]):
            both = product(b, x, k, n, seed, w), product(b, state, h, n, seed + 5, types[1][0])
            gates.append(b.value(cast.Cast, narrow(b, b.value(elementwise.Add, *both), n), to=I32))
        return [b.value(elementwise.Sub, *gates)]

    HARNESS.run([tensor((1, k), types[0][0]), tensor((1, h), types[0][1])], build, target=target)


@settings(max_examples=30, deadline=None)
@given(
    st.tuples(st.integers(1, 7), st.integers(1, 9), st.sampled_from([1, 2, 3, 4, 8, 16])),
    st.integers(1, 9),
    st.tuples(st.integers(1, 3), st.integers(1, 4)),
    st.tuples(st.integers(1, 2), st.integers(1, 3)),
    st.tuples(st.integers(1, 2), st.integers(1, 3)),
    st.tuples(*[st.integers(0, 2)] * 4),
    st.integers(-128, 127),
    st.tuples(ELEMENTS, ELEMENTS),
    TARGETS,
)
def test_convolution_with_a_border(
    image: Any,
    o: int,
    kernel: Any,
    strides: Any,
    dilations: Any,
    border: Any,
    fill: int,
    elements: Any,
    target: Any,
) -> None:
    h, w, c = image
    low, high = (0, *border[:2], 0), (0, *border[2:], 0)
    spans = [(k - 1) * d + 1 for k, d in zip(kernel, dilations, strict=True)]
    if h + border[0] + border[2] < spans[0] or w + border[1] + border[3] < spans[1]:
        return

    def build(b: Any, x: Any) -> Any:
        x = b.value(assemble.Pad, x, low=low, high=high, value=fill)
        windows = {"strides": strides, "dilations": dilations}
        k = const(b, weights(*kernel, c, o, element=elements[1]))
        y = b.value(conv.Conv, x, k, **windows, acc=I32)
        return [narrow(b, y, o)]

    m = HARNESS.run([tensor((1, h, w, c), elements[0])], build, target=target)
    if kernel != (1, 1) or c > 1:
        assert not any(isinstance(op, assemble.Pad) for op in m.entry.block), "no padded tensor"


@settings(max_examples=25, deadline=None)
@given(
    st.integers(2, 9),
    st.integers(2, 7),
    st.sampled_from([1, 3, 4, 8, 12, 20]),
    st.integers(1, 2),
    st.booleans(),
    TARGETS,
)
def test_depthwise_with_a_border(
    h: int, w: int, c: int, stride: int, border: bool, target: Any
) -> None:
    def build(b: Any, x: Any) -> Any:
        if border:
            x = b.value(assemble.Pad, x, low=(0, 1, 1, 0), high=(0, 1, 1, 0), value=-7)
        kernel = const(b, weights(3, 3, 1, c) if border else weights(2, 2, 1, c))
        y = b.value(conv.Conv, x, kernel, groups=c, strides=(stride, stride), acc=I32)
        return [narrow(b, y, c)]

    HARNESS.run([tensor((1, h, w, c), I8)], build, target=target)


@pytest.mark.parametrize("target", [PLAIN, DSP, MVE])
@pytest.mark.parametrize("shape", [(1, 24, 47, 4), (1, 5, 33, 32)])
def test_borders_of_images_that_no_copy_holds_whole(shape: Any, target: Any) -> None:
    c = shape[-1]

    def build(b: Any, x: Any) -> Any:
        x = b.value(assemble.Pad, x, low=(0, 1, 1, 0), high=(0, 1, 1, 0), value=5)
        deep = b.value(conv.Conv, x, const(b, weights(3, 3, c, 4)), acc=I32)
        wide = b.value(conv.Conv, x, const(b, weights(3, 3, 1, c)), groups=c, acc=I32)
        return [narrow(b, deep, 4), narrow(b, wide, c)]

    HARNESS.run([tensor(shape, I8)], build, target=target)


@pytest.mark.parametrize("target", [PLAIN, DSP])
def test_floats_with_a_border(target: Any) -> None:
    kernel = RS.standard_normal((2, 3, 3, 5)).astype(np.float32)

    def build(b: Any, x: Any) -> Any:
        x = b.value(assemble.Pad, x, low=(0, 1, 1, 0), high=(0, 0, 1, 0), value=0.5)
        return [b.value(conv.Conv, x, const(b, kernel))]

    HARNESS.run([tensor((1, 9, 11, 3), F32)], build, target=target)


@pytest.mark.parametrize("target", [PLAIN, DSP, MVE])
def test_greatest_of_windows_with_a_border(target: Any) -> None:
    def build(b: Any, x: Any) -> Any:
        x = b.value(assemble.Pad, x, low=(0, 1, 1, 0), high=(0, 1, 1, 0), value=-128)
        return [b.value(pool.MaxPool, x, kernel=(3, 3), strides=(2, 2))]

    HARNESS.run([tensor((1, 8, 9, 6), I8)], build, target=target)


def test_gates_of_one_state_share_its_copy_and_one_stream() -> None:
    n = 20

    def build(b: Any, h: Any) -> Any:
        parts = [narrow(b, product(b, h, n, n, seed), n) for seed in range(4)]
        wide = [b.value(cast.Cast, p, to=I32) for p in parts]
        y = b.value(elementwise.Add, b.value(elementwise.Add, *wide[:2]), wide[2])
        return [b.value(elementwise.Sub, y, wide[3])]

    m = HARNESS.run([tensor((1, n), I8)], build, target=DSP)
    assert ops(m, func.Call) == 1
    call = next(op for op in m.entry.block if isinstance(op, func.Call))
    streams = {
        v.defining_op.sym for v in call.operands if isinstance(v.defining_op, memref.GetGlobal)
    }
    packed = [g for g in m.block if isinstance(g, memref.Global) and g.sym_name in streams]
    sizes = [g.value.array.size for g in packed if g.value.array.dtype == np.int8]
    assert sorted(sizes) == [4 * 4 * n, 4 * n * n], "one record of biases, one stream of weights"


@pytest.mark.parametrize("k", [3, 10, 15, 16, 17, 20, 28, 150])
def test_vectors_of_weights_are_not_filled_up(k: int) -> None:
    """One row of x: zeros behind its copy are enough."""

    def build(b: Any, x: Any) -> Any:
        return [narrow(b, product(b, x, k, 8), 8)]

    m = HARNESS.run([tensor((1, k), I8)], build, target=MVE)
    streams = [g for g in m.block if isinstance(g, memref.Global) and "_d" in g.sym_name]
    assert [g.value.array.size for g in streams] == [8 * k + -k % 16]


def test_the_instructions_of_the_target_are_used() -> None:
    def build(b: Any, x: Any) -> Any:
        return [narrow(b, product(b, x, 64, 8), 8)]

    shape = [tensor((5, 64), I8)]
    assert ops(HARNESS.run(shape, build, target=DSP), arm.Smlad)
    assert ops(HARNESS.run(shape, build, target=MVE), arm.Vmladava)
    plain = HARNESS.run(shape, build, target=PLAIN)
    assert not ops(plain, arm.Smlad) and not ops(plain, arm.Vmladava)


@pytest.mark.parametrize("target", [DSP, MVE])
def test_windows_without_a_border_use_them_too(target: TargetInfo) -> None:
    def build(b: Any, x: Any) -> Any:
        y = b.value(conv.Conv, x, const(b, weights(3, 3, 16, 5)), acc=I32)
        return [narrow(b, y, 5)]

    m = HARNESS.run([tensor((1, 6, 9, 16), I8)], build, target=target)
    assert ops(m, arm.Smlad if target is DSP else arm.Vmladava)


@settings(max_examples=20, deadline=None)
@given(
    st.integers(1, 40),
    st.tuples(st.integers(1, 4), st.integers(1, 20)),
    st.tuples(st.integers(1, 3), st.integers(1, 7)),
    st.tuples(st.integers(1, 2), st.integers(1, 2)),
    st.booleans(),
)
def test_channels_with_rows_of_their_own(
    c: int, size: Any, kernel: Any, strides: Any, border: bool
) -> None:
    h, w = (n + k - 1 for n, k in zip(size, kernel, strict=True))

    def build(b: Any, x: Any) -> Any:
        if border:
            x = b.value(assemble.Pad, x, low=(0, 1, 2, 0), high=(0, 0, 1, 0), value=11)
        kernels = const(b, weights(*kernel, 1, c))
        return [narrow(b, b.value(conv.Conv, x, kernels, groups=c, strides=strides, acc=I32), c)]

    HARNESS.run([tensor((1, h, w, c), I8)], build, target=MVE)


@pytest.mark.parametrize(("h", "w", "kernel"), [(5, 127, (5, 5)), (8, 129, (5, 3))])
def test_copies_of_channels_in_blocks_of_two_sizes(h: int, w: int, kernel: Any) -> None:
    def build(b: Any, x: Any) -> Any:
        acc = b.value(conv.Conv, x, const(b, weights(*kernel, 1, 16)), groups=16, acc=I32)
        return [narrow(b, acc, 16)]

    m = HARNESS.run([tensor((1, h, w, 16), I8)], build, target=MVE)
    assert ops(m, arm.ScatterBytes)


@pytest.mark.parametrize("target", [PLAIN, DSP, MVE])
@pytest.mark.parametrize("scratch", [64, 128, 256])
def test_copies_of_one_row_of_dilated_windows(
    monkeypatch: pytest.MonkeyPatch, target: Any, scratch: int
) -> None:
    """Each tile has a copy of its own where there is little memory."""
    monkeypatch.setattr(plan, "SCRATCH_BYTES", scratch)

    def build(b: Any, x: Any) -> Any:
        x = b.value(assemble.Pad, x, low=(0, 1, 1, 0), high=(0, 2, 2, 0), value=9)
        k = const(b, weights(4, 3, 5, 3))
        return [narrow(b, b.value(conv.Conv, x, k, dilations=(2, 2), acc=I32), 3)]

    HARNESS.run([tensor((2, 8, 10, 5), I8)], build, target=target)


def test_vectors_are_brought_apart_where_a_store_does_it() -> None:
    def build(b: Any, x: Any) -> Any:
        y = b.value(conv.Conv, x, const(b, weights(3, 3, 1, 27)), groups=27, acc=I32)
        return [narrow(b, y, 27)]

    m = HARNESS.run([tensor((1, 6, 9, 27), I8)], build, target=MVE)
    assert ops(m, arm.ScatterBytes) and ops(m, arm.FirstLanes) and ops(m, arm.Vmladava)


@pytest.mark.parametrize("target", [PLAIN, DSP, MVE, C.WIDE])
def test_what_follows_several_channels_a_group_shares_their_kernel(target: TargetInfo) -> None:
    def build(b: Any, x: Any) -> Any:
        y = b.value(conv.Conv, x, const(b, weights(3, 3, 1, 15)), groups=5, acc=I32)
        return [narrow(b, y, 15)]

    m = HARNESS.run([tensor((1, 6, 7, 5), I8)], build, target=target)
    assert ops(m, func.Call) == 1 and not any(
        isinstance(op, memref.Alloc) for op in m.entry.block
    ), "no sums in memory"


@pytest.mark.parametrize("target", [DSP, MVE])
def test_dilated_windows_use_them_too(target: TargetInfo) -> None:
    def build(b: Any, x: Any) -> Any:
        x = b.value(assemble.Pad, x, low=(0, 2, 2, 0), high=(0, 2, 2, 0), value=5)
        y = b.value(conv.Conv, x, const(b, weights(3, 3, 16, 5)), dilations=(2, 2), acc=I32)
        return [narrow(b, y, 5)]

    m = HARNESS.run([tensor((1, 6, 9, 16), I8)], build, target=target)
    assert ops(m, arm.Smlad if target is DSP else arm.Vmladava)


def test_rows_of_neighbouring_windows_do_not_outnumber_the_registers() -> None:
    target = small("few", registers=12, vector_registers=32)

    def build(b: Any, x: Any) -> Any:
        x = b.value(assemble.Pad, x, low=(0, 1, 1, 0), high=(0, 1, 1, 0), value=0)
        w = const(b, weights(3, 3, 1, 8))
        return [narrow(b, b.value(conv.Conv, x, w, groups=8, acc=I32), 8)]

    m = HARNESS.run([tensor((1, 4, 12, 8), I8)], build, target=target)
    values = max(len(op.results) for op in m.walk() if isinstance(op, scf.For))
    stores = max(_stores(op) for op in m.walk() if isinstance(op, scf.For))
    assert 2 <= max(stores, values) <= 8


def _stores(loop: scf.For) -> int:
    """Results of one step of an innermost loop."""
    if any(isinstance(op, scf.For) for op in loop.regions[0].blocks[0]):
        return 0
    return sum(isinstance(op, memref.Store) for op in loop.regions[0].blocks[0])


def test_borders_stay_outside_on_machines_with_plenty_of_memory() -> None:
    def build(b: Any, x: Any) -> Any:
        x = b.value(assemble.Pad, x, low=(0, 1, 1, 0), high=(0, 1, 1, 0), value=3)
        return [b.value(conv.Conv, x, const(b, weights(3, 3, 4, 8)), acc=I32)]

    m = HARNESS.run([tensor((1, 6, 6, 4), I8)], build)
    assert any(isinstance(op, assemble.Pad) for op in m.entry.block)


def cell(b: Any, x: Any, h: Any) -> Any:
    """Two products of vectors, in units of their own, over one space."""
    n = 16
    x, h = narrow(b, product(b, x, 12, n), n), narrow(b, product(b, h, n, n, 5), n)
    return b.value(elementwise.Add, b.value(cast.Cast, x, to=I32), b.value(cast.Cast, h, to=I32))


CELL_SHAPES = [tensor((1, 12), I8), tensor((1, 16), I8)]


@pytest.mark.parametrize(("target", "calls"), [(PLAIN, 1), (DSP, 1), (MVE, 1), (C.WIDE, 2)])
def test_products_of_input_and_state_share_a_kernel_on_small_machines(
    target: Any, calls: int
) -> None:
    m = HARNESS.run(CELL_SHAPES, lambda b, x, h: [cell(b, x, h)], target=target)
    assert ops(m, func.Call) == calls


def test_products_of_several_rows_do_not_share_a_kernel() -> None:
    shapes = [tensor((3, 12), I8), tensor((3, 16), I8)]
    m = HARNESS.run(shapes, lambda b, x, h: [cell(b, x, h)], target=DSP)
    assert ops(m, func.Call) == 2


def test_a_long_body_has_a_loop_of_its_own_on_small_machines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fuse, "HEAVY_OPS", 32)

    def build(b: Any, x: Any) -> Any:
        y = b.value(cast.Cast, product(b, x, 32, 8), to=I16)
        return [b.value(FixedPointLogistic, y, integer_bits=3)]

    shape = [tensor((1, 32), I8)]
    assert ops(HARNESS.run(shape, build, target=DSP), func.Call) == 2


def test_straight_code_is_kept_in_order() -> None:
    def build(b: Any, x: Any) -> Any:
        return [narrow(b, product(b, x, 32, 8), 8)]

    m = HARNESS.run([tensor((1, 32), I8)], build, target=DSP)
    assert ops(m, arm.InOrder) == 8, "one a chunk"


def gates(b: Any, x: Any, h: Any) -> Any:
    """Products of one input and one state that nothing brings together."""
    n = 16
    out = []
    for seed in (0, 9, 20):
        parts = (product(b, x, 12, n, seed), product(b, h, n, n, seed + 4))
        x_part, h_part = (b.value(cast.Cast, narrow(b, p, n), to=I32) for p in parts)
        out.append(b.value(elementwise.Add, x_part, h_part))
    return out


@pytest.mark.parametrize(("target", "calls"), [(PLAIN, 1), (DSP, 1), (MVE, 3)])
def test_gates_share_a_kernel_where_there_are_no_vectors(target: Any, calls: int) -> None:
    m = HARNESS.run(CELL_SHAPES, gates, target=target)
    assert ops(m, func.Call) == calls


def test_two_states_as_long_as_each_other_have_products_of_their_own() -> None:
    """A gate reads the state, another one what was left of it."""
    n = 16

    def build(b: Any, x: Any, h: Any, left: Any) -> Any:
        pairs = [((x, 12, 0), (h, n, 4)), ((x, 12, 9), (left, n, 13))]
        parts = [[product(b, v, k, n, seed) for v, k, seed in pair] for pair in pairs]
        sums = [narrow(b, b.value(elementwise.Add, *p), n) for p in parts]
        wide = [b.value(cast.Cast, s, to=I32) for s in sums]
        return [b.value(elementwise.Sub, *wide)]

    m = HARNESS.run([*CELL_SHAPES, CELL_SHAPES[1]], build, target=DSP)
    assert ops(m, func.Call) == 1
    assert ops(m, arm.Smlad), "not one product after the other"


def test_a_product_that_needs_another_is_no_sibling() -> None:
    def build(b: Any, x: Any) -> Any:
        first = narrow(b, product(b, x, 16, 16), 16)
        gated = b.value(cast.Cast, product(b, first, 16, 16, 3), to=I8)
        return [b.value(elementwise.Add, first, gated)]

    m = HARNESS.run([tensor((1, 16), I8)], build, target=DSP)
    assert ops(m, func.Call) == 2


def random_graph(seed: int) -> Any:
    """Sums, products and narrow and wide numbers of two vectors, in any order."""
    rs = np.random.default_rng(seed)
    steps = [tuple(int(n) for n in rs.integers(0, 1 << 30, 4)) for _ in range(rs.integers(4, 24))]

    def mixed(b: Any, kind: int, x: Any, y: Any, at: int) -> Any:
        if kind == 0:
            return narrow(b, product(b, x, 8, 8, at % 50), 8)
        if kind == 1:
            y = b.value(cast.Cast, y, to=I32)
            y = b.value(elementwise.Sub, product(b, x, 8, 8, at % 50), y)
            return b.value(cast.Cast, y, to=I8)
        if kind == 2:
            return b.value(elementwise.Max, x, y)
        wide = [b.value(cast.Cast, v, to=I16 if kind == 3 else I32) for v in (x, y)]
        return b.value(cast.Cast, b.value(elementwise.Add, *wide), to=I8)

    def build(b: Any, x: Any, y: Any) -> Any:
        values = [x, y]
        for kind, i, j, at in steps:
            left, right = values[i % len(values)], values[j % len(values)]
            values.append(mixed(b, kind % 5, left, right, at))
        return values[-3:]

    return build


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1 << 20), st.sampled_from([DSP, MVE, C.WIDE]))
def test_random_graphs(seed: int, target: Any) -> None:
    """Clusters that grow out of order never need each other in a circle."""
    HARNESS.run([tensor((1, 8), I8)] * 2, random_graph(seed), target=target)
