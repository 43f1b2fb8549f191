"""Loops, branches, variables and states."""

from __future__ import annotations

import numpy as np
import pytest

from millrace.frontend.tflite import import_tflite
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr.gather import DynamicUpdateSlice
from millrace.ir.errors import CompileError
from millrace.ir.verifier import verify
from tests.tflite.tflite_models import Graph, ModelWriter, run


def i32(n: int) -> np.ndarray:
    return np.array(n, np.int32)


def counted_loop(grows: bool = False) -> ModelWriter:
    """While i < 5: write x * i into row i of a list, which starts as zeros."""
    w = ModelWriter()
    w.graphs += [Graph(), Graph()]
    main, cond, body = w.graphs
    x = w.tensor([3])
    i, rows = w.constant(i32(0)), w.constant(np.zeros((5, 3), np.float32))
    last, list_, _ = (
        w.tensor(s, t) for s, t in (([], "int32"), ([5, 3], "float32"), ([3], "float32"))
    )
    unused = w.tensor([3])
    main.inputs, main.outputs = [x], [list_, last]
    w.node("WHILE", [i, rows, x], [last, list_, unused], cond=1, body=2)
    ci, cl, cx = (
        w.tensor(s, t, graph=1) for s, t in (([], "int32"), ([5, 3], "float32"), ([3], "float32"))
    )
    going = w.tensor([], "bool", graph=1)
    w.node("LESS", [ci, w.constant(i32(5), graph=1)], [going], graph=1)
    cond.inputs, cond.outputs = [ci, cl, cx], [going]
    fill_body(w, body, grows)
    return w


def fill_body(w: ModelWriter, body: Graph, grows: bool) -> None:
    def t(shape: list[int], type: str = "float32") -> int:
        return w.tensor(shape, type, graph=2)

    def const(value: object) -> int:
        return w.constant(np.asarray(value, np.int32), graph=2)

    i, rows, x = t([], "int32"), t([5, 3]), t([3])
    after, vector, after_vector = t([], "int32"), t([1], "int32"), t([1], "int32")
    w.node("ADD", [i, const(1)], [after], graph=2)
    w.node("RESHAPE", [i, const([1])], [vector], graph=2)
    w.node("RESHAPE", [after, const([1])], [after_vector], graph=2)
    size, begin = t([2], "int32"), t([2], "int32")
    w.node("CONCATENATION", [vector, const([-1])], [size], graph=2, axis=0)
    w.node("CONCATENATION", [after_vector, const([0])], [begin], graph=2, axis=0)
    head, tail = t([1, 3]), t([1, 3])
    w.node("SLICE", [rows, const([0, 0]), size], [head], graph=2)
    w.node("SLICE", [rows, begin, const([-1, -1])], [tail], graph=2)
    factor, product, row, joined = t([]), t([3]), t([1, 3]), t([5, 3])
    w.node("CAST", [i], [factor], graph=2)
    w.node("MUL", [x, factor], [product], graph=2)
    w.node("RESHAPE", [product, const([1, 3])], [row], graph=2)
    pieces = [head, row, row, tail] if grows else [head, row, tail]
    w.node("CONCATENATION", pieces, [joined], graph=2, axis=0)
    body.inputs, body.outputs = [i, rows, x], [after, joined, x]


def test_a_list_that_is_written_row_by_row_is_updated_in_place() -> None:
    module = import_tflite(counted_loop().bytes())
    verify(module)
    ops = [type(op) for op in module.walk()]
    assert ops.count(DynamicUpdateSlice) == 1
    loop = next(op for op in module.walk() if isinstance(op, scf.While))
    assert len(loop.inits) == 2  # what does not change is not carried
    x = np.array([1.0, 2.0, 3.0], np.float32)
    rows, last = run(module, x)
    np.testing.assert_array_equal(rows, np.arange(5, dtype=np.float32)[:, None] * x)
    assert last == 5


def test_a_list_that_grows_is_refused() -> None:
    with pytest.raises(CompileError, match=r"CONCATENATION#10.*unknown sizes"):
        import_tflite(counted_loop(grows=True).bytes())


