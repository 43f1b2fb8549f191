"""Recognising what the user hands over, and importing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from millrace.ir.dialects.builtin import Module
from millrace.ir.errors import CompileError

Shapes = Mapping[str, Sequence[int | str]]


@dataclass(frozen=True)
class Source:
    """A model as given: ``model`` is what the importer takes, ``label`` names it in messages."""

    model: Any
    label: str
    stem: str
    importer: Callable[[Source, Shapes | None], Module]

    def load(self, shapes: Shapes | None) -> Module:
        """The model as a GRAPH level module."""
        return self.importer(self, shapes)


def open_source(model: Any) -> Source:
    """A path, the bytes of an ONNX or TensorFlow Lite file, or an ``onnx.ModelProto``."""
    if isinstance(model, str | Path):
        return _from_path(Path(model))
    if isinstance(model, bytes | bytearray | memoryview):
        data = bytes(model)
        importer = _import_tflite if data[4:8] == b"TFL3" else _import_onnx
        return Source(data, "<bytes>", "model", importer)
    if hasattr(model, "SerializeToString") and hasattr(model, "graph"):
        stem = str(model.graph.name) or "model"
        return Source(model, "<ModelProto>", stem, _import_onnx)
    kind = type(model).__name__
    raise CompileError(f"cannot compile a {kind}: expected a path, bytes or an onnx.ModelProto")


def _from_path(path: Path) -> Source:
    importer = _BY_SUFFIX.get(path.suffix.lower())
    if importer is None:
        known = ", ".join(sorted(_BY_SUFFIX))
        raise CompileError(f"{path}: unknown file type {path.suffix!r}; known: {known}")
    if not path.is_file():
        raise CompileError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}")
    return Source(path, str(path), path.stem, importer)


def _import_onnx(source: Source, shapes: Shapes | None) -> Module:
    from millrace.frontend.onnx import import_onnx

    given = None if shapes is None else {k: tuple(v) for k, v in shapes.items()}
    return import_onnx(source.model, shapes=given)


def _import_tflite(source: Source, shapes: Shapes | None) -> Module:
    from millrace.frontend.tflite import import_tflite

    return import_tflite(source.model, shapes=shapes)


def _import_text(source: Source, shapes: Shapes | None) -> Module:
    from millrace.ir.parser import read

    if shapes:
        raise CompileError(f"{source.label}: IR text has its shapes in it; --shape does not apply")
    return read(source.model)


_BY_SUFFIX: dict[str, Callable[[Source, Shapes | None], Module]] = {
    ".onnx": _import_onnx,
    ".mlir": _import_text,
    ".tflite": _import_tflite,
}
