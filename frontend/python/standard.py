"""Rows: Python's built-in functions, ``math``, and numpy's of one purpose."""

from __future__ import annotations

import builtins
import functools
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.frontend.python import lists
from millrace.frontend.python.branches import choose
from millrace.frontend.python.calls import Call, Row, invoke
from millrace.frontend.python.iteration import every_item
from millrace.frontend.python.markers import static
from millrace.frontend.python.methods import astype
from millrace.frontend.python.operators import apply, binary, either, fold, negate
from millrace.frontend.python.selected import count
from millrace.frontend.python.values import (
    Abstract,
    ArrayRef,
    Bound,
    Cell,
    DictRef,
    Function,
    Iterable,
    Known,
    ListRef,
    Number,
    Range,
    Selected,
    Tuple,
    is_number,
)
from millrace.ir.dialects.mr.compare import Where

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


# ---- iteration


def _range(c: Call) -> Abstract:
    bounds = [c.it.need_numeric(a, "range") for a in c.args]
    for b in bounds:
        if c.it.dtype(b).kind not in "iub":
            raise c.it.fail("J017", op="range", types=c.it.describe(b))
    if all(isinstance(b, Known) for b in bounds):
        return Known(range(*(int(b.value) for b in bounds)))  # type: ignore[attr-defined]
    start, stop = (Known(0), bounds[0]) if len(bounds) == 1 else bounds[:2]
    step = bounds[2] if len(bounds) > 2 else Known(1)
    if isinstance(step, Known) and step.value == 0:
        raise c.it.fail("J025", what="the step of range is 0", fix="use another step")
    return Range(start, stop, step)


def _iterable(kind: str) -> Row:
    def row(c: Call) -> Abstract:
        start = c.it.known_int(c.get(1, "start") or Known(0), "start") if kind == "enumerate" else 0
        parts = c.args if kind == "zip" else c.args[:1]
        if kind == "zip" and c.known(-1, "strict", False):
            _check_lengths(c)
        return Iterable(kind, tuple(parts), start)

    return row


def _check_lengths(c: Call) -> None:
    sizes = [c.it.known(length(c.it, p), "the length") for p in c.args]
    if len(set(sizes)) > 1:
        raise c.it.fail("J025", what=f"zip: lengths {sizes} differ", fix="cut the longer ones")


def _static(c: Call) -> Abstract:
    v = c.need(0, "value")
    if isinstance(v, Known) and not isinstance(v.value, range):
        return v
    if isinstance(v, Number | Range):
        raise c.it.fail("J015", what="static()", got=c.it.describe(v), fix="use a constant")
    return Iterable("static", (v,))


def length(it: Interpreter, v: Abstract) -> Abstract:
    if isinstance(v, Tuple):
        return Known(len(v.items))
    if isinstance(v, ListRef | DictRef):
        content = it.state.heap[v.cell]
        if isinstance(v, ListRef):
            return Known(lists.count(lists.segments(it, v)))
        return Known(len(content))
    if isinstance(v, ArrayRef) and it.shape(v):
        return Known(it.shape(v)[0])
    if isinstance(v, Selected):
        return count(it, v)
    if isinstance(v, Range):
        from millrace.frontend.python.iteration import iteration_of

        return it.number(iteration_of(it, v).steps(it), int)
    if isinstance(v, Known):
        return fold(it, len, v)
    raise it.fail("J017", op="len", types=it.describe(v))


def _len(c: Call) -> Abstract:
    return length(c.it, c.need(0, "obj"))


# ---- numbers


def _extreme(ufunc: Any, better: str) -> Row:
    """``max`` and ``min`` of Python: the first of equal ones, by comparison."""

    def row(c: Call) -> Abstract:
        c.allow(len(c.args), "key", "default")
        items = list(c.args) if len(c.args) > 1 else _all_items(c, c.args[0])
        if items is None:
            from millrace.frontend.python.reductions import ROWS as REDUCTIONS

            function = np.max if ufunc is np.maximum else np.min
            return REDUCTIONS[function](Call(c.it, c.name, c.args, {}))
        if not items:
            default = c.get(-1, "default")
            if default is not None:
                return default
            raise c.it.fail("J025", what=f"{c.name} of no items", fix="give default=")
        key = c.get(-1, "key")
        best = items[0]
        for x in items[1:]:
            best = _pick(c, x, best, key, better)
        return best

    return row


def _all_items(c: Call, v: Abstract) -> list[Abstract] | None:
    """The items; None for the elements of an array of one dimension."""
    if isinstance(v, ArrayRef) and len(c.it.shape(v)) == 1 and c.get(-1, "key") is None:
        return None
    return every_item(c.it, v)


