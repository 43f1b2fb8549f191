"""Rows: linear algebra."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.frontend.emitter import shape_of
from millrace.frontend.python.calls import Call, Row, invoke
from millrace.frontend.python.operators import apply
from millrace.frontend.python.promotion import DType, result_type
from millrace.frontend.python.reductions import one_axis
from millrace.frontend.python.values import Abstract, Known
from millrace.ir.core import Value
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.einsum import Einsum
from millrace.ir.types import I1, element_type_of

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


def operands(it: Interpreter, values: Sequence[Abstract], text: str) -> tuple[list[Value], DType]:
    """Operands of a product in one type; truth values count as integers until the end."""
    checked = [it.need_numeric(v, text) for v in values]
    dtype = result_type([it.weak(v) for v in checked])
    working = np.dtype(np.int64) if dtype == np.bool_ else dtype
    return [it.tensor(v, working) for v in checked], dtype


def _finish(it: Interpreter, product: Value, dtype: DType) -> Abstract:
    target = I1 if dtype == np.bool_ else element_type_of(dtype)
    return it.result(it.emit.cast(product, target))


def matmul(it: Interpreter, a: Abstract, b: Abstract, text: str = "@") -> Abstract:
    """``a @ b``."""
    (x, y), dtype = operands(it, [a, b], text)
    left, right = shape_of(x), shape_of(y)
    if not left or not right:
        raise it.fail("J025", what=f"{text} needs arrays, not numbers", fix="use *")
    _check_inner(it, text, left, right)
    wide_x = it.emit.reshape(x, (1, *left)) if len(left) == 1 else x
    wide_y = it.emit.reshape(y, (*right, 1)) if len(right) == 1 else y
    try:
        np.broadcast_shapes(shape_of(wide_x)[:-2], shape_of(wide_y)[:-2])
    except ValueError:
        raise it.fail("J016", op=text, shapes=f"{list(left)} and {list(right)}") from None
    product = it.op(MatMul, wide_x, wide_y)
    shape = list(shape_of(product))
    if len(right) == 1:
        shape.pop(-1)
    if len(left) == 1:
        shape.pop(-2 if len(right) > 1 else -1)
    return _finish(it, it.emit.reshape(product, shape), dtype)


def _check_inner(it: Interpreter, text: str, left: Sequence[int], right: Sequence[int]) -> None:
    inner = right[-2] if len(right) > 1 else right[0]
    if left[-1] != inner:
        raise it.fail(
            "J025",
            what=f"{text}: cannot multiply {list(left)} with {list(right)}: {left[-1]} is not "
            f"{inner}",
            fix="transpose or reshape one of them",
        )


def _matmul(c: Call) -> Abstract:
    c.allow(2)
    return matmul(c.it, c.need(0, "a"), c.need(1, "b"), c.name)


def _dot(c: Call) -> Abstract:
    a, b = (c.it.need_numeric(c.need(k, n), c.name) for k, n in ((0, "a"), (1, "b")))
    left, right = c.it.shape(a), c.it.shape(b)
    if not left or not right:
        return apply(c.it, np.multiply, [a, b], c.name)
    if len(right) <= 2:
        return matmul(c.it, a, b, c.name)
    _check_inner(c.it, c.name, left, right)
    (x, y), dtype = operands(c.it, [a, b], c.name)
    letters = "abcdefghij"
    first = letters[: len(left) - 1]
    rest = letters[len(left) - 1 : len(left) + len(right) - 3]
    equation = f"{first}z,{rest}z{'y'}->{first}{rest}y"
    return _finish(c.it, c.it.op(Einsum, [x, y], equation=equation), dtype)


def _vdot(c: Call) -> Abstract:
    from millrace.frontend.python.shapes import reshape

    x, y = (reshape(c.it, c.need(k, n), (-1,)) for k, n in ((0, "a"), (1, "b")))
    return matmul(c.it, x, y, c.name)


def _inner(c: Call) -> Abstract:
    (x, y), dtype = operands(c.it, [c.need(0, "a"), c.need(1, "b")], c.name)
    left, right = shape_of(x), shape_of(y)
    if not left or not right:
        return apply(c.it, np.multiply, [c.need(0, "a"), c.need(1, "b")], c.name)
    letters = "abcdefghij"
    first, rest = letters[: len(left) - 1], letters[len(left) - 1 :][: len(right) - 1]
    if left[-1] != right[-1]:
        raise c.it.fail("J016", op=c.name, shapes=f"{list(left)} and {list(right)}")
    equation = f"{first}z,{rest}z->{first}{rest}"
    return _finish(c.it, c.it.op(Einsum, [x, y], equation=equation), dtype)


def _outer(c: Call) -> Abstract:
    from millrace.frontend.python.shapes import reshape

    x = reshape(c.it, c.need(0, "a"), (-1, 1))
    y = reshape(c.it, c.need(1, "b"), (1, -1))
    return apply(c.it, np.multiply, [x, y], c.name)


def _einsum(c: Call) -> Abstract:
    c.allow(len(c.args), "optimize")
    equation = c.it.known(c.need(0, "subscripts"), "the subscripts of einsum")
    if not isinstance(equation, str):
        what = "einsum without a text of subscripts"
        raise c.it.fail("J054", what=what, fix="write the subscripts as a text")
    tensors, dtype = operands(c.it, c.args[1:], c.name)
    return _finish(c.it, c.it.op(Einsum, tensors, equation=equation), dtype)


def _tensordot(c: Call) -> Abstract:
    (x, y), dtype = operands(c.it, [c.need(0, "a"), c.need(1, "b")], c.name)
    axes = c.known(2, "axes", 2)
    left, right = len(shape_of(x)), len(shape_of(y))
    if isinstance(axes, int):
        axes = (list(range(left - axes, left)), list(range(axes)))
    pairs = [[int(a) for a in np.atleast_1d(side)] for side in axes]
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    first = [next(letters) for _ in range(left)]
    second = [next(letters) for _ in range(right)]
    for i, j in zip(*pairs, strict=True):
        second[j % right] = first[i % left]
    out = [a for a in first if a not in second] + [b for b in second if b not in first]
    equation = f"{''.join(first)},{''.join(second)}->{''.join(out)}"
    product = _finish(c.it, c.it.op(Einsum, [x, y], equation=equation), dtype)
    return c.it.array(c.it.tensor(product))  # an array even without dimensions


def _trace(c: Call) -> Abstract:
    from millrace.frontend.python.reductions import ROWS as REDUCTIONS
    from millrace.frontend.python.shapes import ROWS as SHAPES

    diagonal = SHAPES[np.diagonal](c)
    axis = len(c.it.shape(diagonal)) - 1
    return REDUCTIONS[np.sum](Call(c.it, c.name, (diagonal,), {"axis": c.it.wrap(axis)}))


def _norm(c: Call) -> Abstract:
    """Norms of vectors, and the Frobenius norm of all elements."""
    c.allow(4, "x", "ord", "axis", "keepdims")
    x = c.it.need_numeric(c.need(0, "x"), c.name)
    order = c.known(1, "ord", None)
    rank = len(c.it.shape(x))
    given = c.known(2, "axis", None)
    axes = range(rank) if given is None else np.atleast_1d(given)
    wanted = tuple(sorted(one_axis(c, int(a), rank) for a in axes))
    if order not in (None, 2, 1, np.inf, -np.inf) or (len(wanted) > 1 and order is not None):
        from millrace.frontend.python.library.linalg import norm

        return invoke(c.it, Known(norm), c.args, c.keywords.all())
    size = apply(c.it, np.absolute, [x], c.name)
    words: dict[str, Any] = {"axis": c.it.wrap(wanted)}
    if c.get(3, "keepdims") is not None:
        words["keepdims"] = c.need(3, "keepdims")
    return _norm_of(c, size, order, words)


def _norm_of(c: Call, size: Abstract, order: Any, words: dict[str, Any]) -> Abstract:
    from millrace.frontend.python.reductions import ROWS as REDUCTIONS

    if order in (np.inf, -np.inf):
        return REDUCTIONS[np.max if order > 0 else np.min](Call(c.it, c.name, (size,), words))
    floats = apply(c.it, np.positive, [size], c.name)
    if c.it.dtype(floats).kind != "f":
        floats = apply(c.it, np.multiply, [floats, c.it.wrap(1.0)], c.name)
    if order == 1:
        return REDUCTIONS[np.sum](Call(c.it, c.name, (floats,), words))
    squares = apply(c.it, np.square, [floats], c.name)
    total = REDUCTIONS[np.sum](Call(c.it, c.name, (squares,), words))
    return apply(c.it, np.sqrt, [total], c.name)


def _cross(c: Call) -> Abstract:
    """Of vectors of three elements, along the last axis."""
    a, b = (c.it.need_numeric(c.need(k, n), c.name) for k, n in ((0, "a"), (1, "b")))
    if c.it.shape(a)[-1:] != (3,) or c.it.shape(b)[-1:] != (3,):
        raise c.it.fail("J025", what=f"{c.name} needs vectors of 3 elements", fix="pad them")
    from millrace.frontend.python.reads import item
    from millrace.frontend.python.shapes import ROWS as SHAPES
    from millrace.frontend.python.values import Tuple

    def part(v: Abstract, k: int) -> Abstract:
        return item(c.it, v, Tuple((Known(Ellipsis), Known(k))))

    parts = []
    for i, j in ((1, 2), (2, 0), (0, 1)):
        left = apply(c.it, np.multiply, [part(a, i), part(b, j)], c.name)
        right = apply(c.it, np.multiply, [part(a, j), part(b, i)], c.name)
        parts.append(apply(c.it, np.subtract, [left, right], c.name))
    return SHAPES[np.stack](Call(c.it, c.name, (Tuple(tuple(parts)), Known(-1)), {}))


def _kron(c: Call) -> Abstract:
    from millrace.frontend.python.shapes import reshape

    a, b = (c.it.need_numeric(c.need(k, n), c.name) for k, n in ((0, "a"), (1, "b")))
    left, right = c.it.shape(a), c.it.shape(b)
    rank = max(len(left), len(right))
    left = (1,) * (rank - len(left)) + left
    right = (1,) * (rank - len(right)) + right
    wide = reshape(c.it, a, [k for n in left for k in (n, 1)])
    other = reshape(c.it, b, [k for n in right for k in (1, n)])
    product = apply(c.it, np.multiply, [wide, other], c.name)
    return reshape(c.it, product, [m * n for m, n in zip(left, right, strict=True)])


ROWS: dict[Any, Row] = {
    np.matmul: _matmul,
    np.dot: _dot,
    np.vdot: _vdot,
    np.inner: _inner,
    np.outer: _outer,
    np.einsum: _einsum,
    np.tensordot: _tensordot,
    np.trace: _trace,
    np.linalg.norm: _norm,
    np.cross: _cross,
    np.linalg.matmul: _matmul,
    np.linalg.outer: _outer,
    np.linalg.tensordot: _tensordot,
    np.linalg.trace: _trace,
    np.linalg.cross: _cross,
    np.kron: _kron,
}