def counter(conditional: bool = False) -> ModelWriter:
    """A variable that each call adds its input to; with ``conditional`` only positive ones."""
    w = ModelWriter()
    w.graphs += [Graph(), Graph(), Graph()]
    main, _, add, skip = w.graphs
    x, handle, value = w.tensor([2]), w.tensor([], "resource"), w.tensor([2])
    main.inputs, main.outputs = [x], [value]
    w.node("CALL_ONCE", [], [], subgraph=1)
    if conditional:
        total, going = w.tensor([]), w.tensor([], "bool")
        w.node("SUM", [x, w.constant(np.array([0], np.int32))], [total])
        w.node("GREATER", [total, w.constant(np.float32(0))], [going])
        w.node("IF", [going, x], [w.tensor([2])], then=2, **{"else": 3})
    else:
        add_to_variable(w, 0, x)
    w.node("VAR_HANDLE", [], [handle], name="v")
    w.node("READ_VARIABLE", [handle], [value])
    h = w.tensor([], "resource", graph=1)
    w.node("VAR_HANDLE", [], [h], graph=1, name="v")
    start = w.constant(np.array([10.0, 20.0], np.float32), graph=1)
    w.node("ASSIGN_VARIABLE", [h, start], [], graph=1)
    for number, g in ((2, add), (3, skip)):
        given = w.tensor([2], graph=number)
        if g is add:
            add_to_variable(w, number, given)
        g.inputs, g.outputs = [given], [given]
    return w


def add_to_variable(w: ModelWriter, graph: int, x: int) -> None:
    handle = w.tensor([], "resource", graph=graph)
    old, new = w.tensor([2], graph=graph), w.tensor([2], graph=graph)
    w.node("VAR_HANDLE", [], [handle], graph=graph, name="v")
    w.node("READ_VARIABLE", [handle], [old], graph=graph)
    w.node("ADD", [old, x], [new], graph=graph)
    w.node("ASSIGN_VARIABLE", [handle, new], [], graph=graph)


def test_an_assigned_variable_is_a_state() -> None:
    module = import_tflite(counter().bytes())
    verify(module)
    assert module.entry.num_states == 1
    assert module.entry.state_names == ("v",)
    x = np.array([1.0, -2.0], np.float32)
    y, state = run(module, x)
    np.testing.assert_array_equal(y, [11.0, 18.0])
    np.testing.assert_array_equal(state, y)


@pytest.mark.parametrize(("x", "wanted"), [([1, 2], [11, 22]), ([-1, -2], [10, 20])])
def test_an_assignment_in_a_branch_is_not_lost(x: list[float], wanted: list[float]) -> None:
    module = import_tflite(counter(conditional=True).bytes())
    verify(module)
    y, state = run(module, np.array(x, np.float32))
    np.testing.assert_array_equal(y, wanted)
    np.testing.assert_array_equal(state, wanted)


def test_an_unknown_operator_is_named() -> None:
    w = ModelWriter()
    main = w.graphs[0]
    x, y, z = w.tensor([2]), w.tensor([2]), w.tensor([2])
    main.inputs, main.outputs = [x], [z]
    w.node("SKIP_GRAM", [x], [y])
    w.node("HASHTABLE", [y], [z])
    with pytest.raises(CompileError, match=r'HASHTABLE \(node "HASHTABLE#1 t2"\); SKIP_GRAM'):
        import_tflite(w.bytes())


def test_a_loop_that_calls_itself_is_refused() -> None:
    w = ModelWriter()
    w.graphs.append(Graph())
    main, inner = w.graphs
    main.inputs = main.outputs = [w.tensor([2])]
    w.node("CALL", main.inputs, [w.tensor([2])], subgraph=1)
    inner.inputs = inner.outputs = [w.tensor([2], graph=1)]
    w.node("CALL", inner.inputs, [w.tensor([2], graph=1)], graph=1, subgraph=1)
    with pytest.raises(CompileError, match="calls itself"):
        import_tflite(w.bytes())


def test_open_dimensions_need_a_size() -> None:
    w = ModelWriter()
    x, y = w.tensor([1, 1], signature=[-1, -1]), w.tensor([1, 1])
    w.graphs[0].inputs, w.graphs[0].outputs = [x], [y]
    w.node("TANH", [x], [y])
    with pytest.raises(CompileError, match="dimension 1 is not known"):
        import_tflite(w.bytes())
    module = import_tflite(w.bytes(), shapes={"t0": (2, 7)})
    assert module.entry.function_type.results[0].shape == (2, 7)
