"""The TensorFlow Lite frontend."""

from millrace.frontend.tflite.importer import import_tflite

__all__ = ["import_tflite"]
