"""The TensorFlow frontend."""

from millrace.frontend.tensorflow.importer import import_graphdef


__all__ = ["import_graphdef"]
