"""Reading model files. The ``onnx`` package is imported here and only here, on first use."""

from __future__ import annotations

import importlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from millrace.ir.errors import CompileError

OLDEST_OPSET = 7
"""Rows know the operators from this version on; of older ones those that have not changed."""


def onnx_package() -> Any:
    """The ``onnx`` package, or a clear error when it is not installed."""
    try:
        return importlib.import_module("onnx")
    except ImportError as e:
        raise CompileError(
            "reading ONNX models needs the 'onnx' package: pip install 'millrace[onnx]'"
        ) from e


@dataclass(frozen=True)
class Source:
    """A parsed model, the name that errors give it, and the directory of its external data."""

    model: Any
    name: str
    directory: Path | None


def load(source: Any, name: str | None = None) -> Source:
    """Parse ``source``: a path, the bytes of a model, or an ``onnx.ModelProto``."""
    onnx = onnx_package()
    if isinstance(source, onnx.ModelProto):
        return Source(source, name or source.graph.name or "model", None)
    if isinstance(source, bytes | bytearray | memoryview):
        label = name or "model"
        return Source(_parse(onnx, bytes(source), label), label, None)
    if isinstance(source, io.IOBase) or not isinstance(source, str | Path):
        raise CompileError(f"expected a path, bytes or an onnx.ModelProto, got {source!r:.80}")
    path = Path(source)
    try:
        data = path.read_bytes()
    except OSError as e:
        raise CompileError(f"{path}: cannot read the model: {e.strerror or e}") from e
    except ValueError as e:  # a NUL byte in the path
        raise CompileError(f"{source!r}: cannot read the model: {e}") from e
    label = str(path)
    return Source(_parse(onnx, data, label), label, path.resolve().parent)


def _parse(onnx: Any, data: bytes, label: str) -> Any:
    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
    except Exception as e:  # protobuf's DecodeError; its class depends on the implementation
        raise CompileError(f"{label}: not an ONNX model: {e}") from e
    if not model.HasField("graph"):
        raise CompileError(f"{label}: not an ONNX model: it has no graph")
    return model


def opset_versions(onnx: Any, imports: Any, label: str) -> dict[str, int]:
    """Operator set versions by domain; the default domain is ``""``."""
    newest = onnx.defs.onnx_opset_version()
    versions: dict[str, int] = {}
    for entry in imports:
        domain = "" if entry.domain == "ai.onnx" else entry.domain
        if not 1 <= entry.version < 1 << 31 or (not domain and entry.version > newest):
            raise CompileError(
                f"{label}: operator set version {entry.version} of {domain or 'ai.onnx'!r} is not "
                f"supported ({newest} is the newest that the installed onnx package knows)"
            )
        versions[domain] = int(entry.version)
    return versions
