"""Single shapes of FLOW graphs: what they become, and which graphs are refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from millrace.ir.attributes import Dense, Scalar
from millrace.ir.core import Block, Value
from millrace.ir.dialects import arith, scf, tensor
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import compare, flow
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import Check
from millrace.ir.errors import CompileError, IRError, RunError
from millrace.ir.interpreter import interpret
from millrace.ir.interpreter.flow import interpret_flow
from millrace.ir.levels import Level
from millrace.ir.parser import parse_module
from millrace.ir.printer import print_module
from millrace.ir.types import F32, I1, I32
from millrace.ir.types import tensor as tensor_type
from millrace.ir.verifier import verify
from millrace.passes.control_flow.guards import FALSE, TRUE, Guards
from millrace.passes.control_flow.structure_flow import StructureFlow
from millrace.passes.manager import run_pipeline

Make = Callable[[], Any]
Finish = Callable[[Any, Sequence[Value], Block], Module]
NUMBER, TRUTH = tensor_type((), I32), tensor_type((), I1)


def structured(module: Module) -> Module:
    run_pipeline(module, [StructureFlow()], level=Level.FLOW)
    verify(module, Level.GRAPH)
    return module


def count(module: Module, cls: type) -> int:
    return sum(isinstance(op, cls) for op in module.walk())


def check_same(module: Module, *inputs: Sequence[Any]) -> Module:
    """The token machine and the structured module agree."""
    wanted = [interpret_flow(module, x) for x in inputs]
    structured(module)
    for x, want in zip(inputs, wanted, strict=True):
        for got, expected in zip(interpret(module, x), want, strict=True):
            np.testing.assert_array_equal(got, expected)
    return module


def both(*values: int) -> list[list[Any]]:
    return [[np.array(c), *(np.array(v, np.int32) for v in values)] for c in (False, True)]


def test_merges_on_one_predicate_share_a_branch(make_program: Make, finish: Finish) -> None:
    p, block = make_program(), Block([TRUTH, NUMBER])
    c, x = block.args
    s = p.add(flow.Switch(x, c))
    doubled = p.value(ew.Add(s.results[1], s.results[1]))
    first = p.add(flow.Merge([s.results[0], doubled]))
    second = p.add(flow.Merge([s.results[1], p.value(ew.Neg(s.results[0]))]))
    module = finish(p, [first.results[0], second.results[0], second.results[1]], block)
    assert count(check_same(module, *both(3)), scf.If) == 1


def test_a_merge_after_work_on_another_needs_a_second_branch(
    make_program: Make, finish: Finish
) -> None:
    p, block = make_program(), Block([TRUTH, NUMBER])
    c, x = block.args
    s = p.add(flow.Switch(x, c))
    first = p.add(flow.Merge([s.results[0], p.value(ew.Neg(s.results[1]))])).results[0]
    squared = p.value(ew.Mul(first, first))
    again = p.add(flow.Switch(squared, c))
    second = p.add(flow.Merge([p.value(ew.Neg(again.results[0])), again.results[1]]))
    module = finish(p, [second.results[0]], block)
    assert count(check_same(module, *both(3)), scf.If) == 2


def test_a_known_predicate_leaves_no_branch(make_program: Make, finish: Finish) -> None:
    p, block = make_program(), Block([NUMBER])
    (x,) = block.args
    c = p.value(Constant(value=Dense(np.array(True))))
    s = p.add(flow.Switch(x, c))
    same = p.add(flow.Switch(s.results[1], c))
    m = p.add(flow.Merge([s.results[0], same.results[1]]))
    module = check_same(finish(p, [m.results[0]], block), [np.array(4, np.int32)])
    assert count(module, scf.If) == 0


def test_a_check_runs_only_in_its_branch(make_program: Make, finish: Finish) -> None:
    p, block = make_program(), Block([TRUTH, NUMBER])
    c, x = block.args
    s = p.add(flow.Switch(x, c))
    positive = p.value(compare.Less(p.constant(0, s.results[1]), s.results[1]))
    p.add(Check(p.value(tensor.Extract(positive, [])), code="index"))
    m = p.add(flow.Merge(list(s.results)))
    module = structured(finish(p, [m.results[0]], block))
    assert count(module, Check) == 1
    false, true = (np.array(b) for b in (False, True))
    bad, good = np.array(-1, np.int32), np.array(1, np.int32)
    assert int(interpret(module, [false, bad])[0]) == -1
    assert int(interpret(module, [true, good])[0]) == 1
    with pytest.raises(RunError):
        interpret(module, [true, bad])


def counted_loop(p: Any, x: Value, steps: int, *, check: bool = False) -> Value:
    """``x + 0 + 1 + ...`` through a frame."""
    zero = p.constant(0, None)
    i, total = (p.add(flow.Merge([p.value(flow.Enter(v, frame_name="f"))])) for v in (zero, x))
    limit = p.constant(steps, i.results[0])
    going = p.value(flow.LoopCond(p.value(compare.Less(i.results[0], limit))))
    si, st = (p.add(flow.Switch(m.results[0], going)) for m in (i, total))
    if check:
        ok = p.value(compare.Less(st.results[1], p.constant(5, si.results[1])))
        p.add(Check(p.value(tensor.Extract(ok, [])), code="index"))
    after = p.value(ew.Add(si.results[1], p.constant(1, si.results[1])))
    summed = p.value(ew.Add(st.results[1], si.results[1]))
    for m, v in ((i, after), (total, summed)):
        m._append_operand(p.value(flow.NextIteration(v)))
    return p.value(flow.Exit(st.results[0]))


def test_a_loop_becomes_a_while(make_program: Make, finish: Finish) -> None:
    p, block = make_program(), Block([NUMBER])
    module = finish(p, [counted_loop(p, block.args[0], 4)], block)
    check_same(module, [np.array(10, np.int32)])
    assert count(module, scf.While) == 1


def test_a_check_in_a_loop_runs_in_its_body(make_program: Make, finish: Finish) -> None:
    p, block = make_program(), Block([NUMBER])
    module = structured(finish(p, [counted_loop(p, block.args[0], 4, check=True)], block))
    assert int(interpret(module, [np.array(0, np.int32)])[0]) == 6
    with pytest.raises(RunError):
        interpret(module, [np.array(4, np.int32)])


def test_flow_text_reads_back(make_program: Make, finish: Finish) -> None:
    p, block = make_program(), Block([NUMBER])
    result = counted_loop(p, block.args[0], 3)
    p.ops.reverse()
    text = print_module(finish(p, [result], block))
    module = parse_module(text)
    verify(module)
    assert print_module(module) == text
    check_same(module, [np.array(1, np.int32)])


@pytest.mark.parametrize("steps", [400])
def test_long_chains_do_not_nest(make_program: Make, finish: Finish, steps: int) -> None:
    """Branch after branch, each on the result of the one before."""
    p, block = make_program(), Block([NUMBER])
    v: Value = block.args[0]
    for k in range(steps):
        c = p.value(compare.Less(v, p.constant(k, None)))
        s = p.add(flow.Switch(v, c))
        two = p.constant(2, s.results[1])
        m = p.add(flow.Merge([s.results[0], p.value(ew.Add(s.results[1], two))]))
        v = m.results[0]
    check_same(finish(p, [v], block), [np.array(0, np.int32)])


# ---- what is refused


def refused(module: Module, *words: str) -> None:
    with pytest.raises(CompileError) as error:
        structured(module)
    for word in words:
        assert word in str(error.value)


def test_branches_of_different_types_name_the_merge(make_program: Make, finish: Finish) -> None:
    p, block = make_program(), Block([TRUTH, NUMBER, tensor_type((), F32)])
    c, x, y = block.args
    a, b = p.add(flow.Switch(x, c)), p.add(flow.Switch(y, c))
    with pytest.raises(IRError, match="branches must agree"):
        flow.Merge([a.results[0], b.results[1]])
    m = p.add(flow.Merge([a.results[0]]))
    m._append_operand(b.results[1])
    refused(finish(p, [m.results[0]], block), m.loc.describe(), "tensor<f32>", "tensor<i32>")


def test_a_merge_of_two_live_inputs_is_refused(make_program: Make, finish: Finish) -> None:
    p, block = make_program(), Block([TRUTH, NUMBER])
    c, x = block.args
    s = p.add(flow.Switch(x, c))
    m = p.add(flow.Merge([s.results[0], x]))
    refused(finish(p, [m.results[0]], block), m.loc.describe(), "unstructured")


def test_a_result_that_may_be_dead_is_refused(make_program: Make, finish: Finish) -> None:
    p, block = make_program(), Block([TRUTH, NUMBER])
    c, x = block.args
    s = p.add(flow.Switch(x, c))
    refused(finish(p, [s.results[1]], block), s.loc.describe(), "may not exist")


def test_a_cycle_without_next_iteration_is_refused(make_program: Make, finish: Finish) -> None:
    p, block = make_program(), Block([NUMBER])
    a = p.add(ew.Add(block.args[0], block.args[0]))
    b = p.add(ew.Neg(a.results[0]))
    a._set_operand(1, b.results[0])
    refused(finish(p, [a.results[0]], block), "cycle", 'node "n')


def test_a_frame_without_condition_is_refused(make_program: Make, finish: Finish) -> None:
    p, block = make_program(), Block([NUMBER])
    enter = p.add(flow.Enter(block.args[0], frame_name="f"))
    m = p.add(flow.Merge([enter.results[0]]))
    m._append_operand(p.value(flow.NextIteration(m.results[0])))
    out = p.value(flow.Exit(m.results[0]))
    refused(finish(p, [out], block), enter.loc.describe(), "0 loop conditions")


def test_a_loop_that_changes_its_type_names_the_merge(make_program: Make, finish: Finish) -> None:
    p, block = make_program(), Block([NUMBER, tensor_type((2,), I32)])
    result = counted_loop(p, block.args[0], 2)
    wide = next(op for op in p.ops if isinstance(op, flow.NextIteration) and op is p.ops[-2])
    bad = p.add(flow.NextIteration(block.args[1]))
    merge = wide.output.users[0]
    merge._set_operand(1, bad.results[0])
    refused(finish(p, [result], block), merge.loc.describe())


def test_frames_that_do_not_nest_are_refused(make_program: Make, finish: Finish) -> None:
    p, block = make_program(), Block([NUMBER])
    a = p.value(flow.Enter(block.args[0], frame_name="a", is_constant=True))
    b = p.value(flow.Enter(block.args[0], frame_name="b", is_constant=True))
    total = p.add(ew.Add(a, b))
    out = p.value(flow.Exit(total.results[0]))
    refused(finish(p, [out], block), total.loc.describe(), "do not contain each other")


def test_the_token_machine_reports_a_dead_result(make_program: Make, finish: Finish) -> None:
    p, block = make_program(), Block([TRUTH, NUMBER])
    s = p.add(flow.Switch(block.args[1], block.args[0]))
    module = finish(p, [s.results[1]], block)
    with pytest.raises(RunError, match="dead"):
        interpret_flow(module, [np.array(False), np.array(1, np.int32)])


# ---- guards


def test_guards_are_canonical() -> None:
    g = Guards()
    a, not_a, b = g.literal(0, 1, 2), g.literal(0, 0, 2), g.literal(1, 1, 2)
    assert g.either(a, not_a) == TRUE and g.both(a, not_a) == FALSE
    assert g.either(g.both(a, b), g.both(not_a, b)) == b
    assert g.implies(g.both(a, b), a) and not g.implies(a, g.both(a, b))
    assert g.both(g.either(a, b), a) == a
    assert g.support(g.both(a, b)) == {0, 1}


def test_guards_of_many_branches() -> None:
    g = Guards()
    cases = [g.literal(0, k, 3) for k in range(3)]
    assert g.both(cases[0], cases[1]) == FALSE
    assert g.either(g.either(cases[0], cases[1]), cases[2]) == TRUE


def test_scalars_count_as_constants(make_program: Make, finish: Finish) -> None:
    """Scalars (``arith``) may stand in FLOW graphs as well."""
    p, block = make_program(), Block([NUMBER])
    p.add(arith.Constant(value=Scalar(1, I32), result_types=[I32]))
    check_same(finish(p, [block.args[0]], block), [np.array(1, np.int32)])
