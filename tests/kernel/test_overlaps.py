"""Buffers over each other in the arena: kernels still read what they should."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from millrace.driver.pipelines import STAGES
from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Block
from millrace.ir.dialects import func
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import assemble, cast, contraction, conv, elementwise
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.interpreter import interpret, interpret_loop
from millrace.ir.target import TargetInfo
from millrace.ir.types import I8, I32, FunctionType, tensor
from millrace.passes.base import PassContext
from millrace.passes.kernel import plan_memory
from millrace.passes.kernel.overlaps import Overlap
from millrace.passes.kernel.packing_plan import Allowed, Item, align, lower_bound, pack
from millrace.passes.manager import run_pipeline
from tests.passes.image_graphs import Images

RS = np.random.default_rng(11)
BYTES = RS.integers(-128, 128, 1 << 14).astype(np.int8)
SMALL: dict[str, Any] = {"vector_bytes": 0, "vector_registers": 8, "pointer_bytes": 4}
SMALL |= {"l1_bytes": 0, "bare": True, "alignment": 8}
PLAIN = TargetInfo("plain", "", **SMALL)
DSP = TargetInfo("dsp", "", **SMALL, dsp=True)
MVE = TargetInfo("mve", "", **{**SMALL, "mve": True, "vector_bytes": 16})


def lowered(module: Module, target: TargetInfo) -> Module:
    module.attributes["target"] = target.to_attr()
    context, level = PassContext(), None
    for stage in (STAGES["kernel"], STAGES["loop"]):
        level = run_pipeline(module, stage, context=context, level=level).level
    return module


class Spy:
    """Sees what ``plan-memory`` packs, and may place buffers itself."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, place: Any = None) -> None:
        self.items: Sequence[Item] = ()
        self.offsets: list[int] = []
        self.allowed: Allowed = {}
        self.place = place
        monkeypatch.setattr(plan_memory, "pack", self.pack)

    def pack(self, items: Sequence[Item], alignment: int, allowed: Allowed) -> Any:
        self.items, self.allowed = items, dict(allowed)
        offsets, total = pack(items, alignment, allowed)
        if self.place is not None:
            offsets, total = self.place(items, alignment, allowed)
        self.offsets = offsets
        return offsets, total

    @property
    def used(self) -> list[tuple[int, int]]:
        """The pairs that lie over each other at the step that they have in common."""
        begin, size = self.offsets, [it.size for it in self.items]
        return [
            (x, y)
            for x, y in self.allowed
            if begin[x] < begin[y] + size[y] and begin[y] < begin[x] + size[x]
        ]


