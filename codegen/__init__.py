"""LOOP level to machine code: LLVM IR text, objects, C headers, functions in this process.

::

    compiled = compile_module(module, target("host"), name="net", inputs=..., outputs=...)
    compiled.write_object("net.o")
    Path("net.h").write_text(header(compiled))
    y, = load(compiled)(x)
"""

from millrace.codegen.compiled import CompiledObject, compile_module
from millrace.codegen.engine import LoadedFunction, load
from millrace.codegen.header import header
from millrace.codegen.interface import TensorIO, io_of_graph, io_of_loop, states_of_graph
from millrace.codegen.names import c_identifier, model_identifier
from millrace.codegen.targets import host, target, targets

__all__ = [
    "CompiledObject",
    "LoadedFunction",
    "TensorIO",
    "c_identifier",
    "compile_module",
    "header",
    "host",
    "io_of_graph",
    "io_of_loop",
    "load",
    "model_identifier",
    "states_of_graph",
    "target",
    "targets",
]