def _pick(c: Call, x: Abstract, best: Abstract, key: Abstract | None, better: str) -> Abstract:
    import ast

    from millrace.frontend.python.operators import compare

    left, right = (
        (x, best) if key is None else (invoke(c.it, key, [x], {}), invoke(c.it, key, [best], {}))
    )
    op = ast.Gt() if better == ">" else ast.Lt()
    truth = c.it.truth(compare(c.it, op, left, right))
    if isinstance(truth, bool):
        return x if truth else best
    if is_number(x) and is_number(best):
        return select(c.it, truth, x, best)
    return choose(c.it, truth, lambda: x, lambda: best)


def select(it: Interpreter, truth: Any, x: Abstract, y: Abstract) -> Abstract:
    """One of two numbers, without a branch."""
    from millrace.frontend.python.joins import unify
    from millrace.frontend.python.promotion import strong

    target = unify(it.weak(x), it.weak(y))
    if target is None:
        return choose(it, truth, lambda: x, lambda: y)
    dtype = strong(target)
    chosen = it.op(Where, truth, it.tensor(x, dtype), it.tensor(y, dtype))
    return it.number(chosen, target if isinstance(target, type) else None)


def _sum(c: Call) -> Abstract:
    v = c.need(0, "iterable")
    start = c.get(1, "start") or Known(0)
    if isinstance(v, ArrayRef) and len(c.it.shape(v)) == 1:
        from millrace.frontend.python.reductions import ROWS as REDUCTIONS

        # Python adds in the array's own type.
        dtype: dict[str, Abstract] = (
            {"dtype": Known(c.it.dtype(v))} if c.it.dtype(v) != np.bool_ else {}
        )
        total = REDUCTIONS[np.sum](Call(c.it, c.name, (v,), dtype))
        return total if isinstance(start, Known) and start.value == 0 else _add(c, start, total)
    total = start
    for x in every_item(c.it, v):
        total = _add(c, total, x)
    return total


def _add(c: Call, a: Abstract, b: Abstract) -> Abstract:
    import ast

    return binary(c.it, ast.Add(), a, b)


def _truth_of_all(c: Call) -> Abstract:
    v = c.need(0, "iterable")
    if isinstance(v, ArrayRef):
        return _reduced(c, np.all, v)
    result: Abstract = Known(False)
    for x in every_item(c.it, v):
        result = either(c.it, result, negate(c.it, x))
    return negate(c.it, result)


def _truth_of_any(c: Call) -> Abstract:
    v = c.need(0, "iterable")
    if isinstance(v, ArrayRef):
        return _reduced(c, np.any, v)
    result: Abstract = Known(False)
    for x in every_item(c.it, v):
        result = either(c.it, result, x)
    return result


def _reduced(c: Call, f: Any, v: Abstract) -> Abstract:
    from millrace.frontend.python.reductions import ROWS as REDUCTIONS

    found = REDUCTIONS[f](Call(c.it, c.name, (v,), {}))
    truth = c.it.truth(found)
    return Known(truth) if isinstance(truth, bool) else c.it.number(truth, bool)


def _abs(c: Call) -> Abstract:
    v = c.need(0, "x")
    return fold(c.it, abs, v) if isinstance(v, Known) else apply(c.it, np.absolute, [v], "abs")


def _conversion(kind: type) -> Row:
    """``int``, ``float``, ``bool``: Python numbers."""

    def row(c: Call) -> Abstract:
        v = c.get(0, "x")
        if v is None:
            return Known(kind())
        if isinstance(v, Known):
            return fold(c.it, kind, v)
        if kind is bool:
            truth = c.it.truth(v)
            return Known(truth) if isinstance(truth, bool) else c.it.number(truth, bool)
        v = c.it.need_numeric(v, c.name)
        if int(np.prod(c.it.shape(v))) != 1:
            raise c.it.fail("J018", shape=list(c.it.shape(v)))
        dtype = np.dtype(np.int64 if kind is int else np.float64)
        return c.it.number(c.it.emit.reshape(c.it.tensor(v, dtype), ()), kind)

    return row


def _divmod(c: Call) -> Abstract:
    import ast

    a, b = c.need(0, "x"), c.need(1, "y")
    return Tuple((binary(c.it, ast.FloorDiv(), a, b), binary(c.it, ast.Mod(), a, b)))


def _pow(c: Call) -> Abstract:
    import ast

    c.allow(2)
    return binary(c.it, ast.Pow(), c.need(0, "base"), c.need(1, "exp"))


