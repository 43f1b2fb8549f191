"""What operations refuse, and what their folds and decompositions leave."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import func
from millrace.ir.dialects.mr import cast, compare, elementary, elementwise, norm, quant, reduction
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.softmax import Softmax
from millrace.ir.errors import IRError
from millrace.ir.interpreter import interpret
from millrace.ir.types import F16, F32, F64, I1, I8, I16, I32, I64, UI8, type_of_array
from millrace.ir.types import tensor as tensor_type
from millrace.passes.base import PassContext
from millrace.passes.manager import run_pipeline
from tests.ops.cases import Array, module_of
from tests.ops.data import corners


def value(shape: tuple[int, ...], element: Any = F32) -> Value:
    return Block([tensor_type(shape, element)]).args[0]


REFUSED = [
    (elementwise.Add, [value((2, 3)), value((4,))], {}, "cannot broadcast 2x3 with 4"),
    (elementwise.Add, [value((2,)), value((2,), I64)], {}, "types differ: f32 and i64"),
    (elementwise.Add, [value((2,), I1), value((2,), I1)], {}, "not defined on i1"),
    (elementary.Exp, [value((2,), I32)], {}, "not defined on i32"),
    (compare.Where, [value((2,)), value((2,)), value((2,))], {}, "the condition is f32"),
    (cast.Bitcast, [value((2,))], {"to": F16}, "differ in width"),
    (reduction.ReduceSum, [value((2, 3))], {"axes": [2]}, "axes (2,) of a tensor of rank 2"),
    (reduction.ReduceSum, [value((2, 3))], {"axes": [1, 0]}, "axes (1, 0)"),
    (reduction.ArgMax, [value((2, 3))], {"axes": [0, 1]}, "takes one axis"),
    (reduction.ArgMax, [value((2, 0))], {"axes": [1]}, "axis of size 0"),
    (Softmax, [value((2, 3))], {"axis": 2}, "axis 2 of a tensor of rank 2"),
    (norm.LayerNorm, [value((2, 3)), value((4,))], {"axis": 1}, "cannot broadcast 2x3 with 4"),
    (norm.LayerNorm, [value((3,)), value((2, 3))], {"axis": 0}, "does not broadcast"),
    (norm.GroupNorm, [value((1, 4)), *[value((4,))] * 2], {"num_groups": 3}, "in 3 groups"),
    (norm.BatchNorm, [value((1, 4)), *[value((3,))] * 4], {}, "not a vector of 4 channels"),
    (quant.QuantizeLinear, [value((2, 3)), value((2,))], {"to": I8}, "does not fit"),
    (quant.QuantizeLinear, [value((2,)), value(()), value((), UI8)], {"to": I8}, "zero point"),
]


@pytest.mark.parametrize(("cls", "operands", "fields", "text"), REFUSED)
def test_ill_typed_operations_say_why(
    cls: type[Operation], operands: list[Value], fields: dict[str, Any], text: str
) -> None:
    with pytest.raises(IRError) as e:
        cls(*operands, **fields)
    assert cls.name in str(e.value)
    assert text in str(e.value)


def simplified(build: Any, *inputs: Array) -> tuple[Counter[str], list[Array]]:
    """The operations that are left of a function after the GRAPH passes, and its results."""
    block = Block([type_of_array(x) for x in inputs])
    b = Builder(block)
    b.create(func.Return, [build(b, *block.args)])
    module = module_of(block)
    passes = "decompose,canonicalize,fold-constants,canonicalize,cse,prune"
    run_pipeline(module, passes, context=PassContext())
    left = Counter(op.name for op in module.entry.block if not isinstance(op, Constant))
    return left, interpret(module, list(inputs))


def const(b: Builder, x: Any) -> Value:
    return b.value(Constant, value=Dense(np.asarray(x)))


X = np.linspace(-2, 2, 24, dtype=np.float32).reshape(2, 3, 4)


def test_batch_norm_of_constants_is_one_scale_and_one_shift() -> None:
    rng = np.random.default_rng(0)
    vectors = [rng.uniform(0.5, 2, 3).astype(np.float32) for _ in range(4)]
    left, (y,) = simplified(
        lambda b, x: b.value(norm.BatchNorm, x, *(const(b, v) for v in vectors)), X
    )
    assert left == {"mr.mul": 1, "mr.add": 1, "func.return": 1}
    scale, bias, mean, variance = (v.reshape(3, 1) for v in vectors)
    expected = (X - mean) / np.sqrt(variance + 1e-5) * scale + bias
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)


GONE = {
    "x + 0": lambda b, x: b.value(elementwise.Add, x, const(b, np.float32(0))),
    "0 + x": lambda b, x: b.value(elementwise.Add, const(b, np.float32(0)), x),
    "x - 0": lambda b, x: b.value(elementwise.Sub, x, const(b, np.float32(0))),
    "x * 1": lambda b, x: b.value(elementwise.Mul, x, const(b, np.float32(1))),
    "x / 1": lambda b, x: b.value(elementwise.Div, x, const(b, np.float32(1))),
    "--x": lambda b, x: b.value(elementwise.Neg, b.value(elementwise.Neg, x)),
    "cast": lambda b, x: b.value(cast.Cast, x, to=F32),
    "clip": lambda b, x: b.value(elementwise.Clip, x),
    "pow 1": lambda b, x: b.value(elementwise.Pow, x, const(b, np.float32(1))),
    "where": lambda b, x: b.value(compare.Where, const(b, np.True_), x, const(b, X)),
    "sum of nothing": lambda b, x: b.value(reduction.ReduceSum, x, axes=[]),
}


@pytest.mark.parametrize("name", GONE)
def test_operations_that_do_nothing_go(name: str) -> None:
    left, (y,) = simplified(GONE[name], X)
    assert left == {"func.return": 1}
    np.testing.assert_array_equal(y, X)


def test_zero_that_widens_the_shape_stays() -> None:
    zeros = np.zeros((5, 1, 1, 1), np.float32)
    left, (y,) = simplified(lambda b, x: b.value(elementwise.Add, x, const(b, zeros)), X)
    assert left["mr.add"] == 1
    assert y.shape == (5, 2, 3, 4)


CAST_CHAINS = [
    (np.float16, F32, F16, 0),
    (np.float32, F16, F32, 2),
    (np.int8, I32, I64, 1),
    (np.int64, F64, I64, 2),
    (np.int16, F32, I16, 0),
    (np.int16, F32, UI8, 2),
    (np.uint8, F32, I16, 1),
    (np.int32, F32, F64, 2),
    (np.int16, I32, UI8, 1),
    (np.bool_, F32, I8, 1),
    (np.float32, I1, F32, 2),
]


@pytest.mark.parametrize(("source", "middle", "target", "left"), CAST_CHAINS)
def test_two_casts_become_one_where_that_is_the_same(
    source: Any, middle: Any, target: Any, left: int
) -> None:
    x = np.array([0.0, 1.0, 3.3, -0.5, 100.0, 60000.0]).astype(source)
    if np.dtype(source).kind in "iu":
        x = corners(source)

    def chain(b: Builder, v: Value) -> Value:
        return b.value(cast.Cast, b.value(cast.Cast, v, to=middle), to=target)

    counts, (y,) = simplified(chain, x)
    assert counts["mr.cast"] == left
    expected = cast.cast_array(cast.cast_array(x, middle.dtype), target.dtype)
    np.testing.assert_array_equal(y, expected)
