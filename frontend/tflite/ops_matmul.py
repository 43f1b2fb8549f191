"""Rows: products of matrices."""

from __future__ import annotations

from millrace.frontend.emitter import element_of, type_of
from millrace.frontend.tflite.activations import activated
from millrace.frontend.tflite.table import Call, Results, Rows
from millrace.ir.core import Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.contraction import MatMul


def fully_connected(c: Call) -> Results:
    """Weights are [units, depth]; the input is a matrix of rows of that depth."""
    if c.option("weights_format"):
        raise c.error("shuffled weights are not supported")
    x, w = c.arg(0), c.arg(1)
    if c.rank(1) != 2:
        raise c.error(f"weights {w.type} are no matrix")
    if element_of(x) != element_of(w):
        raise c.error(f"an input of {element_of(x)} with weights of {element_of(w)}")
    units, depth = c.shape(1)
    if not depth or type_of(x).size % depth:
        raise c.error(f"cannot multiply {x.type} with weights {w.type}")
    y = c.op(MatMul, c.emit.reshape(x, (type_of(x).size // depth, depth)), transposed(c, w))
    bias = c.opt(2)
    if bias is not None:
        y = c.op(ew.Add, y, c.emit.reshape(bias, (units,)))
    if c.option("keep_num_dims"):
        y = c.emit.reshape(y, (*c.shape(0)[:-1], units))
    return activated(c, y)


def transposed(c: Call, matrix: Value) -> Value:
    return c.emit.transpose(matrix, (1, 0))


def batch_matmul(c: Call) -> Results:
    fields = {"transpose_lhs": c.option("adj_x"), "transpose_rhs": c.option("adj_y")}
    return c.op(MatMul, c.arg(0), c.arg(1), **fields)


ROWS: Rows = {"BATCH_MATMUL": batch_matmul, "FULLY_CONNECTED": fully_connected}
