"""Recognising what the user hands over, and importing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from millrace.ir.dialects.builtin import Module
from millrace.ir.errors import CompileError
from millrace.ir.sizes import SizeBook

Shapes = Mapping[str, Sequence[int | str]]


@dataclass(frozen=True)
class Source:
    """A model as given: ``model`` is what the importer takes, ``label`` names it in messages."""

    model: Any
    label: str
    stem: str
    importer: Callable[[Source, Shapes | None, SizeBook], Module]
    feed: tuple[str, ...] = ()
    """Tensors of a TensorFlow graph that are the inputs; none means the default ones."""
    fetch: tuple[str, ...] = ()

    def load(self, shapes: Shapes | None, sizes: SizeBook | None = None) -> Module:
        """The model as a module at GRAPH level, or at FLOW level where it has dataflow control.
        ``sizes`` has bounds for what follows from data."""
        if (self.feed or self.fetch) and self.importer not in _WITH_FEEDS:
            raise CompileError(f"{self.label}: feeds and fetches apply to TensorFlow graphs only")
        return self.importer(self, shapes, SizeBook() if sizes is None else sizes)

    def choosing(self, feed: Sequence[str], fetch: Sequence[str]) -> Source:
        """The same model with other inputs and outputs."""
        return replace(self, feed=tuple(feed), fetch=tuple(fetch))


def open_source(model: Any) -> Source:
    """A path (a SavedModel folder's, too, or ``file.py:function``), the bytes of an ONNX or
    TensorFlow Lite file, or an ``onnx.ModelProto``."""
    if isinstance(model, str | Path):
        if is_function_path(str(model)):
            return _from_function(str(model))
        return _from_path(Path(model))
    if isinstance(model, bytes | bytearray | memoryview):
        data = bytes(model)
        importer = _import_tflite if data[4:8] == b"TFL3" else _import_onnx
        return Source(data, "<bytes>", "model", importer)
    if hasattr(model, "SerializeToString") and hasattr(model, "graph"):
        stem = str(model.graph.name) or "model"
        return Source(model, "<ModelProto>", stem, _import_onnx)
    kind = type(model).__name__
    raise CompileError(f"cannot compile {kind!r}: expected a path, bytes or an onnx.ModelProto")


def is_function_path(text: str) -> bool:
    """Whether a path is ``file.py:function``."""
    path, colon, name = text.rpartition(":")
    return bool(colon) and path.endswith(".py") and name.isidentifier()


def _from_function(text: str) -> Source:
    from millrace.driver.jit_source import open_function

    return open_function(text)


def _from_path(path: Path) -> Source:
    if path.is_dir() and (path / "saved_model.pb").is_file():
        return Source(path, str(path), path.stem, _import_saved_model)
    if path.name == "saved_model.pb" and path.is_file():
        return Source(path.parent, str(path), path.parent.stem, _import_saved_model)
    importer = _BY_SUFFIX.get(path.suffix.lower())
    if importer is None and path.is_dir():
        raise CompileError(f"{path}: a folder without a saved_model.pb")
    if importer is None and path.suffix == ".py":
        raise CompileError(f"{path}: say which function of it, as {path}:NAME")
    if importer is None:
        known = ", ".join(sorted(_BY_SUFFIX))
        raise CompileError(f"{path}: unknown file type {path.suffix!r}; known: {known}")
    if not path.is_file():
        raise CompileError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}")
    return Source(path, str(path), path.stem, importer)


def _import_onnx(source: Source, shapes: Shapes | None, sizes: SizeBook) -> Module:
    from millrace.frontend.onnx import import_onnx

    given = None if shapes is None else {k: tuple(v) for k, v in shapes.items()}
    return import_onnx(source.model, shapes=given, sizes=sizes)


def _import_tflite(source: Source, shapes: Shapes | None, sizes: SizeBook) -> Module:
    from millrace.frontend.tflite import import_tflite

    return import_tflite(source.model, shapes=shapes, sizes=sizes)


def _import_graphdef(source: Source, shapes: Shapes | None, sizes: SizeBook) -> Module:
    from millrace.frontend.tensorflow import import_graphdef

    return import_graphdef(
        source.model,
        shapes=shapes,
        feed=source.feed,
        fetch=source.fetch,
        name=source.label,
        sizes=sizes,
    )


def _import_saved_model(source: Source, shapes: Shapes | None, sizes: SizeBook) -> Module:
    from millrace.frontend.tensorflow import import_saved_model

    return import_saved_model(
        source.model,
        shapes=shapes,
        feed=source.feed,
        fetch=source.fetch,
        name=source.label,
        sizes=sizes,
    )


def _import_text(source: Source, shapes: Shapes | None, sizes: SizeBook) -> Module:
    from millrace.ir.parser import read

    if shapes:
        raise CompileError(f"{source.label}: IR text has its shapes in it; --shape does not apply")
    return read(source.model)


_BY_SUFFIX: dict[str, Callable[[Source, Shapes | None, SizeBook], Module]] = {
    ".onnx": _import_onnx,
    ".mlir": _import_text,
    ".pb": _import_graphdef,
    ".tflite": _import_tflite,
}

_WITH_FEEDS = frozenset({_import_graphdef, _import_saved_model})
