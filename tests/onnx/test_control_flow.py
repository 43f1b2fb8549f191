"""If, Loop and Scan against ONNX Runtime, and the form that they take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from millrace.frontend.onnx import import_onnx
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.errors import CompileError, RunError
from millrace.ir.verifier import verify
from tests.onnx.onnx_models import agrees, helper, model, op_names, run, value

X = np.random.default_rng(1).normal(size=(4, 3)).astype(np.float32)


def node(op: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Any) -> Any:
    return helper.make_node(op, list(inputs), list(outputs), name=f"/{outputs[0]}", **attributes)


def graph(nodes: Sequence[Any], inputs: Sequence[Any], outputs: Sequence[Any]) -> Any:
    return helper.make_graph(list(nodes), "body", list(inputs), list(outputs))


def constant(name: str, array: Any) -> Any:
    from onnx import numpy_helper

    return node("Constant", [], [name], value=numpy_helper.from_array(np.asarray(array)))


def if_model(condition: Sequence[Any], **constants: Any) -> Any:
    """y = tanh(x) or x + x, by the boolean ``p``; the branches take x from outside."""
    then = graph([node("Tanh", ["x"], ["t"])], [], [value("t", None)])
    other = graph([node("Add", ["x", "x"], ["e"])], [], [value("e", None)])
    branch = node("If", ["p"], ["y"], then_branch=then, else_branch=other)
    return model([*condition, branch], [value("x", X.shape)], [value("y", X.shape)], constants)


@pytest.mark.parametrize("sign", [1, -1])
def test_if_at_run_time(sign: int) -> None:
    condition = [node("ReduceSum", ["x"], ["s"], keepdims=0), node("Greater", ["s", "zero"], ["p"])]
    proto = if_model(condition, zero=np.float32(0))
    module = agrees(proto, {"x": np.abs(X) * np.float32(sign)})
    assert "scf.if" in op_names(module)


@pytest.mark.parametrize("p", [True, False])
def test_if_of_a_constant_takes_the_branch(p: bool) -> None:
    module = agrees(if_model([], p=np.array(p)), {"x": X})
    assert "scf.if" not in op_names(module)


def test_if_branches_must_agree() -> None:
    then = graph([node("Tanh", ["x"], ["t"])], [], [value("t", None)])
    other = graph([node("ReduceSum", ["x"], ["e"], keepdims=0)], [], [value("e", None)])
    branch = node("If", ["p"], ["y"], then_branch=then, else_branch=other)
    ins = [value("x", (2, 2)), value("p", (), np.bool_)]
    with pytest.raises(CompileError, match="the branches give different types"):
        import_onnx(model([branch], ins, [value("y", None)]))


# ---- Loop


def loop_model(
    body: Sequence[Any],
    *,
    rows: int | None = 6,
    inputs: Sequence[Any] = (),
    limit: str = "m",
    condition: str = "",
    **constants: Any,
) -> Any:
    """a starts as x; the body makes (go, next, row) of (i, go_in, a)."""
    ins = [value("i", (), np.int64), value("go_in", (), np.bool_), value("a", None)]
    outs = [value("go", (), np.bool_), value("next", None), value("row", None)]
    inner = graph(body, ins, outs)
    outer = node("Loop", [limit, condition, "x"], ["last", "stack"], body=inner)
    declared = None if rows is None else (rows, *X.shape)
    return model(
        [outer],
        [value("x", X.shape), *inputs],
        [value("last", X.shape), value("stack", declared)],
        constants,
    )


STEP = [
    node("Cast", ["i"], ["f"], to=1),
    node("Add", ["a", "f"], ["b"]),
    node("Tanh", ["b"], ["next"]),
    node("Mul", ["next", "x"], ["row"]),
]
GO = [node("Identity", ["go_in"], ["go"])]


def test_for_loop_becomes_a_scan() -> None:
    module = agrees(loop_model([*STEP, *GO], m=np.int64(6)), {"x": X})
    (scan,) = (o for o in module.walk() if isinstance(o, Scan))
    assert scan.trip == 6
    assert scan.num_carries == 1


def test_condition_on_the_counter_is_counted() -> None:
    """What exporters write for ``while i + 1 < 4``."""
    going = [
        constant("one", np.int64(1)),
        constant("four", np.int64(4)),
        node("Add", ["i", "one"], ["j"]),
        node("Less", ["j", "four"], ["go"]),
    ]
    proto = loop_model([*STEP, *going], rows=None, m=np.int64(2**63 - 1))
    module = agrees(proto, {"x": X})
    (scan,) = (o for o in module.walk() if isinstance(o, Scan))
    assert scan.trip == 4


@pytest.mark.parametrize("m", [0, 3])
def test_loop_without_steps(m: int) -> None:
    """By its limit, or by its first condition. (ONNX Runtime has no shape for rows of none.)"""
    start = np.array(m == 0)
    proto = loop_model([*STEP, *GO], rows=None, condition="c", m=np.int64(m), c=start)
    last, rows = run(import_onnx(proto), {"x": X})
    np.testing.assert_array_equal(last, X)
    assert rows.shape == (0, *X.shape)


DATA_CONDITION = [
    node("ReduceMax", ["next"], ["top"], keepdims=0),
    constant("bound", np.float32(0.5)),
    node("Less", ["top", "bound"], ["go"]),
]
GROW = [
    constant("k", np.float32(0.3)),
    node("Add", ["a", "k"], ["next"]),
    node("Identity", ["next"], ["row"]),
]


def counted_by_data(x: Any) -> int:
    steps = 0
    while True:
        x = x + np.float32(0.3)
        steps += 1
        if not x.max() < np.float32(0.5):
            return steps


def test_while_with_declared_rows() -> None:
    x = X - 3
    steps = counted_by_data(x)
    assert steps > 3
    proto = loop_model([*GROW, *DATA_CONDITION], rows=steps, limit="")
    module = agrees(proto, {"x": x})
    assert "scf.while" in op_names(module)


@pytest.mark.parametrize("wrong", [-2, 2])
def test_while_that_breaks_its_declaration_fails(wrong: int) -> None:
    x = X - 3
    proto = loop_model([*GROW, *DATA_CONDITION], rows=counted_by_data(x) + wrong, limit="")
    with pytest.raises(RunError, match="/last"):
        run(import_onnx(proto), {"x": x})


def test_while_without_declaration_is_refused() -> None:
    proto = loop_model([*GROW, *DATA_CONDITION], rows=None, limit="")
    with pytest.raises(CompileError, match="its bound with --bound /last=N"):
        import_onnx(proto)


def while_without_rows(limit: str, inputs: Sequence[Any], **constants: Any) -> Any:
    ins = [value("i", (), np.int64), value("go_in", (), np.bool_), value("a", None)]
    outs = [value("go", (), np.bool_), value("next", None)]
    inner = graph([*GROW[:2], *DATA_CONDITION], ins, outs)
    outer = node("Loop", [limit, "", "x"], ["last"], body=inner)
    return model([outer], [value("x", X.shape), *inputs], [value("last", X.shape)], constants)


@pytest.mark.parametrize("limit", [2, 100])
def test_while_with_limit(limit: int) -> None:
    """Which ends first: the limit, or the condition."""
    agrees(while_without_rows("m", [], m=np.int64(limit)), {"x": X - 3})
    given = while_without_rows("m", [value("m", (), np.int64)])
    module = agrees(given, {"x": X - 3, "m": np.int64(limit)})
    assert "scf.while" in op_names(module)


@pytest.mark.parametrize("m", [0, 3])
def test_limit_at_run_time_becomes_for(m: int) -> None:
    ins = [value("i", (), np.int64), value("go_in", (), np.bool_), value("a", None)]
    inner = graph([*STEP[:3], *GO], ins, [value("go", (), np.bool_), value("next", None)])
    outer = node("Loop", ["m", "", "x"], ["last"], body=inner)
    inputs = [value("x", X.shape), value("m", (), np.int64)]
    proto = model([outer], inputs, [value("last", X.shape)])
    module = agrees(proto, {"x": X, "m": np.int64(m)})
    assert "scf.for" in op_names(module)


def test_shape_that_changes_in_two_dimensions() -> None:
    grow = [
        node("Concat", ["a", "a"], ["wide"], axis=0),
        node("Concat", ["wide", "wide"], ["next"], axis=1),
        node("Identity", ["x"], ["row"]),
    ]
    with pytest.raises(CompileError, match="only one dimension may change in a loop"):
        import_onnx(loop_model([*grow, *GO], m=np.int64(3)))


def test_nested_loops() -> None:
    ins = [value("i2", (), np.int64), value("go2", (), np.bool_), value("a2", None)]
    outs = [value("keep2", (), np.bool_), value("b2", None)]
    inner_body = [
        node("Cast", ["i"], ["fi"], to=1),
        node("Cast", ["i2"], ["fi2"], to=1),
        node("Mul", ["fi", "fi2"], ["p"]),
        node("Add", ["a2", "p"], ["b2"]),
        node("Identity", ["go2"], ["keep2"]),
    ]
    inner = node("Loop", ["k", "", "a"], ["next"], body=graph(inner_body, ins, outs))
    body = [inner, node("Identity", ["next"], ["row"]), *GO]
    agrees(loop_model(body, m=np.int64(6), k=np.int64(4)), {"x": X})


def test_slice_at_the_counter() -> None:
    """x[i : i + 1] in a counted loop has a known size."""
    body = [
        constant("one", np.array([1], np.int64)),
        constant("axis", np.array([0], np.int64)),
        node("Unsqueeze", ["i", "axis"], ["at"]),
        node("Add", ["at", "one"], ["end"]),
        node("Slice", ["x", "at", "end", "axis"], ["part"]),
        node("Add", ["a", "part"], ["next"]),
        node("Identity", ["next"], ["row"]),
    ]
    agrees(loop_model([*body, *GO], rows=4, m=np.int64(4)), {"x": X})


# ---- Scan


def scan_model(**attributes: Any) -> Any:
    ins = [value("s", None), value("u", None), value("v", None)]
    outs = [value("s2", None), value("y", None), value("z", None)]
    body = graph(
        [
            node("Add", ["s", "u"], ["p"]),
            node("Tanh", ["p"], ["s2"]),
            node("Mul", ["s2", "v"], ["y"]),
            node("Sub", ["s2", "w"], ["z"]),
        ],
        ins,
        outs,
    )
    outer = node("Scan", ["h", "x", "x2"], ["last", "ys", "zs"], body=body, **attributes)
    inputs = [value("h", (3,)), value("x", (4, 3)), value("x2", (4, 3))]
    outputs = [value("last", (3,)), value("ys", None), value("zs", None)]
    return model([outer], inputs, outputs, {"w": np.float32([1, 2, 3])})


SCAN_INPUTS = {"h": X[0], "x": X, "x2": X * 2}


@pytest.mark.parametrize("inputs", [[0, 0], [1, 1], [1, 0]])
@pytest.mark.parametrize("outputs", [[0, 0], [1, 1], [0, 1]])
def test_scan_directions(inputs: list[int], outputs: list[int]) -> None:
    proto = scan_model(
        num_scan_inputs=2, scan_input_directions=inputs, scan_output_directions=outputs
    )
    module = agrees(proto, SCAN_INPUTS)
    assert op_names(module).count("mr.scan") == 1


def test_scan_axes() -> None:
    proto = scan_model(num_scan_inputs=2, scan_input_axes=[1, -1], scan_output_axes=[1, 0])
    turned = {"h": X[0], "x": X.T.copy(), "x2": X.T.copy()}
    for i in (1, 2):
        proto.graph.input[i].CopyFrom(value(("x", "x2")[i - 1], (3, 4)))
    agrees(proto, turned)


def test_scan_of_different_lengths() -> None:
    proto = scan_model(num_scan_inputs=2)
    proto.graph.input[2].CopyFrom(value("x2", (5, 3)))
    with pytest.raises(CompileError, match=r"different lengths \[4, 5\]"):
        import_onnx(proto)


def test_a_loop_that_never_starts_leaves_nothing() -> None:
    proto = loop_model([*GROW, *GO], m=np.int64(0))
    module = import_onnx(proto)
    verify(module)
    assert "mr.scan" not in {op.name for op in module.walk()}
