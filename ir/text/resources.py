"""Large constants beside the text: a mapping from keys to arrays, stored as ``X.mlir.npz``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from millrace.ir.attributes import Dense
from millrace.ir.core import Operation
from millrace.ir.text.dense import is_resource
from millrace.ir.types import BF16, ShapedType

Array = np.ndarray[Any, Any]
SUFFIX = ".npz"


def sidecar_of(path: Path) -> Path:
    """``X.mlir.npz`` for ``X.mlir``."""
    return path.with_name(path.name + SUFFIX)


def collect_resources(op: Operation) -> dict[str, Array]:
    """The arrays that the text of ``op`` names by key, in order of first use. bfloat16, which
    numpy files cannot hold, is there as its bits (uint16)."""
    found: dict[str, Array] = {}
    for inner in op.walk():
        for value in inner.attributes.values():
            for dense in _dense_in(value):
                if is_resource(dense):
                    found.setdefault(dense.key, _encode(dense.array))
    return found


def decode(array: Array, type: ShapedType) -> Array:
    """The stored array as the constant of ``type``. Raises ValueError when it is another's."""
    if type.element == BF16 and array.dtype == np.uint16:
        array = array.view(BF16.dtype)
    if array.dtype != type.dtype or array.shape != type.shape:
        shape = "x".join(map(str, array.shape)) or "scalar"
        raise ValueError(f"the resource is {array.dtype} of shape {shape}, the type {type}")
    return array


def _encode(array: Array) -> Array:
    array = np.ascontiguousarray(array)
    return array.view(np.uint16) if array.dtype == BF16.dtype else array


def _dense_in(value: Any) -> Iterator[Dense]:
    if isinstance(value, Dense):
        yield value
    elif isinstance(value, tuple):
        for v in value:
            yield from _dense_in(v)
    elif isinstance(value, Mapping):
        for v in value.values():
            yield from _dense_in(v)
