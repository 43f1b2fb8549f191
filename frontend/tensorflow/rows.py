"""All rows of the importer's table."""

from __future__ import annotations

from millrace.frontend.tensorflow import (
    ops_elementwise,
    ops_flow,
    ops_functional,
    ops_image,
    ops_index,
    ops_list,
    ops_nn,
    ops_recurrent,
    ops_reduce,
    ops_shape,
    ops_variable,
)
from millrace.frontend.tensorflow.table import RowFunction, merge

ROWS: dict[str, RowFunction] = merge(
    ops_elementwise.ROWS,
    ops_flow.ROWS,
    ops_functional.ROWS,
    ops_image.ROWS,
    ops_index.ROWS,
    ops_list.ROWS,
    ops_nn.ROWS,
    ops_recurrent.ROWS,
    ops_reduce.ROWS,
    ops_shape.ROWS,
    ops_variable.ROWS,
)
"""By operator."""
