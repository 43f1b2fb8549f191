"""Plain graphs: feeds, fetches, shapes, errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from millrace.frontend.tensorflow import import_graphdef
from millrace.ir.errors import CompileError
from millrace.ir.interpreter.run import interpret
from millrace.ir.verifier import verify


def small(writer: Any) -> Any:
    g = writer()
    g.placeholder("x", -1, 3)
    g.placeholder("unused", 7)
    g.const("w", [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    g.add("mul", "MatMul", "x", "w")
    g.add("y", "Tanh", "mul")
    g.add("z", "Neg", "mul", "^y")
    return g


def test_default_feeds_and_fetches(writer: Any) -> None:
    g = small(writer)
    g.add("last", "NoOp", "^z")
    g.add("e", "Exp", "mul")
    module = import_graphdef(g.data(), fetch=None)
    verify(module)
    assert module.entry.arg_names == ("x",)
    assert module.entry.result_names == ("e",)
    x = np.array([[1, 0, 1]], np.float32)
    (out,) = interpret(module, [x])
    np.testing.assert_allclose(out, np.exp([[6.0, 8.0]]), rtol=1e-6)


def test_any_tensor_can_be_fed_and_fetched(writer: Any, kinds: Any) -> None:
    g = writer()
    g.placeholder("x", 4)
    g.add("a", "Neg", "x", T=kinds.type("float32"))
    g.add("b", "Abs", "a", T=kinds.type("float32"))
    g.add("c", "Exp", "b", T=kinds.type("float32"))
    module = import_graphdef(g.data(), feed=["a:0"], fetch=["b", "a"], shapes={"a": (4,)})
    assert module.entry.arg_names == ("a",)
    a = np.array([1, -2, 3, -4], np.float32)
    b, same = interpret(module, [a])
    assert b.tolist() == [1, 2, 3, 4] and same.tolist() == a.tolist()


def test_what_is_not_fetched_is_pruned(writer: Any) -> None:
    g = small(writer)
    g.add("strange", "NoSuchOperator", "mul")
    module = import_graphdef(g.data(), fetch=["y"])
    assert [op.name for op in module.entry.block] == [
        "mr.constant",
        "mr.matmul",
        "mr.tanh",
        "func.return",
    ]


def test_constants_that_cannot_be_read_matter_only_where_they_are_used(writer: Any) -> None:
    g = small(writer)
    g.const("odd", [1.25, 2.5])
    g.add("used", "Neg", "odd")
    # Its data type becomes complex64, which is number 8.
    start = g.data().index(b"odd")
    kind = g.data().index(b"\x08\x01", start)
    data = g.data()[:kind] + b"\x08\x08" + g.data()[kind + 2 :]
    assert import_graphdef(data, fetch=["y"]).entry.result_names == ("y",)
    with pytest.raises(CompileError, match=r'node "odd".*complex64 is not supported'):
        import_graphdef(data, fetch=["used"])


def test_all_unsupported_operators_at_once(writer: Any) -> None:
    g = small(writer)
    g.add("p", "Strange", "y")
    g.add("q", "Odd", "p")
    g.add("r", "Strange", "q")
    with pytest.raises(CompileError, match=r'Odd \(node "q"\); Strange \(nodes "p", "r"\)'):
        import_graphdef(g.data())


def test_open_batch_is_one_and_other_sizes_are_asked_for(writer: Any) -> None:
    module = import_graphdef(small(writer).data(), fetch=["y"])
    assert str(module.entry.function_type.inputs[0]) == "tensor<1x3xf32>"
    module = import_graphdef(small(writer).data(), fetch=["y"], shapes={"x:0": (5, 3)})
    assert str(module.entry.function_type.inputs[0]) == "tensor<5x3xf32>"
    g = writer()
    g.placeholder("x", -1, -1)
    g.add("y", "Neg", "x")
    with pytest.raises(CompileError, match=r"dimension 1 is unknown.*--shape x=1,SIZE"):
        import_graphdef(g.data())
    with pytest.raises(CompileError, match="no input 'q'"):
        import_graphdef(g.data(), shapes={"q": (1,)})
    with pytest.raises(CompileError, match="has 2 dimensions, not 1"):
        import_graphdef(g.data(), shapes={"x": (1,)})


def test_errors_name_the_node(writer: Any) -> None:
    g = small(writer)
    g.const("five", np.zeros(5))
    g.add("bad", "Add", "y", "five")
    with pytest.raises(CompileError, match='node "bad"'):
        import_graphdef(g.data(), name="net.pb")
    g = writer()
    g.add("a", "Neg", "missing")
    with pytest.raises(CompileError, match="there is no node 'missing'"):
        import_graphdef(g.data())
    g = writer()
    g.add("a", "Neg", "b")
    g.add("b", "Neg", "a")
    with pytest.raises(CompileError, match="cycle"):
        import_graphdef(g.data(), fetch=["a"])
    with pytest.raises(CompileError, match="there is no node 'q'"):
        import_graphdef(g.data(), fetch=["q"])


def test_the_same_bytes_give_the_same_module(writer: Any) -> None:
    from millrace.ir.printer import print_module

    texts = {print_module(import_graphdef(small(writer).data())) for _ in range(3)}
    assert len(texts) == 1


def test_strided_slice_masks(writer: Any) -> None:
    """``x[..., 1, None, ::-2]`` and ``x[1:, :2]`` against numpy."""
    x = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
    g = writer()
    g.placeholder("x", 3, 4, 5)
    for name, values in {"b": [0, 1, 0, 4], "e": [0, 2, 0, 0], "s": [1, 1, 1, -2]}.items():
        g.const(name, values, dtype=np.int32)
    g.add(
        "y", "StridedSlice", "x", "b", "e", "s",
        ellipsis_mask=1, shrink_axis_mask=2, new_axis_mask=4, end_mask=8,
    )  # fmt: skip
    (out,) = interpret(import_graphdef(g.data()), [x])
    np.testing.assert_array_equal(out, x[..., 1, None, ::-2])


def test_an_index_that_depends_on_data(writer: Any) -> None:
    g = writer()
    g.placeholder("x", 6, 2)
    g.placeholder("i", dtype="int32")
    g.const("one", 1, dtype=np.int32)
    g.const("ones", [1], dtype=np.int32)
    g.add("begin", "Pack", "i")
    g.add("next", "AddV2", "i", "one")
    g.add("end", "Pack", "next")
    g.add("y", "StridedSlice", "x", "begin", "end", "ones", shrink_axis_mask=1)
    x = np.arange(12, dtype=np.float32).reshape(6, 2)
    (out,) = interpret(import_graphdef(g.data()), [x, np.array(4, np.int32)])
    assert out.tolist() == [8, 9]


def test_same_padding_is_uneven_at_the_end(writer: Any) -> None:
    """Strides of 2 over 4 elements with 3 taps: one zero after, none before."""
    g = writer()
    g.placeholder("x", 1, 4, 4, 1)
    g.const("w", np.ones((3, 3, 1, 1)))
    g.add("c", "Conv2D", "x", "w", strides=[1, 2, 2, 1], padding="SAME")
    x = np.ones((1, 4, 4, 1), np.float32)
    (out,) = interpret(import_graphdef(g.data()), [x])
    assert out.reshape(2, 2).tolist() == [[9, 6], [6, 4]]
