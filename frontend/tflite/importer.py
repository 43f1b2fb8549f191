"""The TensorFlow Lite importer: a model becomes a module at GRAPH level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from millrace.frontend.emitter import Emitter, type_of
from millrace.frontend.tflite.model import Model, Subgraph, TensorInfo, decode
from millrace.frontend.tflite.rows import find_row
from millrace.frontend.tflite.session import Session
from millrace.frontend.tflite.state import State, find_state
from millrace.frontend.tflite.supported import check_supported
from millrace.ir.attributes import FrozenDict
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func, Return
from millrace.ir.errors import CompileError, MillraceError
from millrace.ir.location import Location
from millrace.ir.quantization import Quantization
from millrace.ir.sizes import SizeBook
from millrace.ir.types import FunctionType, OpenSize, TensorType, tensor

ShapeOption = Mapping[str, Sequence[int | str]]


def import_tflite(
    source: Any,
    *,
    shapes: ShapeOption | None = None,
    name: str | None = None,
    sizes: SizeBook | None = None,
) -> Module:
    """A model as a module with one function, ``main``, of role ``entry``.

    ``source`` is a path or the bytes of a model. ``shapes`` gives the shape of inputs by name
    where the file leaves it open; an open batch dimension is 1 otherwise. ``name`` replaces the
    file's name in errors. ``sizes`` has bounds for what follows from data. Variables that the
    model assigns are states of the function. Whatever
    is wrong with the model is a :class:`CompileError` that names the operator."""
    is_path = isinstance(source, str | Path)
    label = name or (str(source) if is_path else "<bytes>")
    with _only_compile_errors(label):
        data = _read(Path(source)) if is_path else bytes(source)
        return _import(decode(data, label), shapes, sizes)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as e:
        raise CompileError(f"{path}: {e.strerror}") from e


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


def _import(model: Model, shapes: ShapeOption | None, sizes: SizeBook | None) -> Module:
    graph = model.subgraphs[0]
    check_supported(model, find_row)
    state = find_state(model)
    inputs = _input_types(model, graph, shapes or {})
    entry = Block([*inputs, *state.types])
    session = Session(model, Emitter(entry, sizes), find_row)
    args = entry.args[: len(inputs)]
    session.written = state.variables
    session.variables.update(zip(state.variables, entry.args[len(inputs) :], strict=True))
    for variable, array in state.constants.items():
        session.variables[variable] = session.emitter.constant(array)
    results = _tensors(model, graph, session.run_graph(graph, args))
    results += [session.variables[v] for v in state.variables]
    session.emitter.insert(Return(results, loc=Location(file=model.file)))
    return _module(model, graph, state, entry, results)


def _input_types(model: Model, graph: Subgraph, shapes: ShapeOption) -> list[TensorType]:
    infos = [graph.tensors[t] for t in graph.inputs]
    unknown = sorted(set(shapes) - {i.name for i in infos})
    if unknown:
        names = ", ".join(i.name for i in infos)
        raise CompileError(f"{model.file}: no input is named {unknown[0]!r}; inputs: {names}")
    return [tensor(_input_shape(i, shapes.get(i.name)), i.element) for i in infos]


def _input_shape(info: TensorInfo, given: Sequence[int | str] | None) -> tuple[int, ...]:
    sizes: list[int] = []
    if given is not None and len(given) != len(info.signature):
        raise CompileError(f"{info.what}: given {len(given)} of {len(info.signature)} dimensions")
    for i, n in enumerate(info.signature):
        wanted = None if given is None else given[i]
        if isinstance(wanted, str) or (wanted is not None and wanted < 0):
            raise CompileError(f"{info.what}: dimension {i} needs a fixed size, not {wanted!r}")
        if isinstance(wanted, OpenSize):
            n = -1
        if wanted is not None and n not in (-1, wanted):
            raise CompileError(f"{info.what}: dimension {i} is {n} in the file, {wanted} given")
        if n == -1 and wanted is None and i > 0:
            raise CompileError(f"{info.what}: dimension {i} is not known; give it with --shape")
        sizes.append(n if n != -1 else 1 if wanted is None else wanted)
    return tuple(sizes)


def _tensors(model: Model, graph: Subgraph, items: Sequence[Any]) -> list[Value]:
    for index, item in zip(graph.outputs, items, strict=True):
        info = graph.tensors[index]
        if not isinstance(item, Value):
            raise CompileError(f"{model.file}: the output {info.name!r} {item.describe}")
        if type_of(item).element != info.element:
            raise CompileError(
                f"{model.file}: output {info.name!r}: declared as {info.element}, "
                f"is {type_of(item).element}"
            )
    return list(items)


def _quantization(graph: Subgraph, state: State) -> tuple[FrozenDict, ...] | None:
    """What the integers of inputs, outputs and states stand for; None when nothing is known."""
    infos = [graph.tensors[t] for t in (*graph.inputs, *graph.outputs)]
    known = [i.quantization if i.dtype.kind in "iu" else None for i in infos] + list(state.scales)
    found = tuple(
        FrozenDict({})
        if q is None
        else Quantization(q.scale, q.zero_point, q.axis if len(q.scale) > 1 else None).to_attr()
        for q in known
    )
    return found if any(found) else None


def _names(graph: Subgraph, indices: Sequence[int]) -> tuple[str, ...]:
    """The tensors' names, made unique."""
    names: list[str] = []
    for k, t in enumerate(indices):
        name = graph.tensors[t].name or f"tensor{t}"
        names.append(name if name not in names else f"{name}#{k}")
    return tuple(names)


def _module(
    model: Model, graph: Subgraph, state: State, entry: Block, results: Sequence[Value]
) -> Module:
    func = Func(
        sym_name="main",
        function_type=FunctionType(
            tuple(a.type for a in entry.args), tuple(r.type for r in results)
        ),
        role="entry",
        arg_names=_names(graph, graph.inputs),
        result_names=_names(graph, graph.outputs),
        num_states=len(state.variables),
        state_init=state.inits or None,
        state_names=state.names or None,
        quantization=_quantization(graph, state),
        block=entry,
        loc=Location(name="main", file=model.file),
    )
    module = Module(sym_name=Path(model.file).stem, loc=Location(file=model.file))
    Builder(module.block).insert(func)
    return module
