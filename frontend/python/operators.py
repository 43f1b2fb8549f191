"""Operators and elementwise functions, by numpy's ufunc of the same meaning: it says in which
types they compute, a row here which operation does it."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence, Sized
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.frontend.emitter import shape_of
from millrace.frontend.python.promotion import DType, loop_types, strong, widest_python
from millrace.frontend.python.ufuncs import ROWS
from millrace.frontend.python.values import (
    Abstract,
    ArrayRef,
    Known,
    ListRef,
    Number,
    Selected,
    Tuple,
    is_number,
    is_numeric,
)
from millrace.ir.core import Value
from millrace.ir.types import element_type_of

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter

_BINARY: dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any], Any]] = {
    ast.Add: ("+", operator.add, np.add),
    ast.Sub: ("-", operator.sub, np.subtract),
    ast.Mult: ("*", operator.mul, np.multiply),
    ast.Div: ("/", operator.truediv, np.true_divide),
    ast.FloorDiv: ("//", operator.floordiv, np.floor_divide),
    ast.Mod: ("%", operator.mod, np.remainder),
    ast.Pow: ("**", operator.pow, np.power),
    ast.BitAnd: ("&", operator.and_, np.bitwise_and),
    ast.BitOr: ("|", operator.or_, np.bitwise_or),
    ast.BitXor: ("^", operator.xor, np.bitwise_xor),
    ast.LShift: ("<<", operator.lshift, np.left_shift),
    ast.RShift: (">>", operator.rshift, np.right_shift),
    ast.MatMult: ("@", operator.matmul, np.matmul),
}
_COMPARE: dict[type[ast.cmpop], tuple[str, Callable[[Any, Any], Any], Any]] = {
    ast.Eq: ("==", operator.eq, np.equal),
    ast.NotEq: ("!=", operator.ne, np.not_equal),
    ast.Lt: ("<", operator.lt, np.less),
    ast.LtE: ("<=", operator.le, np.less_equal),
    ast.Gt: (">", operator.gt, np.greater),
    ast.GtE: (">=", operator.ge, np.greater_equal),
}
_PYTHON_FLOATS = (np.true_divide,)
_PYTHON_BITS = (np.bitwise_and, np.bitwise_or, np.bitwise_xor)


def binary(it: Interpreter, op: ast.operator, a: Abstract, b: Abstract) -> Abstract:
    text, python, ufunc = _BINARY[type(op)]
    sequence = _on_sequences(it, text, a, b)
    if sequence is not None:
        return sequence
    if isinstance(a, Known) and isinstance(b, Known):
        return fold(it, python, a, b)
    if isinstance(op, ast.MatMult):
        from millrace.frontend.python.linear import matmul

        return matmul(it, a, b)
    return apply(it, ufunc, [a, b], text)


def fold(it: Interpreter, function: Callable[..., Any], *args: Known) -> Abstract:
    """Computed now, by Python."""
    try:
        with np.errstate(all="ignore"):
            return it.wrap(function(*(a.value for a in args)))
    except Exception as e:
        text = f"{type(e).__name__}: {e}"
        raise it.fail("J025", what=text, fix="change the operands") from None


def _on_sequences(it: Interpreter, text: str, a: Abstract, b: Abstract) -> Abstract | None:
    """``+`` and ``*`` of tuples and lists."""
    sequences = [v for v in (a, b) if isinstance(v, Tuple | ListRef)]
    if not sequences or any(isinstance(v, ArrayRef) for v in (a, b)):
        return None
    if any(
        isinstance(v, Number) or (isinstance(v, Known) and isinstance(v.value, np.generic))
        for v in (a, b)
    ):
        return None
    parts = [_content(it, v) for v in (a, b)]
    kind = type(sequences[0])
    made: list[Abstract] | None = None
    if text == "+" and all(isinstance(v, kind) for v in (a, b)):
        made = [*(parts[0] or ()), *(parts[1] or ())]
    elif text == "*" and len(sequences) == 1:
        other = b if sequences[0] is a else a
        made = list(parts[0] or parts[1] or ()) * it.known_int(other, "the number of repetitions")
    if made is None:
        return None
    return Tuple(tuple(made)) if kind is Tuple else it.list_of(made)


def _content(it: Interpreter, v: Abstract) -> Sequence[Abstract] | None:
    if isinstance(v, Tuple):
        return v.items
    if not isinstance(v, ListRef):
        return None
    from millrace.frontend.python import lists

    return lists.segments(it, v)


def compare(it: Interpreter, op: ast.cmpop, a: Abstract, b: Abstract) -> Abstract:
    if isinstance(op, ast.Is | ast.IsNot):
        return Known(_identical(a, b) == isinstance(op, ast.Is))
    if isinstance(op, ast.In | ast.NotIn):
        found = _contains(it, b, a)
        return negate(it, found) if isinstance(op, ast.NotIn) else found
    text, python, ufunc = _COMPARE[type(op)]
    if isinstance(a, Known) and isinstance(b, Known):
        return fold(it, python, a, b)
    if is_numeric(a) and is_numeric(b):
        return apply(it, ufunc, [a, b], text)
    if isinstance(a, Tuple) and isinstance(b, Tuple) and text in ("==", "!="):
        equal = _equal_tuples(it, a, b)
        return negate(it, equal) if text == "!=" else equal
    if text in ("==", "!=") and not any(isinstance(v, ArrayRef | Selected) for v in (a, b)):
        return Known(text == "!=")
    return apply(it, ufunc, [a, b], text)


def _identical(a: Abstract, b: Abstract) -> bool:
    if isinstance(a, Known) and isinstance(b, Known):
        return a.value is b.value
    if isinstance(a, ArrayRef) and isinstance(b, ArrayRef):
        return a.cell is b.cell and a.view is b.view
    return a is b


def _contains(it: Interpreter, container: Abstract, item: Abstract) -> Abstract:
    from millrace.frontend.python.values import DictRef

    if isinstance(container, Known):
        if isinstance(item, Number) and isinstance(container.value, Sized):
            parts = [it.wrap(x) for x in container.value]  # type: ignore[attr-defined]
            return _among(it, parts, item)
        return Known(it.known(item, "what is looked for") in container.value)
    if isinstance(container, DictRef):
        return Known(it.known(item, "a key") in it.state.heap[container.cell])
    if isinstance(container, ArrayRef):
        from millrace.frontend.python.reductions import reduce_any

        found = it.truth(reduce_any(it, apply(it, np.equal, [container, item], "in")))
        return it.truth_value(found)
    return _among(it, _content(it, container) or (), item)


def _among(it: Interpreter, parts: Sequence[Abstract], item: Abstract) -> Abstract:
    found: Abstract = Known(False)
    for x in parts:
        found = either(it, found, compare(it, ast.Eq(), x, item))
    return found


def _equal_tuples(it: Interpreter, a: Tuple, b: Tuple) -> Abstract:
    if len(a.items) != len(b.items):
        return Known(False)
    differ: Abstract = Known(False)
    for x, y in zip(a.items, b.items, strict=True):
        differ = either(it, differ, compare(it, ast.NotEq(), x, y))
    return negate(it, differ)


def either(it: Interpreter, a: Abstract, b: Abstract) -> Abstract:
    """Whether one of two truths holds."""
    left, right = it.truth(a), it.truth(b)
    if isinstance(left, bool):
        return Known(True) if left else it.truth_value(right)
    if isinstance(right, bool):
        return Known(True) if right else it.truth_value(left)
    return it.truth_value(it.op(ROWS_OR, left, right))


def negate(it: Interpreter, v: Abstract) -> Abstract:
    """``not v``."""
    from millrace.ir.dialects.mr import bits

    truth = it.truth(v)
    if isinstance(truth, bool):
        return Known(not truth)
    return it.number(it.op(bits.Not, truth), bool)


def unary(it: Interpreter, op: ast.unaryop, v: Abstract) -> Abstract:
    if isinstance(op, ast.Not):
        return negate(it, v)
    text, python, ufunc = _UNARY[type(op)]
    if isinstance(v, Known):
        return fold(it, python, v)
    return apply(it, ufunc, [v], text)


_UNARY: dict[type[ast.unaryop], tuple[str, Callable[[Any], Any], Any]] = {
    ast.USub: ("-", operator.neg, np.negative),
    ast.UAdd: ("+", operator.pos, np.positive),
    ast.Invert: ("~", operator.invert, np.invert),
}


# ---- elementwise functions


def apply(it: Interpreter, ufunc: Any, operands: Sequence[Abstract], text: str) -> Abstract:
    """An elementwise function on numbers and arrays, in the types that numpy would use."""
    if any(isinstance(v, Selected) for v in operands):
        from millrace.frontend.python.selected import elementwise

        return elementwise(it, operands, text, lambda whole: apply(it, ufunc, whole, text))
    values = [it.need_numeric(v, text) for v in operands]
    python = all(_is_python(v) for v in values)
    inputs, outputs = _types(it, ufunc, values, text, python)
    check_broadcast(it, text, [it.shape(v) for v in values])
    tensors = [it.tensor(v, t) for v, t in zip(values, inputs, strict=True)]
    result = ROWS[ufunc](it.emit, *tensors)
    result = it.emit.cast(result, element_type_of(outputs[0]))
    if python and not shape_of(result):
        return it.number(result, _python_type(outputs[0]))
    return it.result(result)


def _is_python(v: Abstract) -> bool:
    if isinstance(v, Number):
        return v.python is not None
    return is_number(v) and isinstance(v, Known) and not isinstance(v.value, np.generic)


def _python_type(dtype: DType) -> type:
    return {"b": bool, "i": int, "u": int, "f": float}[dtype.kind]


def _types(
    it: Interpreter, ufunc: Any, values: Sequence[Abstract], text: str, python: bool
) -> tuple[list[DType], list[DType]]:
    types = [it.weak(v) for v in values]
    if python and ufunc in ROWS:
        types = list(_python_types(it, ufunc, values, types))
    try:
        found = loop_types(ufunc, types)
    except TypeError:
        shown = " and ".join(_type_name(t) for t in types)
        raise it.fail("J017", op=text, types=shown) from None
    for t in (*found[0], *found[1]):
        if strong(t).kind not in "biuf" or strong(t).itemsize > 8:
            raise it.fail("J029", what=text, dtype=t)
    return found


def _python_types(
    it: Interpreter, ufunc: Any, values: Sequence[Abstract], types: Sequence[Any]
) -> list[Any]:
    """Python's own rules among Python numbers: True + True is 2, 2 ** -1 is 0.5."""
    wide = widest_python([t for t in types if isinstance(t, type)])
    if wide is bool and ufunc not in _PYTHON_BITS and ufunc.nout == 1 and ufunc in _ARITHMETIC:
        return [np.dtype(np.int64)] * len(types)
    exponent = values[-1]
    if ufunc is np.power and isinstance(exponent, Known) and exponent.value < 0:
        return [np.dtype(np.float64)] * 2
    return [strong(wide)] * len(types)


