"""The ONNX frontend."""

from millrace.frontend.onnx.importer import import_onnx

__all__ = ["import_onnx"]
