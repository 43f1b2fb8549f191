"""Variables: constants when nobody assigns them, else states."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import millrace
from millrace.frontend.tensorflow import import_graphdef
from millrace.ir.errors import CompileError
from millrace.ir.interpreter.run import interpret


def calls(module: Any, inputs: list[Any]) -> list[float]:
    """The first result of successive calls, states handed on."""
    entry, out = module.entry, []
    states = [d.array for d in entry.state_init or ()]
    for x in inputs:
        results = interpret(module, [np.float32(x), *states])
        states = results[len(results) - entry.num_states :]
        out.append(float(results[0]))
    return out


def resource(writer: Any, kinds: Any) -> Any:
    f32 = kinds.type("float32")
    g = writer()
    g.placeholder("x")
    g.const("init", 10.0)
    g.add("v", "VarHandleOp", dtype=f32, shape=kinds.shape(()), shared_name="total")
    g.add("initialize", "AssignVariableOp", "v", "init", dtype=f32)
    return g


def test_a_variable_that_is_only_read_is_a_constant(writer: Any, kinds: Any) -> None:
    g = resource(writer, kinds)
    g.add("old", "ReadVariableOp", "v", dtype=kinds.type("float32"))
    g.add("y", "Mul", "old", "x")
    module = import_graphdef(g.data(), fetch=["y"])
    assert module.entry.num_states == 0
    assert calls(module, [3]) == [30]


def test_an_assigned_variable_is_a_state(writer: Any, kinds: Any) -> None:
    """The assignment hangs on the fetch by a control edge only."""
    g = resource(writer, kinds)
    g.add("update", "AssignAddVariableOp", "v", "x", dtype=kinds.type("float32"))
    g.add("new", "ReadVariableOp", "v", "^update", dtype=kinds.type("float32"))
    g.add("y", "Identity", "new")
    module = import_graphdef(g.data(), fetch=["y"])
    assert module.entry.num_states == 1
    assert module.entry.state_names == ("total",)
    assert calls(module, [1, 2, 3]) == [11, 13, 16]


def test_states_of_native_code(writer: Any, kinds: Any, tmp_path: Path) -> None:
    g = resource(writer, kinds)
    g.add("update", "AssignAddVariableOp", "v", "x", dtype=kinds.type("float32"))
    g.add("new", "ReadVariableOp", "v", "^update", dtype=kinds.type("float32"))
    g.add("y", "Mul", "new", "x")
    (tmp_path / "sums.pb").write_bytes(g.data())
    model = millrace.compile(tmp_path / "sums.pb", fetch="y:0")
    assert [float(model(np.float32(x))) for x in (1, 2, 3)] == [11, 26, 48]
    model.reset()
    assert float(model(np.float32(1))) == 11


def test_assignments_in_a_function_and_its_loop(writer: Any, kinds: Any) -> None:
    """A function adds x three times, in a While that hands the variable's handle on."""
    g = resource(writer, kinds)
    f32, types = kinds.type("float32"), {"i": "int32", "v": "resource", "x": "float32"}
    cond, body, outer = writer(), writer(), writer()
    cond.const("three", 3, dtype=np.int32)
    cond.add("go", "Less", "i", "three")
    body.const("one", 1, dtype=np.int32)
    body.add("next", "AddV2", "i", "one")
    body.add("add", "AssignAddVariableOp", "v", "x", dtype=f32)
    g.function("c", types, {"go": "go:z:0"}, cond)
    g.function("b", types, {"i": "next:z:0", "v": "v", "x": "x"}, body)
    outer.const("zero", 0, dtype=np.int32)
    outer.add("w", "While", "zero", "v", "x", cond=kinds.func("c"), body=kinds.func("b"))
    outer.add("read", "ReadVariableOp", "v", "^w", dtype=f32)
    g.function("f", {"v": "resource", "x": "float32"}, {"y": "read:value:0"}, outer)
    g.add("y", "StatefulPartitionedCall", "v", "x", f=kinds.func("f"))
    module = import_graphdef(g.data(), fetch=["y"])
    assert calls(module, [1, 2]) == [13, 19]


