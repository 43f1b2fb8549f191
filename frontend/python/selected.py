"""``x[mask]`` with a mask of run time: how many elements it has is not known when compiling. It is
kept as the whole array and the mask. That is enough where each element is computed by itself, where
all are reduced to one, and where the same mask names the elements to write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.frontend.emitter import shape_of
from millrace.frontend.python.values import Abstract, Selected
from millrace.ir.core import Value
from millrace.ir.dialects.mr import reduction as red
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import Check
from millrace.ir.dialects.mr.kinds import Control, TensorOp
from millrace.ir.types import I64

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter

DEPTH = 8
"""Operations of two masks that are compared, one behind the other."""


def same(a: Value, b: Value, depth: int = DEPTH) -> bool:
    """Whether two values are computed alike, so that ``x[x > 0]`` may be written twice."""
    if a is b:
        return True
    one, other = a.defining_op, b.defining_op
    if depth == 0 or not isinstance(one, TensorOp) or type(one) is not type(other):
        return False
    if isinstance(one, Constant) and isinstance(other, Constant):
        x, y = one.value.array, other.value.array
        return x.dtype == y.dtype and x.shape == y.shape and x.tobytes() == y.tobytes()
    if isinstance(one, Control) or one.attributes != other.attributes:
        return False
    if len(one.operands) != len(other.operands):
        return False
    pairs = zip(one.operands, other.operands, strict=True)
    return all(same(x, y, depth - 1) for x, y in pairs)


def elementwise(
    it: Interpreter,
    operands: Sequence[Abstract],
    text: str,
    compute: Callable[[Sequence[Abstract]], Abstract],
) -> Abstract:
    """Each selected element with numbers, or with another one that the same mask selects."""
    chosen = [v for v in operands if isinstance(v, Selected)]
    mask = chosen[0].mask
    if not all(same(v.mask, mask) for v in chosen):
        raise it.fail("J044", fix="use one mask for both, or np.where(mask, x, y)")
    plain = [v for v in operands if not isinstance(v, Selected)]
    if any(it.shape(it.need_numeric(v, text)) for v in plain):
        raise it.fail("J044", fix="select from the other array, too: y[mask]")
    whole = [it.array(v.values) if isinstance(v, Selected) else v for v in operands]
    return Selected(it.tensor(compute(whole)), mask)


def count(it: Interpreter, v: Selected) -> Abstract:
    """How many elements there are."""
    ones = it.emit.cast(v.mask, I64)
    axes = tuple(range(len(shape_of(ones))))
    return it.number(it.op(red.ReduceSum, ones, axes=axes), int)


def must_exist(it: Interpreter, v: Selected, message: str) -> None:
    """The run fails with ``message`` when nothing is selected."""
    axes = tuple(range(len(shape_of(v.mask))))
    some = it.op(red.ReduceAny, v.mask, axes=axes)
    it.emit.insert(Check(it.emit.extract(some), code="raise", message=message))


def reduced(
    it: Interpreter, v: Selected, words: Mapping[str, Abstract]
) -> tuple[Abstract, dict[str, Abstract]]:
    """The whole array and keywords with which a reduction gives the same. The selected elements
    have one axis."""
    axis = words.get("axis")
    if axis is not None and it.known(axis, "the axis") not in (None, 0, -1, (0,)):
        text = "the selected elements have one axis"
        raise it.fail("J025", what=text, fix="leave the axis away")
    if "where" in words or "keepdims" in words:
        raise it.fail("J044", fix="put all conditions into the mask")
    rest = {k: w for k, w in words.items() if k != "axis"}
    return it.array(v.values), {**rest, "where": it.array(v.mask)}


def written(it: Interpreter, v: Selected, mask: Value, dtype: np.dtype[Any]) -> Value:
    """What is written where ``mask`` holds: as a whole array."""
    if not same(v.mask, mask):
        raise it.fail("J044", fix="write where the same mask holds, or use np.where(mask, x, y)")
    return it.tensor(it.array(v.values), dtype)


def converted(it: Interpreter, v: Selected, dtype: np.dtype[Any]) -> Selected:
    return replace(v, values=it.tensor(it.array(v.values), dtype))