_ARITHMETIC = frozenset(
    (
        np.add,
        np.subtract,
        np.multiply,
        np.floor_divide,
        np.remainder,
        np.power,
        np.negative,
        np.positive,
        np.left_shift,
        np.right_shift,
        np.invert,
    )
)


def _type_name(t: Any) -> str:
    return f"Python {t.__name__}" if isinstance(t, type) else str(t)


def check_broadcast(
    it: Interpreter, text: str, shapes: Sequence[tuple[int, ...]]
) -> tuple[int, ...]:
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        shown = " and ".join(str(list(s)) for s in shapes)
        raise it.fail("J016", op=text, shapes=shown) from None


def augmented(
    it: Interpreter, op: ast.operator, old: Abstract, value: Abstract, name: str
) -> Abstract:
    """``old op= value``: arrays and lists change in place, anything else is made anew."""
    if isinstance(old, ListRef) and isinstance(op, ast.Add):
        from millrace.frontend.python.lists import extend

        extend(it, old, value)
        return old
    if isinstance(old, Selected):
        raise it.fail("J044", fix=f"write {name} = {name} ... instead: nothing else changes")
    new = binary(it, op, old, value)
    if not isinstance(old, ArrayRef):
        return new
    from millrace.frontend.python.writes import overwrite

    overwrite(it, old, new, name)
    return old


def is_scalar_tensor(v: Value) -> bool:
    return not shape_of(v)


from millrace.ir.dialects.mr.bits import Or as ROWS_OR  # noqa: E402