def test_assignments_in_one_branch(writer: Any, kinds: Any) -> None:
    g = resource(writer, kinds)
    f32, types = kinds.type("float32"), {"v": "resource", "x": "float32"}
    then, other = writer(), writer()
    then.add("set", "AssignVariableOp", "v", "x", dtype=f32)
    then.add("y", "Identity", "x", "^set")
    other.add("y", "ReadVariableOp", "v", dtype=f32)
    g.function("t", types, {"y": "y:output:0"}, then)
    g.function("e", types, {"y": "y:value:0"}, other)
    g.const("zero", 0.0)
    g.add("p", "Greater", "x", "zero")
    g.add("y", "If", "p", "v", "x", then_branch=kinds.func("t"), else_branch=kinds.func("e"))
    module = import_graphdef(g.data(), fetch=["y"])
    assert calls(module, [-1, 5, -1, -1]) == [10, 5, 5, 5]


def test_references_of_tensorflow_1(writer: Any, kinds: Any) -> None:
    """Reads by an Identity, assigned before it is read again."""
    g = writer()
    g.placeholder("x")
    g.const("init", 1.0)
    g.add("v", "VariableV2", dtype=kinds.type("float32"), shape=kinds.shape(()))
    g.add("v/Assign", "Assign", "v", "init")
    g.add("v/read", "Identity", "v")
    g.add("product", "Mul", "v/read", "x")
    g.add("set", "Assign", "v", "product")
    g.add("y", "Identity", "set")
    module = import_graphdef(g.data(), fetch=["y"])
    assert calls(module, [2, 3, 4]) == [2, 6, 24]


def test_a_state_keeps_its_shape(writer: Any, kinds: Any) -> None:
    g = resource(writer, kinds)
    g.const("wide", [1.0, 2.0])
    g.add("set", "AssignVariableOp", "v", "wide")
    g.add("y", "Identity", "x", "^set")
    with pytest.raises(CompileError, match="node \"set\": variable 'total'"):
        import_graphdef(g.data(), fetch=["y"])


def test_a_variable_without_a_value(writer: Any, kinds: Any) -> None:
    g = writer()
    g.placeholder("x")
    g.add("v", "VarHandleOp", dtype=kinds.type("float32"), shape=kinds.shape(()))
    g.add("old", "ReadVariableOp", "v")
    g.add("y", "Mul", "old", "x")
    with pytest.raises(CompileError, match="node \"old\": variable 'v' has no value"):
        import_graphdef(g.data(), fetch=["y"])


def test_an_assignment_in_dataflow_control_is_refused_by_name(writer: Any, kinds: Any) -> None:
    """Never dropped: it would have to happen in some runs only."""
    f32 = kinds.type("float32")
    g = resource(writer, kinds)
    g.const("zero", 0.0)
    g.add("p", "Greater", "x", "zero")
    g.add("sw", "Switch", "x", "p")
    g.add("update", "AssignAddVariableOp", "v", "sw:1", dtype=f32)
    g.add("taken", "Identity", "sw:1", "^update")
    g.add("m", "Merge", "sw", "taken")
    g.add("y", "Identity", "m")
    with pytest.raises(CompileError, match=r'node "update".*assignments in TensorFlow 1 control'):
        import_graphdef(g.data(), fetch=["y"])


def test_an_assignment_in_a_dataflow_loop_is_refused_by_name(writer: Any, kinds: Any) -> None:
    f32 = kinds.type("float32")
    g = resource(writer, kinds)
    g.const("hundred", 100.0)
    g.add("enter", "Enter", "x", T=f32, frame_name="loop")
    g.add("merge", "Merge", "enter", "next")
    g.add("less", "Less", "merge", "hundred")
    g.add("go", "LoopCond", "less")
    g.add("switch", "Switch", "merge", "go")
    g.add("exit", "Exit", "switch")
    g.add("body", "Identity", "switch:1")
    g.add("update", "AssignAddVariableOp", "v", "body", dtype=f32)
    g.add("twice", "AddV2", "body", "body", "^update")
    g.add("next", "NextIteration", "twice")
    with pytest.raises(CompileError, match=r'node "update".*assignments in TensorFlow 1 control'):
        import_graphdef(g.data(), fetch=["exit"])
