"""numpy's type rules, asked of numpy: a Python number is weak, it takes the type of the arrays
and numpy scalars that it meets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from millrace.frontend.python.values import Abstract, Known, Number

DType = np.dtype[Any]
Weak = DType | type
"""A dtype, or ``bool``, ``int``, ``float`` for a Python number."""

PYTHON_DTYPES: dict[type, DType] = {
    bool: np.dtype(np.bool_),
    int: np.dtype(np.int64),
    float: np.dtype(np.float64),
}
SUPPORTED = frozenset(
    np.dtype(t) for t in ("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8")
)


def strong(t: Weak) -> DType:
    """The dtype that a value has in memory."""
    return PYTHON_DTYPES[t] if isinstance(t, type) else t


def weak_type(v: Abstract) -> Weak | None:
    """The type of a number as promotion sees it; None for arrays, whose type is their tensor's."""
    if isinstance(v, Number):
        return v.python if v.python is not None else v.element.dtype
    if isinstance(v, Known):
        python = type(v.value)
        return python if python in PYTHON_DTYPES else np.asarray(v.value).dtype
    return None


def result_type(types: Sequence[Weak]) -> DType:
    """``numpy.result_type``. TypeError when there is none."""
    if all(isinstance(t, type) for t in types):
        return strong(widest_python([t for t in types if isinstance(t, type)]))
    examples = [t(0) if isinstance(t, type) else t for t in types]
    return np.result_type(*examples)


def widest_python(types: Sequence[type]) -> type:
    order = (bool, int, float)
    return order[max(order.index(t) for t in types)]


def loop_types(ufunc: np.ufunc, types: Sequence[Weak]) -> tuple[list[DType], list[DType]]:
    """The types in which ``ufunc`` computes on operands of ``types``: inputs and outputs.
    TypeError when it is not defined on them."""
    # numpy's bool is no weak type: True behaves as np.bool_.
    given = [strong(t) if t is bool else t for t in types]
    if all(isinstance(t, type) for t in given):
        given = [strong(t) for t in given]
    found: Any = ufunc.resolve_dtypes((*given, *[None] * ufunc.nout))
    return [strong(t) for t in found[: ufunc.nin]], list(found[ufunc.nin :])
