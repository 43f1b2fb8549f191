"""Rows: Python's tools for sequences: ``sorted``, ``filter``, ``itertools``, ``operator``."""

from __future__ import annotations

import ast
import builtins
import itertools
import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from millrace.frontend.python.calls import Call, Row, invoke
from millrace.frontend.python.creation import stack_alike
from millrace.frontend.python.iteration import every_item
from millrace.frontend.python.lists import change, items, row_of
from millrace.frontend.python.operators import binary, compare, fold, negate, unary
from millrace.frontend.python.reads import item
from millrace.frontend.python.values import (
    Abstract,
    ArrayRef,
    Iterable,
    Known,
    ListRef,
    Number,
    Rows,
    Slice,
    Tuple,
)
from millrace.ir.core import Value
from millrace.ir.dialects.mr.gather import Gather
from millrace.ir.dialects.mr.sort import TopK


def ordered(c: Call, content: Sequence[Abstract]) -> list[Abstract]:
    """The items in order; equal ones keep theirs."""
    key, reverse = c.get(-1, "key"), bool(c.known(-1, "reverse", False))
    keys = [x if key is None else invoke(c.it, key, [x], {}) for x in content]
    if all(_is_known(k) for k in keys):
        values = [c.it.known(k, "a key") for k in keys]
        order = sorted(range(len(values)), key=lambda i: values[i], reverse=reverse)
        return [content[i] for i in order]
    ranks = stack_alike(c.it, keys)
    rows = ranks if key is None else stack_alike(c.it, content)
    if ranks is None or rows is None or isinstance(keys[0], ArrayRef):
        fix = "sort the keys with np.argsort, and take the items by it"
        raise c.it.fail("J054", what=f"{c.name} of items that differ", fix=fix)
    order_ir = _order(c, ranks[0], reverse)
    sorted_ir = c.it.op(Gather, rows[0], order_ir, axis=0, in_bounds=True)
    first = content[0]
    like = first if isinstance(first, ArrayRef) else Number(sorted_ir, rows[1])
    places = range(len(content))
    return [row_of(c.it, Rows(sorted_ir, like), c.it.emit.constant(i)) for i in places]


def _is_known(v: Abstract) -> bool:
    return isinstance(v, Known) or (isinstance(v, Tuple) and all(map(_is_known, v.items)))


def _order(c: Call, keys: Value, reverse: bool) -> Value:
    size = keys.type.shape[0]  # type: ignore[attr-defined]
    return c.it.emit.create(TopK, keys, k=size, axis=0, largest=reverse)[1]


def _sorted(c: Call) -> Abstract:
    return c.it.list_of(ordered(c, every_item(c.it, c.need(0, "iterable"))))


def sort_list(c: Call) -> Abstract:
    """``list.sort``."""
    owner = c.args[0]
    assert isinstance(owner, ListRef)
    change(c.it, owner, ordered(c, items(c.it, owner)))
    return Known(None)


def _filter(c: Call) -> Abstract:
    kept = []
    for x in every_item(c.it, c.need(1, "iterable")):
        f = c.get(0, "function")
        truth = c.it.truth(x if f is None else invoke(c.it, f, [x], {}))
        if not isinstance(truth, bool):
            raise c.it.fail("J053")
        kept += [x] if truth else []
    return c.it.list_of(kept)


def _product(c: Call) -> Abstract:
    repeat = int(c.known(-1, "repeat", 1))
    return Iterable("product", c.args * repeat)


def _picked(function: Any) -> Row:
    """``combinations`` and the like: tuples of items."""

    def row(c: Call) -> Abstract:
        given = every_item(c.it, c.need(0, "iterable"))
        size = c.known(1, "r", None)
        rows = function(given) if size is None else function(given, int(size))
        return c.it.list_of([Tuple(tuple(r)) for r in rows])

    return row


def _chain(c: Call) -> Abstract:
    return c.it.list_of([x for part in c.args for x in every_item(c.it, part)])


def _repeat(c: Call) -> Abstract:
    return c.it.list_of([c.need(0, "object")] * c.it.known_int(c.need(1, "times"), "times"))


def _operator(op: Any) -> Row:
    def row(c: Call) -> Abstract:
        if isinstance(op, ast.operator):
            return binary(c.it, op, c.need(0, "a"), c.need(1, "b"))
        if isinstance(op, ast.cmpop):
            return compare(c.it, op, c.need(0, "a"), c.need(1, "b"))
        return unary(c.it, op, c.need(0, "a"))

    return row


def _slice(c: Call) -> Abstract:
    given = [None if isinstance(v, Known) and v.value is None else v for v in c.args]
    start, stop, step = (None, *given, None) if len(given) == 1 else (*given, None)[:3]
    return Slice(start, stop, step)


def _callable(c: Call) -> Abstract:
    from millrace.frontend.python.values import Bound, Function, Method

    v = c.need(0, "obj")
    return Known(
        callable(v.value) if isinstance(v, Known) else isinstance(v, Function | Bound | Method)
    )


def _erf(c: Call) -> Abstract:
    from millrace.ir.dialects.mr.elementary import Erf

    v = c.need(0, "x")
    if isinstance(v, Known):
        return fold(c.it, math.erf, v)
    wide = c.it.emit.reshape(c.it.tensor(v, np.dtype(np.float64)), ())
    return c.it.number(c.it.op(Erf, wide), float)


def _erfc(c: Call) -> Abstract:
    return binary(c.it, ast.Sub(), Known(1.0), _erf(c))


_OPERATORS: dict[Any, Any] = {
    operator.add: ast.Add(),
    operator.sub: ast.Sub(),
    operator.mul: ast.Mult(),
    operator.truediv: ast.Div(),
    operator.floordiv: ast.FloorDiv(),
    operator.mod: ast.Mod(),
    operator.pow: ast.Pow(),
    operator.matmul: ast.MatMult(),
    operator.and_: ast.BitAnd(),
    operator.or_: ast.BitOr(),
    operator.xor: ast.BitXor(),
    operator.lshift: ast.LShift(),
    operator.rshift: ast.RShift(),
    operator.lt: ast.Lt(),
    operator.le: ast.LtE(),
    operator.gt: ast.Gt(),
    operator.ge: ast.GtE(),
    operator.eq: ast.Eq(),
    operator.ne: ast.NotEq(),
    operator.neg: ast.USub(),
    operator.pos: ast.UAdd(),
    operator.invert: ast.Invert(),
}

ROWS: dict[Any, Row] = {
    builtins.sorted: _sorted,
    builtins.filter: _filter,
    builtins.callable: _callable,
    builtins.slice: _slice,
    itertools.product: _product,
    itertools.combinations: _picked(itertools.combinations),
    itertools.combinations_with_replacement: _picked(itertools.combinations_with_replacement),
    itertools.permutations: _picked(itertools.permutations),
    itertools.chain: _chain,
    itertools.repeat: _repeat,
    math.erf: _erf,
    math.erfc: _erfc,
    operator.getitem: lambda c: item(c.it, c.need(0, "a"), c.need(1, "b")),
    operator.not_: lambda c: negate(c.it, c.need(0, "a")),
    **{f: _operator(op) for f, op in _OPERATORS.items()},
}