def round_(it: Interpreter, v: Abstract, digits: int | None, *, python: bool) -> Abstract:
    """To a number of decimals, as numpy does it: scale, round half to even, scale back."""
    if isinstance(v, Known):
        return fold(it, lambda x: round(x) if digits is None else round(x, digits), v)
    kind = it.dtype(v).kind
    if kind in "iub":
        if digits is None or digits >= 0:
            return v
        tens = apply(it, np.true_divide, [v, Known(float(10**-digits))], "round")
        whole = apply(
            it, np.multiply, [apply(it, np.rint, [tens], "round"), Known(10**-digits)], ""
        )
        return astype(it, whole, it.dtype(v)) if not _is_python(v) else _integer(it, whole)
    scaled = v
    if digits:
        op = np.multiply if digits > 0 else np.true_divide
        scaled = apply(it, op, [v, Known(float(10 ** abs(digits)))], "round")
    result = apply(it, np.rint, [scaled], "round")
    if digits:
        op = np.true_divide if digits > 0 else np.multiply
        result = apply(it, op, [result, Known(float(10 ** abs(digits)))], "round")
    if python and digits is None:
        return it.number(it.tensor(result, np.dtype(np.int64)), int)
    return result


def _is_python(v: Abstract) -> bool:
    return isinstance(v, Number) and v.python is not None


def _integer(it: Interpreter, v: Abstract) -> Abstract:
    return it.number(it.tensor(v, np.dtype(np.int64)), int)


def _round(c: Call) -> Abstract:
    digits = c.known(1, "ndigits", None)
    return round_(c.it, c.need(0, "number"), digits, python=True)


def _np_round(c: Call) -> Abstract:
    c.allow(2, "a", "decimals")
    v = c.it.need_numeric(c.need(0, "a"), c.name)
    return round_(c.it, v, int(c.known(1, "decimals", 0)), python=False)


# ---- containers and types


def _list(c: Call) -> Abstract:
    v = c.get(0, "iterable")
    return c.it.list_of([] if v is None else every_item(c.it, v))


def _tuple(c: Call) -> Abstract:
    v = c.get(0, "iterable")
    return Tuple(() if v is None else tuple(every_item(c.it, v)))


def _dict(c: Call) -> Abstract:
    content: dict[Any, Abstract] = {}
    v = c.get(0, "iterable")
    if isinstance(v, DictRef):
        content |= c.it.state.heap[v.cell]
    elif v is not None:
        for pair in every_item(c.it, v):
            key, value = every_item(c.it, pair)
            content[c.it.known(key, "a key")] = value
    content |= c.keywords.all()
    cell = Cell()
    c.it.state.heap[cell] = content
    return DictRef(cell)


def _map(c: Call) -> Abstract:
    f = c.need(0, "func")
    rows = zip(*(every_item(c.it, v) for v in c.args[1:]), strict=False)
    return c.it.list_of([invoke(c.it, f, list(row), {}) for row in rows])


def _isinstance(c: Call) -> Abstract:
    kinds = c.it.known(c.need(1, "types"), "the types")
    return Known(issubclass(python_type(c.it, c.need(0, "obj")), kinds))


def python_type(it: Interpreter, v: Abstract) -> type:
    """The class that a value has in Python."""
    if isinstance(v, Known):
        return type(v.value)
    if isinstance(v, Number):
        return v.python or v.element.dtype.type
    if isinstance(v, Tuple):
        return v.kind
    for kind, found in ((ArrayRef, np.ndarray), (ListRef, list), (DictRef, dict)):
        if isinstance(v, kind):
            return found
    return type(lambda: None) if isinstance(v, Function) else object


def _type(c: Call) -> Abstract:
    return Known(python_type(c.it, c.need(0, "obj")))


def _getattr(c: Call) -> Abstract:
    from millrace.frontend.python.attributes import get_attribute
    from millrace.frontend.python.errors import JitError

    name = c.it.known(c.need(1, "name"), "the name of an attribute")
    try:
        return get_attribute(c.it, c.need(0, "obj"), name)
    except JitError:
        if len(c.args) < 3:
            raise
        return c.args[2]


def _hasattr(c: Call) -> Abstract:
    v, name = c.need(0, "obj"), c.it.known(c.need(1, "name"), "the name of an attribute")
    return Known(hasattr(v.value if isinstance(v, Known) else python_type(c.it, v), name))


def _partial(c: Call) -> Abstract:
    return Bound(c.args[0], c.args[1:], c.keywords.all())


def _print(c: Call) -> Abstract:
    raise c.it.fail("J035")


# ---- selection


def _where(c: Call) -> Abstract:
    if len(c.args) != 3:
        raise c.it.fail("J045", name=c.name, fix="use np.where(condition, x, y)")
    from millrace.frontend.python.operators import check_broadcast
    from millrace.frontend.python.promotion import result_type

    values = [c.it.need_numeric(a, c.name) for a in c.args]
    check_broadcast(c.it, c.name, [c.it.shape(v) for v in values])
    dtype = result_type([c.it.weak(v) for v in values[1:]])
    truth = c.it.tensor(values[0], np.dtype(np.bool_))
    x, y = (c.it.tensor(v, dtype) for v in values[1:])
    return c.it.array(c.it.op(Where, truth, x, y))


