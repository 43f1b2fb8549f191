"""The pass manager: levels, instrumentation, bisection, checks, reproducers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.elementary import Exp, Tanh
from millrace.ir.dialects.mr.elementwise import Add, Mul
from millrace.ir.errors import CompileError, IRError
from millrace.ir.interpreter import StepLimit, interpret
from millrace.ir.levels import Level
from millrace.ir.parser import read
from millrace.ir.printer import print_module
from millrace.ir.rewriter import Rewriter
from millrace.passes.base import Pass, PassContext, Pattern, apply_patterns
from millrace.passes.checking import EachPassCheck
from millrace.passes.graph.cse import Cse
from millrace.passes.graph.prune import Prune
from millrace.passes.manager import Instrumentation, check_pipeline, run_pipeline


class TanhToExp(Pattern):
    def match_and_rewrite(self, op: Tanh, rw: Rewriter) -> bool:
        rw.replace(op, rw.before(op).value(Exp, op.operands[0]))
        return True


class Restless(Pattern):
    def match_and_rewrite(self, op: Exp, rw: Rewriter) -> bool:
        rw.replace(op, rw.before(op).value(Exp, op.operands[0]))
        return True


@dataclass(frozen=True)
class Wrong(Pass):
    name = "wrong"

    def run(self, module: Module, ctx: PassContext) -> None:
        apply_patterns(module, [TanhToExp()], ctx.rewriter)


@dataclass(frozen=True)
class Circular(Pass):
    name = "circular"

    def run(self, module: Module, ctx: PassContext) -> None:
        apply_patterns(module, [Restless()], ctx.rewriter)


@dataclass(frozen=True)
class Crash(Pass):
    name = "crash"
    times: int = 1

    def run(self, module: Module, ctx: PassContext) -> None:
        raise ZeroDivisionError("oops")


@dataclass(frozen=True)
class Refuse(Pass):
    name = "refuse"

    def run(self, module: Module, ctx: PassContext) -> None:
        ctx.remark(module.entry, "about to refuse")
        raise IRError("the model is to blame")


@dataclass(frozen=True)
class Lower(Pass):
    name = "lower"
    ensures = Level.KERNEL

    def run(self, module: Module, ctx: PassContext) -> None:
        pass


@dataclass(frozen=True)
class BreakDominance(Pass):
    name = "break-dominance"

    def run(self, module: Module, ctx: PassContext) -> None:
        ops = module.entry.block.ops
        ctx.rewriter.move_before(ops[1], ops[0])


@pytest.fixture
def model(kit):
    """x -> four tanh in a row, plus a large constant."""

    def build(b, x):
        y = x
        for _ in range(4):
            y = b.value(Tanh, y)
        return [b.value(Mul, y, kit.const(b, np.arange(100)))]

    return kit.graph().main([kit.vec(100)], build)


def count(module, cls):
    return sum(isinstance(op, cls) for op in module.walk())


def test_levels_are_checked_before_anything_runs(model):
    with pytest.raises(CompileError, match=r"wrong runs at level GRAPH, but .* KERNEL"):
        run_pipeline(model, [Lower(), Wrong()])
    assert count(model, Tanh) == 4
    with pytest.raises(CompileError, match="at level LOOP"):
        check_pipeline([Wrong()], Level.LOOP)
    assert check_pipeline([Wrong(), Lower(), Prune()], Level.GRAPH) is Level.KERNEL


def test_level_border_is_verified(model, tmp_path):
    options = Instrumentation(dump_dir=tmp_path)
    with pytest.raises(CompileError, match=r"pass lower leaves invalid IR \(mr.tanh: not admitted"):
        run_pipeline(model, [Lower()], options=options)
    assert (tmp_path / "crash-lower.mlir").exists()


def test_verify_each(model, tmp_path):
    options = Instrumentation(verify_each=True, dump_dir=tmp_path)
    with pytest.raises(CompileError, match="pass break-dominance leaves invalid IR"):
        run_pipeline(model, [BreakDominance()], options=options)


def test_reproducer_that_cannot_be_written(model, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CompileError, match=r"pass crash failed .*no reproducer"):
        run_pipeline(model, [Crash()], options=Instrumentation(dump_dir=tmp_path / "file"))


@pytest.mark.parametrize("n", [0, 1, 3, 4, 9])
def test_stop_after(model, n):
    ctx = PassContext()
    options = Instrumentation(stop_after=n)
    result = run_pipeline(model, [Wrong(), Prune()], options=options, context=ctx)
    assert count(model, Exp) == min(n, 4) and count(model, Tanh) == 4 - min(n, 4)
    assert result.rewrites == min(n, 4)
    assert bool(ctx.remarks) == (n < 4)


def test_bisection_finds_the_wrong_rewrite(kit):
    """As a user would: the smallest number of rewrites with which the result is wrong."""

    def build(b, x):
        zero = kit.const(b, [0, 0])
        return [b.value(Tanh, b.value(Add, b.value(Add, x, zero), zero))]

    x = np.array([1, 2], np.float32)

    def is_wrong(n):
        m = kit.graph().main([kit.vec(2)], build)
        run_pipeline(m, "canonicalize", options=Instrumentation(stop_after=n))
        run_pipeline(m, [Wrong()], options=Instrumentation(stop_after=max(0, n - 2)))
        return not np.allclose(interpret(m, [x])[0], np.tanh(x))

    assert [is_wrong(n) for n in range(5)] == [False, False, False, True, True]


def test_check_each_catches_a_wrong_pass(model):
    with pytest.raises(CompileError, match=r"check-each: pass wrong changes output 0: .* differ"):
        run_pipeline(model, [Prune(), Wrong()], options=Instrumentation(check_each=True))


def test_check_each_says_what_it_skipped(model, monkeypatch):
    """Too long to interpret is no failure, but neither is it a success."""
    check = EachPassCheck(model, PassContext())
    check.after(Prune(), model)

    def too_long(module):
        raise StepLimit("enough")

    monkeypatch.setattr(check, "_run", too_long)
    check.after(Cse(), model)
    assert check.summary() == "check-each: the same results after 1 passes; not checked: cse"


def test_check_each_passes_right_ones(model):
    ctx = PassContext()
    run_pipeline(
        model,
        "fold-constants,canonicalize,cse,prune",
        options=Instrumentation(check_each=True),
        context=ctx,
    )
    assert ctx.remarks == []


def test_circular_patterns_end(model):
    run_pipeline(model, [Wrong()])
    with pytest.raises(CompileError, match="Restless does not settle"):
        run_pipeline(model, [Circular()])


def test_crash_writes_a_reproducer(model, tmp_path):
    options = Instrumentation(dump_dir=tmp_path)
    passes = [Wrong(), Crash(times=3), Prune()]
    with pytest.raises(CompileError, match=r"pass crash failed .ZeroDivisionError: oops") as info:
        run_pipeline(model, passes, options=options, context=PassContext(source="net.onnx"))
    path = tmp_path / "crash-crash.mlir"
    assert str(info.value).startswith("net.onnx: ") and str(path) in str(info.value)
    first = path.read_text().split("\n")[0]
    assert first == '// millrace opt crash-crash.mlir --pipeline "crash{times=3}"'
    again = read(path)
    assert print_module(again) == print_module(model)
    assert count(again, Exp) == 4 and count(again, Constant) == 1
    x = np.linspace(-1, 1, 100, dtype=np.float32)
    np.testing.assert_array_equal(interpret(again, [x])[0], interpret(model, [x])[0])


def test_user_errors_are_no_crashes(model, tmp_path):
    ctx = PassContext()
    with pytest.raises(IRError, match="to blame"):
        run_pipeline(model, [Refuse()], options=Instrumentation(dump_dir=tmp_path), context=ctx)
    assert list(tmp_path.iterdir()) == []
    assert [str(r) for r in ctx.remarks] == ["refuse: @main: about to refuse"]


def test_printing_timing_progress_and_dumps(model, tmp_path):
    lines: list[str] = []
    seen: list[str] = []
    options = Instrumentation(
        print_ir_after_change=True, time_passes=True, dump_dir=tmp_path, emit=lines.append
    )
    ctx = PassContext(progress=seen.append)
    result = run_pipeline(model, [Prune(), Wrong()], options=options, context=ctx)
    assert seen == ["prune", "wrong"] == [name for name, _ in result.times]
    assert len(lines) == 2  # prune changed nothing
    assert lines[0].startswith("// ---- after wrong\n") and "mr.exp" in lines[0]
    assert "total" in lines[1] and "prune" in lines[1]
    assert {p.name for p in tmp_path.iterdir()} == {
        "00-prune.mlir",
        "00-prune.mlir.npz",
        "01-wrong.mlir",
        "01-wrong.mlir.npz",
    }
    assert count(read(tmp_path / "00-prune.mlir"), Tanh) == 4
    lines.clear()
    run_pipeline(
        model, [Prune()], options=Instrumentation(print_ir_after_all=True, emit=lines.append)
    )
    assert len(lines) == 1
