"""Rows: matrix products."""

from __future__ import annotations

from millrace.frontend.onnx.emitter import element_of, shape_of
from millrace.frontend.onnx.table import Call, Results, Rows
from millrace.ir.core import Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.einsum import Einsum
from millrace.ir.types import is_float


def matmul(c: Call) -> Results:
    return product(c, c.arg(0), c.arg(1))


def product(c: Call, x: Value, y: Value) -> Value:
    """numpy's matmul; vectors gain a dimension and lose it again."""
    row, column = len(shape_of(x)) == 1, len(shape_of(y)) == 1
    if not shape_of(x) or not shape_of(y):
        raise c.node.error("a scalar has no matrix product")
    if row:
        x = c.emit.reshape(x, (1, *shape_of(x)))
    if column:
        y = c.emit.reshape(y, (*shape_of(y), 1))
    z = c.op(MatMul, x, y)
    shape = list(shape_of(z))
    if column:
        del shape[-1]
    if row:
        del shape[-1 if column else -2]
    return c.emit.reshape(z, shape)


def gemm(c: Call) -> Results:
    """alpha A' B' + beta C; a constant B is transposed now."""
    a, b = c.arg(0), c.arg(1)
    if len(shape_of(a)) != 2 or len(shape_of(b)) != 2:
        raise c.node.error(f"multiplies {a.type} by {b.type}, not two matrices")
    turn_a, turn_b = (bool(c.node.get_int(k, 0)) for k in ("transA", "transB"))
    if turn_b and c.emit.known(b) is not None:
        b, turn_b = c.emit.transpose(b, (1, 0)), False
    y = c.op(MatMul, a, b, transpose_lhs=turn_a, transpose_rhs=turn_b)
    y = _scaled(c, y, c.node.get_float("alpha", 1.0))
    bias = c.opt(2)
    if bias is None:
        return y
    total = c.op(ew.Add, y, _scaled(c, bias, c.node.get_float("beta", 1.0)))
    if shape_of(total) != shape_of(y):
        raise c.node.error(f"C is {bias.type}, which does not broadcast to {y.type}")
    return total


def _scaled(c: Call, x: Value, factor: float) -> Value:
    if factor == 1.0:
        return x
    if not is_float(element_of(x)) and factor != int(factor):
        raise c.node.error(f"factor {factor} of integers")
    return c.op(ew.Mul, x, c.emit.like(factor, x))


def einsum(c: Call) -> Results:
    inputs = [c.arg(i) for i in range(len(c.args))]
    return c.op(Einsum, inputs, equation=c.node.need_str("equation").replace(" ", ""))


ROWS: Rows = {"Einsum": einsum, "Gemm": gemm, "MatMul": matmul}
