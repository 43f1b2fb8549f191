"""All rows of the importer's table."""

from __future__ import annotations

from millrace.frontend.onnx import (
    ops_constant,
    ops_control,
    ops_conv,
    ops_elementwise,
    ops_image,
    ops_index,
    ops_matmul,
    ops_norm,
    ops_pool,
    ops_quant,
    ops_recurrent,
    ops_reduce,
    ops_scan,
    ops_sequence,
    ops_shape,
    ops_slice,
    ops_vision,
)
from millrace.frontend.onnx.table import RowFunction, merge

_FAMILIES = (
    ops_constant,
    ops_control,
    ops_conv,
    ops_elementwise,
    ops_image,
    ops_index,
    ops_matmul,
    ops_norm,
    ops_pool,
    ops_quant,
    ops_recurrent,
    ops_reduce,
    ops_scan,
    ops_sequence,
    ops_shape,
    ops_slice,
    ops_vision,
)

ROWS: dict[tuple[str, str], RowFunction] = {
    ("", op_type): row for op_type, row in merge(*(f.ROWS for f in _FAMILIES)).items()
}
"""By domain and operator type."""
