"""All rows of the importer's table."""

from __future__ import annotations

from millrace.frontend.onnx.table import RowFunction, merge

ROWS: dict[tuple[str, str], RowFunction] = {("", op_type): row for op_type, row in merge().items()}
"""By domain and operator type."""
