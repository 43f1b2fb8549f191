"""``file.py:function`` as a model: what the command line compiles without running the function."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from millrace.driver.jit_types import NUMBERS, ArrayType, NumberType
from millrace.driver.sources import Shapes, Source
from millrace.frontend.python import import_function
from millrace.frontend.python.signature import ArraySpec, Spec
from millrace.ir.dialects.builtin import Module
from millrace.ir.errors import CompileError
from millrace.ir.sizes import SizeBook


def open_function(text: str) -> Source:
    """A function of a Python file; the file is imported."""
    path, _, name = text.rpartition(":")
    found = getattr(_import_file(Path(path)), name, None)
    function = getattr(found, "__millrace_function__", found)
    if not isinstance(function, FunctionType):
        raise CompileError(f"{path}: there is no function {name!r}")
    types = dict(getattr(found, "_types", {}))
    return Source((function, types), text, name, _import)


def _import_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise CompileError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    except Exception as e:
        raise CompileError(f"{path}: {type(e).__name__}: {e}") from e
    finally:
        sys.path.remove(str(path.parent))
    return module


def _import(source: Source, shapes: Shapes | None, sizes: SizeBook) -> Module:
    function, types = source.model
    specs = parameter_specs(function, types, shapes or {})
    return import_function(function, (), specs).module


def parameter_specs(
    function: FunctionType, types: dict[str, ArrayType | NumberType], shapes: Shapes
) -> dict[str, Spec]:
    """The parameters by name: from the signature of ``@jit``, from annotations such as
    ``f32[3, 4]``, or from shapes, which mean float32. What has a default may be left out."""
    parameters = inspect.signature(function).parameters
    unknown = sorted(set(shapes) - set(parameters))
    if unknown:
        known = ", ".join(parameters)
        raise CompileError(
            f"{function.__name__}: no parameter is named {unknown[0]!r}; parameters: {known}"
        )
    declared = {**_annotations(function), **types}
    specs: dict[str, Spec] = {}
    missing = []
    for name, p in parameters.items():
        if name in declared or name in shapes:
            specs[name] = _spec(declared.get(name), shapes.get(name))
        elif p.default is p.empty:
            missing.append(name)
    if missing:
        raise CompileError(
            f"{function.__name__}: the types of {', '.join(missing)} are not known; give --shape "
            f"{missing[0]}=D,D,... or annotate them, as {missing[0]}: f32[3, 4]"
        )
    return specs


def _annotations(function: FunctionType) -> dict[str, ArrayType | NumberType]:
    try:
        found: dict[str, Any] = inspect.get_annotations(function, eval_str=True)
    except Exception:  # names that exist for type checkers only
        return {}
    return {n: t for n, t in found.items() if isinstance(t, ArrayType | NumberType)}


def _spec(declared: ArrayType | NumberType | None, shape: Any) -> ArraySpec:
    """A type with the shape that was given for it."""
    number = NUMBERS["f32"] if declared is None else NumberType(declared.dtype)
    if shape is None:
        assert declared is not None
        return declared.spec()
    dims = tuple(shape)
    if any(isinstance(n, str) for n in dims):
        raise CompileError(f"{dims}: functions are compiled for fixed shapes")
    return number[dims].spec() if dims else number.spec()
