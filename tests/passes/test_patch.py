"""patch: tensors made band by band are the same to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from millrace.codegen import compile_module, io_of_graph, load, target
from millrace.driver.pipelines import STAGES
from millrace.ir.core import clone
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.conv import Conv
from millrace.ir.dialects.mr.movement import shape_of
from millrace.ir.errors import CompileError
from millrace.ir.interpreter import interpret
from millrace.ir.types import I8, I32, tensor
from millrace.ir.verifier import verify
from millrace.passes.base import PassContext
from millrace.passes.graph.bands import plan_bands, split_axis
from millrace.passes.graph.patch import Patch
from millrace.passes.graph.patch_search import candidates
from millrace.passes.manager import run_pipeline
from tests.passes.image_graphs import Images

CLEAN = "canonicalize,fold-constants,cse,prune"


def patches(module: Module, rs: Any) -> list[Patch]:
    """Some that can be made, of late tensors rather than of early ones."""
    ops = module.entry.block.ops
    found = []
    for last in range(len(ops) - 1, -1, -1):
        shape = shape_of(ops[last].results[0]) if len(ops[last].results) == 1 else ()
        axis = split_axis(shape)
        if axis is None or rs.random() < 0.6:
            continue
        rows = int(rs.integers(1, shape[axis] // 4 + 2))
        first = int(rs.integers(0, last + 1)) if rs.random() < 0.3 else 0
        plan = plan_bands(ops, first, last, rows)
        if plan is not None and len(plan.ops) > 3:
            found.append(Patch(first, last, rows, bool(rs.random() < 0.7)))
    return found[:3]


def patched(module: Module, patch: Patch) -> Module:
    copy = clone(module, {})
    assert isinstance(copy, Module)
    run_pipeline(copy, [patch])
    verify(copy)
    run_pipeline(copy, CLEAN)
    return copy


@pytest.mark.parametrize("seed", range(60))
def test_bands_change_no_number(seed: int) -> None:
    images = Images(seed)
    module = images.module(8)
    x = images.array()
    want = interpret(module, [x])
    for p in patches(module, images.rs):
        for g, w in zip(interpret(patched(module, p), [x]), want, strict=True):
            np.testing.assert_array_equal(g, w, err_msg=str(p))


def native(module: Module, x: Any) -> Any:
    host = target("host")
    module.attributes["target"] = host.to_attr()
    inputs, outputs = io_of_graph(module.entry)
    context, level = PassContext(), None
    for stage in (STAGES["kernel"], STAGES["loop"]):
        level = run_pipeline(module, stage, context=context, level=level).level
    compiled = compile_module(module, host, name="images", inputs=inputs, outputs=outputs)
    return load(compiled)(x)


@pytest.mark.parametrize("seed", range(100, 112))
def test_nor_in_native_code(seed: int) -> None:
    images = Images(seed)
    module = images.module(8)
    x = images.array()
    want = interpret(module, [x])
    for p in patches(module, images.rs):
        for g, w in zip(native(patched(module, p), x), want, strict=True):
            np.testing.assert_array_equal(g, w, err_msg=str(p))


# ---- what the bands are


def chain(kit: Any, rows: int = 24, layers: int = 3) -> Module:
    """Convolutions of 3 x 3, with borders."""
    from millrace.ir.dialects.mr.assemble import pad
    from millrace.ir.dialects.mr.cast import Cast

    def build(b: Any, x: Any) -> Any:
        for _ in range(layers):
            x = pad(b, x, (0, 1, 1, 0), (0, 1, 1, 0), value=-3)
            x = b.value(Conv, x, kit.const(b, np.ones((3, 3, 2, 2)), np.int8), acc=I32)
            x = b.value(Cast, x, to=I8)
        return [x]

    return kit.graph().main([tensor((1, rows, 8, 2), I8)], build)


def last_cast(module: Module) -> int:
    return max(i for i, op in enumerate(module.entry.block.ops) if op.name == "mr.cast")


def test_rows_are_made_once_and_kept(kit: Any) -> None:
    module = chain(kit)
    ops = module.entry.block.ops
    plan = plan_bands(ops, 0, last_cast(module), 4)
    anew = plan_bands(ops, 0, last_cast(module), 4, keep=False)
    assert plan is not None and anew is not None
    convs = [op for op in ops if isinstance(op, Conv)]
    assert [plan.share(op) for op in convs] == [1, 1, 1]
    # each of 5 borders between bands is in the reach of one row on both sides, then of two
    assert [anew.share(op) for op in convs] == pytest.approx([1 + 20 / 24, 1 + 10 / 24, 1])


def test_bands_that_are_alike_are_a_loop(kit: Any) -> None:
    module = patched(chain(kit), Patch(0, last_cast(chain(kit)), 4))
    (loop,) = (op for op in module.walk() if isinstance(op, Scan))
    assert loop.trip == 4  # of 6 bands, without the first one and the last one
    assert [shape_of(v)[1] for v in loop.inits] == [6, 6]
    convs = [op for op in module.walk() if isinstance(op, Conv)]
    assert len(convs) == 9


def test_a_region_may_begin_anywhere(kit: Any) -> None:
    module = chain(kit)
    ops = module.entry.block.ops
    middle = [i for i, op in enumerate(ops) if op.name == "mr.cast"][1]
    plan = plan_bands(ops, middle + 1, last_cast(module), 4)
    assert plan is not None and plan.ops[0] is ops[middle + 1]


def test_what_others_need_stays_whole(kit: Any) -> None:
    """The second of three layers is an output, too."""
    module = chain(kit)
    ops = module.entry.block.ops
    casts = [op for op in ops if op.name == "mr.cast"]
    end = module.entry.block.terminator
    end._set_operands([casts[1].results[0], casts[2].results[0]])
    plan = plan_bands(ops, 0, last_cast(module), 4)
    assert plan is not None
    assert casts[1] not in plan.ops and casts[2] in plan.ops


def test_what_cannot_be_split_is_refused(kit: Any) -> None:
    module = chain(kit)
    with pytest.raises(CompileError, match=r"mr\.constant: its result cannot be made in bands"):
        run_pipeline(module, [Patch(0, 1, 2)])
    with pytest.raises(CompileError, match="no operations 0 to 99"):
        run_pipeline(module, [Patch(0, 99, 2)])


def test_candidates_lower_the_peak(kit: Any) -> None:
    """The middle tensors are the large ones; the cheapest candidate comes first."""
    module = chain(kit, rows=40, layers=4)
    found = candidates(module)
    assert found and all(c.saved > 0 for c in found)
    assert [c.extra for c in found] == sorted(c.extra for c in found)
    best = max(found, key=lambda c: c.saved)
    assert best.patch.rows == 1 and best.saved > 400