def _clip(c: Call) -> Abstract:
    c.allow(3, "a", "a_min", "a_max", "min", "max")
    result = c.it.need_numeric(c.need(0, "a"), c.name)
    low = c.get(1, "a_min") or c.get(-1, "min")
    high = c.get(2, "a_max") or c.get(-1, "max")
    for bound, ufunc in ((low, np.maximum), (high, np.minimum)):
        if bound is not None:
            result = apply(c.it, ufunc, [result, bound], c.name)
    return result


def _math(ufunc: Any, f: Callable[..., Any]) -> Row:
    """``math.sin`` and the like: of numbers, in Python floats."""

    def row(c: Call) -> Abstract:
        c.allow(ufunc.nin)
        if all(isinstance(a, Known) for a in c.args):
            return fold(c.it, f, *c.args)  # type: ignore[arg-type]
        floats = []
        for a in c.args:
            v = c.it.need_numeric(a, c.name)
            if int(np.prod(c.it.shape(v))) != 1:
                raise c.it.fail("J018", shape=list(c.it.shape(v)))
            wide = c.it.emit.reshape(c.it.tensor(v, np.dtype(np.float64)), ())
            floats.append(c.it.number(wide, float))
        result = apply(c.it, ufunc, floats, c.name)
        if f in (math.floor, math.ceil, math.trunc):
            return c.it.number(c.it.tensor(result, np.dtype(np.int64)), int)
        return result

    return row


_MATH: Sequence[tuple[Any, Any]] = (
    (np.sin, math.sin), (np.cos, math.cos), (np.tan, math.tan), (np.arcsin, math.asin),
    (np.arccos, math.acos), (np.arctan, math.atan), (np.arctan2, math.atan2),
    (np.sinh, math.sinh), (np.cosh, math.cosh), (np.tanh, math.tanh), (np.exp, math.exp),
    (np.expm1, math.expm1), (np.log1p, math.log1p), (np.log2, math.log2),
    (np.log10, math.log10), (np.sqrt, math.sqrt), (np.fabs, math.fabs), (np.floor, math.floor),
    (np.ceil, math.ceil), (np.trunc, math.trunc), (np.hypot, math.hypot),
    (np.copysign, math.copysign), (np.isnan, math.isnan), (np.isinf, math.isinf),
    (np.isfinite, math.isfinite), (np.power, math.pow), (np.fmod, math.fmod),
    (np.radians, math.radians), (np.degrees, math.degrees), (np.arcsinh, math.asinh),
    (np.arccosh, math.acosh), (np.arctanh, math.atanh),
)  # fmt: skip


def _log(c: Call) -> Abstract:
    """``math.log(x)`` and ``math.log(x, base)``."""
    row = _math(np.log, math.log)
    if len(c.args) == 2:
        if all(isinstance(a, Known) for a in c.args):
            return fold(c.it, math.log, *c.args)  # type: ignore[arg-type]
        parts = [row(Call(c.it, c.name, (a,), {})) for a in c.args]
        return apply(c.it, np.true_divide, parts, c.name)
    return row(c)


def _cast_like(c: Call) -> Abstract:
    return astype(c.it, c.need(0, "x"), np.dtype(c.it.known(c.need(1, "dtype"), "dtype")))


ROWS: dict[Any, Row] = {
    builtins.range: _range,
    builtins.enumerate: _iterable("enumerate"),
    builtins.zip: _iterable("zip"),
    builtins.reversed: _iterable("reversed"),
    static: _static,
    builtins.len: _len,
    builtins.max: _extreme(np.maximum, ">"),
    builtins.min: _extreme(np.minimum, "<"),
    builtins.sum: _sum,
    builtins.all: _truth_of_all,
    builtins.any: _truth_of_any,
    builtins.abs: _abs,
    builtins.int: _conversion(int),
    builtins.float: _conversion(float),
    builtins.bool: _conversion(bool),
    builtins.divmod: _divmod,
    builtins.pow: _pow,
    builtins.round: _round,
    builtins.list: _list,
    builtins.tuple: _tuple,
    builtins.dict: _dict,
    builtins.map: _map,
    builtins.isinstance: _isinstance,
    builtins.type: _type,
    builtins.getattr: _getattr,
    builtins.hasattr: _hasattr,
    builtins.print: _print,
    functools.partial: _partial,
    np.where: _where,
    np.clip: _clip,
    np.round: _np_round,
    np.around: _np_round,
    np.astype: _cast_like,
    math.log: _log,
    **{f: _math(ufunc, f) for ufunc, f in _MATH},
}