@pytest.mark.parametrize("target", [PLAIN, DSP, MVE], ids=lambda t: t.name)
def test_random_networks(target: TargetInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    used = 0
    for seed in range(8):
        images = Images(seed)
        module = images.module(4)
        x = images.array()
        want = interpret(module, [x])
        types = [v.type for v in module.entry.block.terminator.operands]
        spy = Spy(monkeypatch)
        got = interpret_loop(lowered(module, target), [x], types)
        used += len(spy.used)
        for g, w in zip(got, want, strict=True):
            np.testing.assert_array_equal(g, w, err_msg=str(seed))
    assert used, "nothing lay over anything"


# ---- distances


def const(b: Builder, array: Any) -> Any:
    return b.value(Constant, value=Dense(np.asarray(array)))


def narrow(b: Builder, acc: Any, channels: int) -> Any:
    bias = np.arange(channels, dtype=np.int32) * 37 - 200
    y = b.value(elementwise.Add, acc, const(b, bias))
    return b.value(cast.Cast, y, to=I8)


def depthwise(b: Builder, x: Any) -> Any:
    x = b.value(assemble.Pad, x, low=(0, 1, 1, 0), high=(0, 1, 1, 0), value=3)
    w = BYTES[: 9 * 12].reshape(3, 3, 1, 12)
    return narrow(b, b.value(conv.Conv, x, const(b, w), acc=I32, groups=12), 12)


def same(b: Builder, x: Any) -> Any:
    x = b.value(assemble.Pad, x, low=(0, 1, 1, 0), high=(0, 1, 1, 0), value=3)
    w = BYTES[: 9 * 144].reshape(3, 3, 12, 12)
    return narrow(b, b.value(conv.Conv, x, const(b, w), acc=I32), 12)


def pointwise(channels: int) -> Any:
    def build(b: Builder, x: Any) -> Any:
        w = BYTES[: 12 * channels].reshape(1, 1, 12, channels)
        return narrow(b, b.value(conv.Conv, x, const(b, w), acc=I32), channels)

    return build


def dense(b: Builder, x: Any) -> Any:
    w = BYTES[: 12 * 12].reshape(12, 12)
    return narrow(b, b.value(contraction.MatMul, x, const(b, w), acc=I32), 12)


def network(layer: Any) -> Module:
    """A layer between two others, so that what it reads and makes lies in the arena."""
    t = tensor((1, 6, 5, 12), I8)
    block = Block([t])
    b = Builder(block)
    x = b.value(assemble.Concat, [block.args[0], block.args[0]], axis=1)
    y = layer(b, x)
    end = BYTES[: 4 * y.type.shape[-1]].reshape(2, 2, y.type.shape[-1], 1)
    b.create(func.Return, [narrow(b, b.value(conv.Conv, y, const(b, end), acc=I32), 1)])
    out = block.terminator.operands[0].type
    f = func.Func(
        sym_name="main", function_type=FunctionType((t,), (out,)), role="entry", block=block
    )
    module = Module(block=Block())
    module.block._insert_before(None, f)
    return module


def at_distance(distance: Any) -> Any:
    """Places everything apart but for what the layer reads and makes."""

    def place(items: Sequence[Item], alignment: int, allowed: Mapping[Any, Overlap]) -> Any:
        (x, y), o = next((k, o) for k, o in allowed.items() if items[k[1]].last > items[k[0]].last)
        at, offsets = 1024, []
        for i, it in enumerate(items):
            offsets.append(at)
            at += 0 if i in (x, y) else align(it.size, alignment)
        offsets[y] = at + 1024
        offsets[x] = offsets[y] + distance(o, alignment)
        return offsets, at + 4096

    return place


def apart(o: Overlap, alignment: int) -> int:
    return align(o.at_least, alignment)


LAYERS = {"depthwise": depthwise, "same": same, "to 12": pointwise(12), "to 20": pointwise(20)}
LAYERS |= {"to 3": pointwise(3), "dense": dense}


def right_at(layer: Any, target: TargetInfo, monkeypatch: pytest.MonkeyPatch, d: Any) -> bool:
    module = network(layer)
    x = BYTES[: 6 * 5 * 12].reshape(1, 6, 5, 12)
    want = interpret(module, [x])
    types = [v.type for v in module.entry.block.terminator.operands]
    Spy(monkeypatch, at_distance(d))
    got = interpret_loop(lowered(module, target), [x], types)
    return all(np.array_equal(g, w) for g, w in zip(got, want, strict=True))


@pytest.mark.parametrize("target", [PLAIN, DSP, MVE], ids=lambda t: t.name)
@pytest.mark.parametrize("layer", LAYERS.values(), ids=list(LAYERS))
def test_the_distance_is_enough_and_no_less_is(
    layer: Any, target: TargetInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    for more in (0, 24):
        assert right_at(layer, target, monkeypatch, lambda o, a, m=more: apart(o, a) + m)
    least = []

    def closer(o: Overlap, alignment: int, by: int) -> int:
        least.append(apart(o, alignment))
        return least[-1] - by

    size = 2 * 6 * 5 * 12
    wrong = (
        not right_at(layer, target, monkeypatch, lambda o, a, by=by: closer(o, a, by))
        for by in (8, 16, 24, 40, 64)
    )
    assert any(wrong) or least[-1] <= -size


def test_channels_by_themselves_stay_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """A depthwise convolution that copies its channels first."""

    def exactly(o: Overlap, alignment: int) -> int:
        assert o.exactly == 0 and apart(o, alignment) > alignment
        return 0

    assert right_at(depthwise, DSP, monkeypatch, exactly)
    assert not right_at(depthwise, DSP, monkeypatch, lambda o, a: a)


# ---- packing


def fine(items: list[Item], offsets: list[int], total: int, allowed: Allowed) -> bool:
    for i, (a, x) in enumerate(zip(items, offsets, strict=True)):
        if x % 8 or x < 0 or x + a.size > total:
            return False
        for j, (b, y) in enumerate(zip(items[:i], offsets[:i], strict=True)):
            together = a.first <= b.last and b.first <= a.last
            if not together or x + a.size <= y or y + b.size <= x:
                continue
            o, behind = (allowed[i, j], x - y) if (i, j) in allowed else (None, 0)
            if (j, i) in allowed:
                o, behind = allowed[j, i], y - x
            if o is None or (behind < o.at_least and behind != o.exactly):
                return False
    return True


@pytest.mark.parametrize("seed", range(30))
def test_packing(seed: int) -> None:
    r = np.random.default_rng(seed)
    items: list[Item] = []
    for _ in range(int(r.integers(2, 40))):
        first = int(r.integers(0, 30))
        items.append(Item(int(r.integers(1, 1000)), first, first + int(r.integers(0, 5))))
    allowed = {}
    for i, x in enumerate(items):
        for j, y in enumerate(items):
            if i != j and x.last == y.first and x.first < x.last and r.random() < 0.5:
                least = int(r.integers(-x.size, y.size + 1))
                exactly = int(r.integers(0, max(least, 1))) // 8 * 8 if r.random() < 0.5 else None
                allowed[i, j] = Overlap(least, exactly)
    offsets, total = pack(items, 8, allowed)
    assert fine(items, offsets, total, allowed)
    assert lower_bound(items, 8, allowed) <= total <= pack(items, 8)[1] * 1.2


def test_a_chain_that_moves_down() -> None:
    items = [Item(800, i, i + 1) for i in range(6)]
    allowed = {(i, i + 1): Overlap(16) for i in range(5)}
    assert pack(items, 8, allowed)[1] == 800 + 5 * 16
