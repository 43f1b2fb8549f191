"""Operations on whole tensors: ``evaluate`` of the ``mr`` dialect, and ``tensor``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from millrace.ir.core import Operation
from millrace.ir.dialects import tensor
from millrace.ir.dialects.mr.kinds import Control, TensorOp
from millrace.ir.errors import RunError
from millrace.ir.interpreter.machine import Handler, Machine, fits
from millrace.ir.opdef import grouped
from millrace.ir.types import ShapedType


def evaluate_op(op: TensorOp, args: Sequence[Any]) -> list[Any]:
    """``op.evaluate`` on the operand values, its results checked against the types."""
    try:
        with np.errstate(all="ignore"):
            out = op.evaluate(*grouped(op, args))
    except (ArithmeticError, LookupError, TypeError, ValueError, MemoryError) as error:
        raise RunError(f"{op!r}: {type(error).__name__}: {error}") from error
    results = list(out) if isinstance(out, tuple | list) else [out]
    if len(results) != len(op.results):
        raise RunError(f"{op!r}: evaluate gave {len(results)} results, not {len(op.results)}")
    return [_checked(op, i, np.asarray(x)) for i, x in enumerate(results)]


def _checked(op: TensorOp, index: int, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """At KERNEL level movements work on integers that lost their sign: the bits are the same."""
    t = op.results[index].type
    assert isinstance(t, ShapedType)
    if array.dtype != t.dtype or not fits(array.shape, t):
        got = f"{array.dtype} {array.shape}"
        raise RunError(f"{op!r}: evaluate gave {got} for result {index}, which is {t}")
    return array


def _evaluate(m: Machine, op: TensorOp, args: list[Any]) -> Sequence[Any]:
    return evaluate_op(op, args)


def _control(m: Machine, op: Operation, args: list[Any]) -> Sequence[Any]:
    raise RunError(f"{op.name}: the interpreter cannot run it")


def extract(m: Machine, op: tensor.Extract, args: list[Any]) -> Sequence[Any]:
    """A scalar, or an array of them when the indices are arrays (bodies of generics)."""
    source, *indices = args
    for axis, (i, n) in enumerate(zip(indices, source.shape, strict=True)):
        if np.any((np.asarray(i) < 0) | (np.asarray(i) >= n)):
            raise RunError(f"{op!r}: index out of range in dimension {axis} of {op.tensor.type}")
    return (source[tuple(indices)],)


def _from_elements(m: Machine, op: tensor.FromElements, args: list[Any]) -> Sequence[Any]:
    t = op.result.type
    assert isinstance(t, ShapedType)
    return (np.array(args, t.dtype).reshape(t.shape),)


def _insert(m: Machine, op: tensor.Insert, args: list[Any]) -> Sequence[Any]:
    scalar, dest, *indices = args
    out = dest.copy()
    out[tuple(indices)] = scalar
    return (out,)


def _empty(m: Machine, op: tensor.Empty, args: list[Any]) -> Sequence[Any]:
    return (garbage(op.result.type),)


def garbage(t: Any) -> np.ndarray[Any, Any]:
    """An array whose content is unlikely to go unnoticed when it is read: NaN, -1, True."""
    size = int(np.prod(t.max_shape if hasattr(t, "max_shape") else t.shape, dtype=np.int64))
    if t.dtype == np.bool_:
        return np.ones(t.shape, np.bool_)
    raw = np.full(size * t.dtype.itemsize, 0xFF, np.uint8)
    content: np.ndarray[Any, Any] = raw.view(t.dtype).reshape(t.shape)
    return content


HANDLERS: Mapping[type[Operation], Handler] = MappingProxyType(
    {
        TensorOp: _evaluate,
        Control: _control,
        tensor.Extract: extract,
        tensor.FromElements: _from_elements,
        tensor.Insert: _insert,
        tensor.Empty: _empty,
    }
)
