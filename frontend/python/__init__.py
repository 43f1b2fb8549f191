"""The Python frontend: numerical functions, from their source, with their control flow."""

from millrace.frontend.python.importer import Imported, import_function
from millrace.frontend.python.markers import static
from millrace.frontend.python.signature import ArraySpec, StaticSpec

__all__ = ["ArraySpec", "Imported", "StaticSpec", "import_function", "static"]
