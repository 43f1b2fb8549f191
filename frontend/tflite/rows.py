"""All rows of the importer, and which of them imports an operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from millrace.frontend.tflite import (
    ops_control,
    ops_conv,
    ops_curves,
    ops_elementwise,
    ops_matmul,
    ops_quantized,
    ops_quantized_arithmetic,
    ops_quantized_products,
    ops_quantized_reduce,
    ops_recurrent,
    ops_reduce,
    ops_shape,
    ops_slice,
)
from millrace.frontend.tflite.model import STORED_QUANTIZED, Operator, Subgraph
from millrace.frontend.tflite.table import Call, Results, RowFunction

_FAMILIES = (
    ops_control,
    ops_conv,
    ops_elementwise,
    ops_matmul,
    ops_recurrent,
    ops_reduce,
    ops_shape,
    ops_slice,
)
_QUANTIZED = (
    ops_curves,
    ops_quantized,
    ops_quantized_arithmetic,
    ops_quantized_products,
    ops_quantized_reduce,
)
ROWS: Mapping[str, RowFunction] = MappingProxyType(
    {kind: row for family in _FAMILIES for kind, row in family.ROWS.items()}
)
_BOTH = frozenset(["ADD", "DIV", "MUL", "PRELU", "SQUARED_DIFFERENCE", "SUB"])
"""Operators on quantized numbers whose first two inputs are of the result's type."""
_FREE = frozenset(["BATCH_MATMUL", "DEQUANTIZE", "FULLY_CONNECTED", "QUANTIZE", "SOFTMAX", "SVDF"])
"""Operators between types, or with checks of their own."""


def alike(row: RowFunction, places: Sequence[int], with_result: bool = True) -> RowFunction:
    """The row, for inputs and a result of one type."""

    def checked(c: Call) -> Results:
        infos = [*(c.info(i) for i in places), *([c.result()] if with_result else [])]
        if len({i.type for i in infos}) > 1:
            listed = ", ".join(f"{i.name!r} is {i.type}" for i in infos)
            raise c.error(f"{listed}; it is supported only where all have one type")
        return row(c)

    return checked


def _checked(kind: str, row: RowFunction) -> RowFunction:
    if kind in _FREE:
        return row
    if kind in ops_quantized_arithmetic.COMPARISONS:
        return alike(row, (0, 1), with_result=False)
    return alike(row, (0, 1) if kind in _BOTH else (2,) if kind == "TRANSPOSE_CONV" else (0,))


QUANTIZED_ROWS: Mapping[str, RowFunction] = MappingProxyType(
    {kind: _checked(kind, row) for family in _QUANTIZED for kind, row in family.ROWS.items()}
)
"""Rows for operators that compute on quantized numbers."""

_MOVING = """
    ARG_MAX ARG_MIN ASSIGN_VARIABLE BATCH_TO_SPACE_ND BROADCAST_TO CALL CALL_ONCE CAST
    CONCATENATION DEPTH_TO_SPACE DYNAMIC_UPDATE_SLICE EMBEDDING_LOOKUP EXPAND_DIMS GATHER
    GATHER_ND IF MAXIMUM MINIMUM MIRROR_PAD PACK PAD PADV2 RANK READ_VARIABLE RESHAPE
    RESIZE_NEAREST_NEIGHBOR REVERSE_SEQUENCE REVERSE_V2 SELECT SELECT_V2 SHAPE SLICE
    SPACE_TO_BATCH_ND SPACE_TO_DEPTH SPLIT SPLIT_V SQUEEZE STRIDED_SLICE TILE TOPK_V2 TRANSPOSE
    UNPACK VAR_HANDLE WHILE
"""
MOVING = frozenset(_MOVING.split())
"""Operators that hand numbers on as they are stored, quantized or not, or only order them."""


def is_quantized(graph: Subgraph, node: Operator) -> bool:
    """Whether a tensor of the operator holds numbers that stand for others."""
    infos = (graph.tensors[t] for t in (*node.inputs, *node.outputs) if t >= 0)
    return any(i.quantization is not None and i.type in STORED_QUANTIZED for i in infos)


def find_row(graph: Subgraph, node: Operator) -> RowFunction | None:
    if node.kind not in MOVING and is_quantized(graph, node):
        return QUANTIZED_ROWS.get(node.kind)
    return ROWS.get(node.kind)
