"""The emitter, which all importers share, under the name the ONNX importer knows it by."""

from millrace.frontend.emitter import (
    FOLD_BYTES,
    FOLD_WORK,
    MAX_ELEMENTS,
    Emitter,
    element_of,
    shape_of,
    type_of,
)

__all__ = [
    "FOLD_BYTES",
    "FOLD_WORK",
    "MAX_ELEMENTS",
    "Emitter",
    "element_of",
    "shape_of",
    "type_of",
]
