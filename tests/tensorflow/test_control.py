"""Control flow: dataflow (TensorFlow 1) and functional (TensorFlow 2)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from millrace.frontend.tensorflow import import_graphdef
from millrace.ir.errors import CompileError
from millrace.ir.interpreter.flow import interpret_flow
from millrace.ir.interpreter.run import interpret
from millrace.passes.manager import run_pipeline

Array = np.ndarray[Any, Any]


def names(module: Any) -> set[str]:
    return {op.name for op in module.walk()}


# ---- dataflow


def condition(writer: Any, *, known: bool | None = None) -> Any:
    """``1 if x > 0 else 2``: constants that are tied to their branch by control edges only."""
    g = writer()
    g.placeholder("x")
    g.const("zero", 0.0)
    if known is None:
        g.add("p", "Greater", "x", "zero")
    else:
        g.const("p", known, dtype=np.bool_)
    g.add("sw", "Switch", "p", "p")
    g.add("off", "Identity", "sw")
    g.add("on", "Identity", "sw:1")
    g.const("one", 1.0, "^on")
    g.const("two", 2.0, "^off")
    g.add("m", "Merge", "two", "one")
    g.add("y", "Identity", "m")
    g.add("which", "Identity", "m:1")
    return g


@pytest.mark.parametrize(("x", "y", "which"), [(3.0, 1.0, 1), (-3.0, 2.0, 0)])
def test_constants_in_branches(writer: Any, x: float, y: float, which: int) -> None:
    module = import_graphdef(condition(writer).data(), fetch=["y", "which"])
    assert "mr.merge" in names(module)
    out = interpret_flow(module, [np.float32(x)])
    assert [float(out[0]), int(out[1])] == [y, which]
    run_pipeline(module, "structure-flow")
    out = interpret(module, [np.float32(x)])
    assert [float(out[0]), int(out[1])] == [y, which]


@pytest.mark.parametrize(("known", "y"), [(True, 1.0), (False, 2.0)])
def test_a_known_predicate_leaves_one_branch(writer: Any, known: bool, y: float) -> None:
    g = condition(writer, known=known)
    module = import_graphdef(g.data(), fetch=["y"])
    assert not {"mr.merge", "mr.switch"} & names(module)
    assert float(interpret(module, [])[0]) == y


@pytest.mark.parametrize(("k", "y"), [(0, 6.0), (1, 10.0), (2, 8.0), (5, 8.0)])
def test_branches_by_number(writer: Any, k: int, y: float) -> None:
    """A Case as TensorFlow lowers it; the second branch is a constant."""
    g = writer()
    g.placeholder("k", dtype="int32")
    g.placeholder("x")
    g.add("pivot", "_SwitchN", "k", "k", num_outs=3)
    g.add("sw", "_SwitchN", "x", "k", num_outs=3)
    g.add("second", "Identity", "pivot:1")
    g.add("a", "AddV2", "sw", "sw")
    g.const("b", 10.0, "^second")
    g.const("five", 5.0)
    g.add("c", "AddV2", "sw:2", "five")
    g.add("y", "Merge", "a", "b", "c")
    module = import_graphdef(g.data(), fetch=["y"])
    inputs = [np.array(k, np.int32), np.float32(3)]
    assert float(interpret_flow(module, inputs)[0]) == y
    run_pipeline(module, "structure-flow")
    assert float(interpret(module, inputs)[0]) == y


def loop(writer: Any, kinds: Any) -> Any:
    """Doubles ``x`` until it exceeds 100; another value is 7 from the first step on."""
    g = writer()
    g.placeholder("x")
    g.const("start", 0.0)
    g.const("hundred", 100.0)
    for name, init in (("a", "x"), ("b", "start")):
        g.add(f"enter_{name}", "Enter", init, T=kinds.type("float32"), frame_name="loop")
        g.add(f"merge_{name}", "Merge", f"enter_{name}", f"next_{name}")
        g.add(f"switch_{name}", "Switch", f"merge_{name}", "go")
        g.add(f"exit_{name}", "Exit", f"switch_{name}")
        g.add(f"body_{name}", "Identity", f"switch_{name}:1")
    g.add("less", "Less", "merge_a", "hundred")
    g.add("go", "LoopCond", "less")
    g.add("twice", "AddV2", "body_a", "body_a")
    g.const("seven", 7.0, "^body_a")
    g.add("next_a", "NextIteration", "twice")
    g.add("next_b", "NextIteration", "seven")
    return g


@pytest.mark.parametrize(("x", "a", "b"), [(1.0, 128.0, 7.0), (200.0, 200.0, 0.0)])
def test_a_loop_with_a_constant_in_its_body(
    writer: Any, kinds: Any, x: float, a: float, b: float
) -> None:
    module = import_graphdef(loop(writer, kinds).data(), fetch=["exit_a", "exit_b"])
    assert {"mr.enter", "mr.merge", "mr.next_iteration", "mr.loop_cond"} <= names(module)
    out = interpret_flow(module, [np.float32(x)])
    assert [float(v) for v in out] == [a, b]
    run_pipeline(module, "structure-flow")
    assert [float(v) for v in interpret(module, [np.float32(x)])] == [a, b]


def test_shapes_that_change_in_a_loop(writer: Any, kinds: Any) -> None:
    g = writer()
    g.placeholder("x", 2)
    g.const("axis", 0, dtype=np.int32)
    g.add("enter", "Enter", "x", frame_name="loop")
    g.add("merge", "Merge", "enter", "next")
    g.add("any", "Any", "positive", "axis")
    g.const("zero", 0.0)
    g.add("positive", "Greater", "merge", "zero")
    g.add("go", "LoopCond", "any")
    g.add("switch", "Switch", "merge", "go")
    g.add("exit", "Exit", "switch")
    g.add("twice", "ConcatV2", "switch:1", "switch:1", "axis")
    g.add("next", "NextIteration", "twice")
    with pytest.raises(CompileError, match=r'node "merge".*tensor<2xf32>.*tensor<4xf32>'):
        import_graphdef(g.data(), fetch=["exit"])


# ---- functional


def counted(
    writer: Any, kinds: Any, element: list[int] | int, *, count: int = 4, limit: str = "four"
) -> Any:
    """Writes ``x * i`` into a list, at every step of a While that ends when i reaches 4, or the
    sum of ``x``."""
    g = writer()
    g.placeholder("x", 3)
    g.const("zero", 0, dtype=np.int32)
    g.const("count", count, dtype=np.int32)
    g.const("element", element, dtype=np.int32)
    f32 = kinds.type("float32")
    g.add("list", "TensorListReserve", "element", "count", element_dtype=f32)
    cond, body = writer(), writer()
    cond.const("four", 4, dtype=np.int32)
    cond.const("axis", 0, dtype=np.int32)
    cond.add("sum", "Sum", "x", "axis")
    cond.add("whole", "Cast", "sum:output:0", DstT=kinds.type("int32"))
    cond.add("go", "Less", "i", "four" if limit == "four" else "whole:y:0")
    body.const("one", 1, dtype=np.int32)
    body.add("next", "AddV2", "i", "one")
    body.add("f", "Cast", "i", SrcT=kinds.type("int32"), DstT=f32)
    body.add("v", "Mul", "f:y:0", "x")
    body.add("set", "TensorListSetItem", "l", "i", "v:z:0", element_dtype=f32)
    body.add("same", "Identity", "x")
    types = {"i": "int32", "l": "variant", "x": "float32"}
    g.function("c", types, {"go": "go:z:0"}, cond)
    results = {"i": "next:z:0", "l": "set:output_handle:0", "x": "same:output:0"}
    g.function("b", types, results, body)
    g.add("w", "While", "zero", "list", "x", cond=kinds.func("c"), body=kinds.func("b"))
    g.add("y", "TensorListStack", "w:1", "element", element_dtype=f32)
    return g


@pytest.mark.parametrize("element", [[3], [-1], -1])
def test_lists_learn_the_shape_of_their_elements(
    writer: Any, kinds: Any, element: list[int] | int
) -> None:
    module = import_graphdef(counted(writer, kinds, element).data(), fetch=["y"])
    (loop,) = [op for op in module.walk() if op.name == "scf.while"]
    assert len(loop.results) == 2, "x is not carried"
    x = np.array([1, 2, 3], np.float32)
    (out,) = interpret(module, [x])
    np.testing.assert_array_equal(out, np.arange(4)[:, None] * x)


def test_lists_that_grow_with_the_steps(writer: Any, kinds: Any) -> None:
    module = import_graphdef(counted(writer, kinds, -1, count=0).data(), fetch=["y"])
    x = np.array([1, 2, 3], np.float32)
    (out,) = interpret(module, [x])
    np.testing.assert_array_equal(out, np.arange(4)[:, None] * x)


def test_lists_that_grow_step_by_step(writer: Any, kinds: Any) -> None:
    g = writer()
    f32 = kinds.type("float32")
    g.placeholder("x", 2)
    g.const("shape", -1, dtype=np.int32)
    for i in range(3):
        g.const(f"i{i}", i, dtype=np.int32)
    g.add("l", "TensorListReserve", "shape", "i0", element_dtype=f32)
    g.add("a", "TensorListSetItem", "l", "i1", "x", element_dtype=f32)
    g.add("b", "TensorListSetItem", "a", "i2", "x", element_dtype=f32)
    g.add("y", "TensorListStack", "b", "shape", element_dtype=f32)
    (out,) = interpret(import_graphdef(g.data()), [np.array([1, 2], np.float32)])
    assert out.tolist() == [[0, 0], [1, 2], [1, 2]]


def test_lists_without_a_bound(writer: Any, kinds: Any) -> None:
    g = counted(writer, kinds, [3], count=0, limit="x")
    with pytest.raises(CompileError, match='node "set": the list has no bound'):
        import_graphdef(g.data(), fetch=["y"])


def growing_array(writer: Any, kinds: Any) -> Any:
    """A TensorArray without a size that takes i * i at each of 5 steps of a dataflow loop."""
    g = writer()
    f32 = kinds.type("float32")
    for name, value in {"zero": 0, "one": 1, "five": 5}.items():
        g.const(name, value, dtype=np.int32)
    g.placeholder("x")
    g.add("array", "TensorArrayV3", "zero", dtype=f32, dynamic_size=True)
    g.add("enter_h", "Enter", "array", frame_name="loop", is_constant=True)
    g.add("limit", "Enter", "five", frame_name="loop", is_constant=True)
    g.add("enter_x", "Enter", "x", frame_name="loop", is_constant=True)
    for name, init in (("i", "zero"), ("f", "array:1")):
        g.add(f"enter_{name}", "Enter", init, frame_name="loop")
        g.add(f"merge_{name}", "Merge", f"enter_{name}", f"next_{name}")
        g.add(f"switch_{name}", "Switch", f"merge_{name}", "go")
        g.add(f"exit_{name}", "Exit", f"switch_{name}")
        g.add(f"body_{name}", "Identity", f"switch_{name}:1")
    g.add("less", "Less", "merge_i", "limit")
    g.add("go", "LoopCond", "less")
    g.const("step", 1, "^body_i", dtype=np.int32)
    g.add("more", "AddV2", "body_i", "step")
    g.add("as_float", "Cast", "body_i", DstT=f32)
    g.add("value", "Mul", "as_float", "enter_x")
    g.add("write", "TensorArrayWriteV3", "enter_h", "body_i", "value", "body_f")
    g.add("next_i", "NextIteration", "more")
    g.add("next_f", "NextIteration", "write")
    g.const("all", np.arange(5), dtype=np.int32)
    g.add("y", "TensorArrayGatherV3", "array", "all", "exit_f", dtype=f32)
    g.add("size", "TensorArraySizeV3", "array", "exit_f")
    return g


def test_arrays_that_grow_with_the_steps(writer: Any, kinds: Any) -> None:
    module = import_graphdef(growing_array(writer, kinds).data(), fetch=["y", "size"])
    out, size = interpret_flow(module, [np.float32(2)])
    assert out.tolist() == [0, 2, 4, 6, 8] and int(size) == 5
    run_pipeline(module, "structure-flow")
    np.testing.assert_array_equal(interpret(module, [np.float32(2)])[0], out)


def branches(writer: Any, kinds: Any, sizes: list[int]) -> Any:
    """Case: branch k adds k + 1 to ``sizes[k]`` elements of x."""
    g = writer()
    g.placeholder("x", 3)
    g.placeholder("k", dtype="int32")
    for k, n in enumerate(sizes):
        body = writer()
        body.const("n", [n], dtype=np.int32)
        body.const("start", [0], dtype=np.int32)
        body.const("more", float(k + 1))
        body.add("part", "Slice", "x", "start", "n")
        body.add("sum", "AddV2", "part:output:0", "more")
        g.function(f"f{k}", {"x": "float32"}, {"y": "sum:z:0"}, body)
    g.add("y", "Case", "k", "x", branches=[kinds.func(f"f{k}") for k in range(len(sizes))])
    return g


@pytest.mark.parametrize(("k", "more"), [(0, 1), (1, 2), (2, 3), (9, 3), (-1, 3)])
def test_case_takes_the_last_branch_out_of_range(
    writer: Any, kinds: Any, k: int, more: int
) -> None:
    module = import_graphdef(branches(writer, kinds, [3, 3, 3]).data())
    x = np.array([1, 2, 3], np.float32)
    (out,) = interpret(module, [x, np.array(k, np.int32)])
    assert out.tolist() == (x + more).tolist()


def test_branches_of_different_types(writer: Any, kinds: Any) -> None:
    with pytest.raises(CompileError, match=r'node "y".*different types.*2xf32.*3xf32'):
        import_graphdef(branches(writer, kinds, [2, 3]).data())


def test_functions_that_call_themselves(writer: Any, kinds: Any) -> None:
    g = writer()
    g.placeholder("x")
    body = writer()
    body.add("again", "PartitionedCall", "x", f=kinds.func("f"))
    g.function("f", {"x": "float32"}, {"y": "again:output:0"}, body)
    g.add("y", "PartitionedCall", "x", f=kinds.func("f"))
    with pytest.raises(CompileError, match="nested too deeply"):
        import_graphdef(g.data())
