"""The TensorFlow frontend."""

from millrace.frontend.tensorflow.importer import import_graphdef
from millrace.frontend.tensorflow.saved_model import import_saved_model

__all__ = ["import_graphdef", "import_saved_model"]
