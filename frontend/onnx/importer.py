"""The ONNX importer: a model becomes a module at GRAPH level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from millrace.frontend.onnx import loader
from millrace.frontend.onnx.emitter import Emitter
from millrace.frontend.onnx.rows import ROWS
from millrace.frontend.onnx.session import Session
from millrace.frontend.onnx.shapes import Dimensions, ShapeOption, tensor_type_of
from millrace.frontend.onnx.supported import check_supported
from millrace.frontend.onnx.tensors import element_type
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func, Return
from millrace.ir.errors import CompileError, MillraceError
from millrace.ir.location import Location
from millrace.ir.sizes import SizeBook
from millrace.ir.types import FunctionType, TensorType


def import_onnx(
    source: Any,
    *,
    shapes: Mapping[str, tuple[int | str, ...]] | None = None,
    name: str | None = None,
    sizes: SizeBook | None = None,
) -> Module:
    """A model as a module with one function, ``main``, of role ``entry``.

    ``source`` is a path, the bytes of a model, or an ``onnx.ModelProto``. ``shapes`` gives the
    shape of inputs by name where the file leaves it open; an open batch dimension is 1 otherwise.
    ``name`` replaces the file's name in errors. ``sizes`` has bounds for what follows from data.
    Whatever is wrong with the model is a :class:`CompileError` that names the node."""
    with _only_compile_errors(name or str(source)[:80]):
        loaded = loader.load(source, name)
    with _only_compile_errors(loaded.name):
        return _import(loaded, shapes, sizes)


@contextmanager
def _only_compile_errors(label: str) -> Iterator[None]:
    """A file can be broken in more ways than there are checks: whatever still goes wrong is the
    file's fault, never a traceback."""
    try:
        yield
    except MillraceError:
        raise
    except RecursionError as e:
        raise CompileError(f"{label}: the model is nested too deeply") from e
    except MemoryError as e:
        raise CompileError(f"{label}: the model needs too much memory") from e
    except Exception as e:
        raise CompileError(f"{label}: malformed model: {e or type(e).__name__}") from e


def _import(loaded: loader.Source, shapes: ShapeOption | None, sizes: SizeBook | None) -> Module:
    onnx = loader.onnx_package()
    model, graph = loaded.model, loaded.model.graph
    opsets = loader.opset_versions(onnx, model.opset_import, loaded.name)
    opsets.setdefault("", onnx.defs.onnx_opset_version())
    stored = {t.name for t in graph.initializer}
    stored.update(t.values.name for t in graph.sparse_initializer)
    inputs = [i for i in graph.input if i.name not in stored]
    dimensions = Dimensions(loaded.name, shapes)
    entry = Block(dimensions.input_types(inputs))
    session = Session(onnx, loaded, Emitter(entry, sizes), ROWS, dimensions)
    check_supported(session, graph, opsets)
    scope = session.graph_scope(graph, opsets, parent=None)
    for info, arg in zip(inputs, entry.args, strict=True):
        scope.define(info.name, arg)
    results = session.run_graph(graph, scope)
    _check_results(graph, results, loaded.name)
    session.emitter.insert(Return(results, loc=Location(file=loaded.name)))
    return _module(graph, inputs, entry, results, loaded.name)


def _check_results(graph: Any, results: Sequence[Value], file: str) -> None:
    """The results' data types must be the declared ones; their shapes are ours to find."""
    for info, value in zip(graph.output, results, strict=True):
        where = f"{file}: output {info.name!r}"
        if info.type.WhichOneof("value") is None:
            continue
        declared = element_type(tensor_type_of(info, where).elem_type, where)
        assert isinstance(value.type, TensorType)
        if declared != value.type.element:
            raise CompileError(f"{where}: declared as {declared}, is {value.type.element}")


def _module(
    graph: Any, inputs: Sequence[Any], entry: Block, results: Sequence[Value], file: str
) -> Module:
    func = Func(
        sym_name="main",
        function_type=FunctionType(
            tuple(a.type for a in entry.args), tuple(r.type for r in results)
        ),
        role="entry",
        arg_names=tuple(i.name for i in inputs),
        result_names=tuple(o.name for o in graph.output),
        block=entry,
        loc=Location(name="main", file=file),
    )
    module = Module(sym_name=Path(file).stem, loc=Location(file=file))
    Builder(module.block).insert(func)
    return module
