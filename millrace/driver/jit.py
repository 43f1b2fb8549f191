"""``@millrace.jit``: a Python function that is compiled for the types of its arguments."""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any, overload

from millrace.driver.compiler import compile_artifact
from millrace.driver.jit_arguments import Arguments, describe_arguments
from millrace.driver.model import Model
from millrace.driver.options import CompileOptions
from millrace.driver.sources import Shapes, Source
from millrace.frontend.python import import_function
from millrace.frontend.python.signature import Output, assemble
from millrace.ir.dialects.builtin import Module
from millrace.ir.errors import CompileError


@dataclass(frozen=True)
class Specialisation:
    """The function compiled for one combination of argument types."""

    model: Model
    output: Output

    def __call__(self, arrays: list[Any]) -> Any:
        results = self.model._call(arrays, None)
        return assemble(self.output, results)


class JitFunction:
    """A function that compiles itself for the arguments it is called with."""

    def __init__(self, function: FunctionType, options: CompileOptions) -> None:
        functools.update_wrapper(self, function)
        self.__millrace_function__ = function
        self._options = options
        self._signature = inspect.signature(function)
        self._cache: dict[Any, Specialisation] = {}
        self._lock = threading.Lock()

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        given = describe_arguments(args, keywords)
        found = self._cache.get(given.key)
        if found is None:
            found = self._specialise(given)
        return found(given.arrays)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """As a method: the object is a constant argument."""
        return self if instance is None else functools.partial(self, instance)

    def __repr__(self) -> str:
        return f"<millrace.jit {self.__millrace_function__.__qualname__}>"

    def _specialise(self, given: Arguments) -> Specialisation:
        with self._lock:
            found = self._cache.get(given.key)
            if found is None:
                found = self._cache[given.key] = self._compile(given, self._options)
            return found

    def _compile(self, given: Arguments, options: CompileOptions) -> Specialisation:
        function = self.__millrace_function__
        imported = import_function(function, given.specs, given.keywords)

        def importer(source: Source, shapes: Shapes | None) -> Module:
            return imported.module

        label = f"{function.__code__.co_filename}:{function.__qualname__}"
        source = Source(function, label, function.__name__, importer)
        return Specialisation(Model(compile_artifact(source, options)), imported.output)


@overload
def jit(function: Callable[..., Any], /) -> JitFunction: ...
@overload
def jit(
    *, target: str = ..., strict: bool = ...
) -> Callable[[Callable[..., Any]], JitFunction]: ...


def jit(function: Any = None, /, *, target: str = "host", strict: bool = False) -> Any:
    """Compile a numerical Python function, with its control flow, to native code.

    The function as written runs in plain numpy; compiled, it gives the same values and types. It
    is compiled when it is called, once for each combination of argument types and shapes."""
    options = CompileOptions(target=target, strict=strict)

    def decorate(f: Any) -> JitFunction:
        if isinstance(f, JitFunction):
            f = f.__millrace_function__
        if not isinstance(f, FunctionType):
            raise CompileError(f"millrace.jit: expected a Python function, got {type(f).__name__}")
        return JitFunction(f, options)

    return decorate if function is None else decorate(function)
