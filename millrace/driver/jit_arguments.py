"""The arguments of a call: which types and shapes they have, and the arrays among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.driver.jit_types import ArrayType, NumberType
from millrace.frontend.python.signature import (
    ArraySpec,
    MappingSpec,
    SequenceSpec,
    Spec,
    StaticSpec,
)
from millrace.ir.errors import CompileError

_PYTHON = (bool, int, float)
_READY = 0x1 | 0x100
"""numpy's flag bits for C-contiguous and aligned."""


@dataclass(frozen=True)
class Arguments:
    """``specs`` and ``keywords`` describe the arguments, ``arrays`` are those of run time, in
    order; ``key`` is equal for arguments that one compilation serves."""

    specs: Sequence[Spec]
    keywords: Mapping[str, Spec]
    arrays: list[Any]
    key: Any


@dataclass(frozen=True)
class Static:
    """An argument that is to be a constant of the compiled function."""

    value: Any


def describe_arguments(args: Sequence[Any], keywords: Mapping[str, Any]) -> Arguments:
    arrays: list[Any] = []
    specs = [_describe(a, arrays) for a in args]
    words = {k: _describe(v, arrays) for k, v in keywords.items()}
    key = (*map(_key, specs), *((k, _key(s)) for k, s in words.items()))
    return Arguments(specs, words, arrays, key)


def _describe(value: Any, arrays: list[Any]) -> Spec:
    if isinstance(value, Static):
        return StaticSpec(value.value)
    if isinstance(value, _PYTHON) and not isinstance(value, np.generic):
        kind = next(t for t in _PYTHON if isinstance(value, t))
        spec = ArraySpec.of_python(kind)
        arrays.append(_python_number(value, spec))
        return spec
    if isinstance(value, np.generic):
        arrays.append(np.asarray(value))
        return ArraySpec(value.dtype, (), None, True)
    if isinstance(value, tuple | list):
        return SequenceSpec(type(value), tuple(_describe(v, arrays) for v in value))
    if isinstance(value, dict):
        return MappingSpec(tuple((k, _describe(v, arrays)) for k, v in value.items()))
    if isinstance(value, np.ndarray):
        arrays.append(_ready(value))
        return ArraySpec(value.dtype, value.shape)
    if isinstance(value, ArrayType | NumberType):
        return value.spec()
    array = _foreign(value)
    if array is not None:
        arrays.append(_ready(array))
        return ArraySpec(array.dtype, array.shape)
    return StaticSpec(value)


def _python_number(value: Any, spec: ArraySpec) -> Any:
    try:
        return np.asarray(value, spec.dtype)
    except OverflowError:
        raise CompileError(f"the argument {value} does not fit int64") from None


def _ready(array: Any) -> Any:
    """Aligned and contiguous."""
    if array.flags.num & _READY == _READY:
        return array
    return np.array(array, order="C", copy=True)


def _foreign(value: Any) -> Any:
    """Arrays of other libraries, without a copy where that is possible."""
    if hasattr(value, "__dlpack__"):
        return np.from_dlpack(value)
    if hasattr(value, "__array__"):
        return np.asarray(value)
    return None


def _key(spec: Spec) -> Any:
    if not isinstance(spec, StaticSpec):
        if isinstance(spec, SequenceSpec):
            return (spec.kind, *map(_key, spec.items))
        if isinstance(spec, MappingSpec):
            return (dict, *((k, _key(s)) for k, s in spec.items))
        return spec
    value = spec.value
    try:
        hash(value)
    except TypeError:
        return ("object", id(value))
    return (type(value), value)
