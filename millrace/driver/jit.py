"""``@millrace.jit``: a Python function that is compiled for the types of its arguments."""

from __future__ import annotations

import functools
import inspect
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import FunctionType
from typing import Any

from millrace.driver.compiler import compile_artifact
from millrace.driver.jit_arguments import Arguments, Static, describe_arguments
from millrace.driver.jit_entry import Specialisation
from millrace.driver.jit_types import ArrayType, NumberType
from millrace.driver.model import Model
from millrace.driver.options import CompileOptions
from millrace.driver.sources import Shapes, Source
from millrace.frontend.python import import_function
from millrace.frontend.python.signature import ArraySpec, Output, Spec
from millrace.frontend.python.source import forget_source, register_source
from millrace.ir.core import clone
from millrace.ir.dialects.builtin import Module
from millrace.ir.errors import CompileError
from millrace.ir.printer import print_module
from millrace.ir.sizes import SizeBook

MOST_FAST = 8
"""So many specialisations are tried one after the other before the arguments are looked at."""


class JitFunction:
    """A function that compiles itself for the arguments it is called with."""

    def __init__(
        self,
        function: FunctionType,
        options: CompileOptions,
        signature: Mapping[str, ArrayType | NumberType] | None = None,
        *,
        static: Sequence[str] = (),
        check: bool = False,
    ) -> None:
        functools.update_wrapper(self, function)
        self.__millrace_function__ = function
        self._options = options
        self._types = dict(signature or {})
        self._check = check
        self._parameters = list(inspect.signature(function).parameters)
        self._static = frozenset(static)
        unknown = sorted(self._static - set(self._parameters))
        if unknown:
            raise CompileError(f"{function.__name__} has no parameter {unknown[0]!r}")
        self._cache: dict[Any, Specialisation] = {}
        self._fast: tuple[Callable[..., Any], ...] = ()
        self._lock = threading.RLock()

    # ---- calls

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        if not keywords:
            for call in self._fast:
                result = call(*args)
                if result is not NotImplemented:
                    return result
        given = self._describe(args, keywords)
        found = self._cache.get(given.key)
        if found is None:
            found = self._specialise(given)
        return found(given.arrays)

    def _describe(self, args: Sequence[Any], keywords: Mapping[str, Any]) -> Arguments:
        if not self._static:
            return describe_arguments(args, keywords)
        given = [
            Static(a) if n in self._static else a for n, a in zip_names(self._parameters, args)
        ]
        words = {k: Static(v) if k in self._static else v for k, v in keywords.items()}
        return describe_arguments(given, words)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """As a method: the object is a constant argument."""
        return self if instance is None else functools.partial(self, instance)

    def __repr__(self) -> str:
        return f"<millrace.jit {self.__millrace_function__.__qualname__}>"

    def __reduce__(self) -> Any:
        """Pickled by name, as functions are; compiled anew where it is unpickled."""
        f = self.__millrace_function__
        return _by_name, (f.__module__, f.__qualname__)

    def _specialise(self, given: Arguments) -> Specialisation:
        with self._lock:
            found = self._cache.get(given.key)
            if found is None:
                self._check_types(given)
                lowered = Lowered(self, given.specs, given.keywords, self._options)
                model = Model(lowered._artifact)
                specs = () if given.keywords else given.specs
                found = Specialisation(model, specs, lowered.output)
                self._cache[given.key] = found
                if found.fast is not None and not given.keywords:
                    self._fast = (found.fast, *self._fast)[:MOST_FAST]
            return found

    def _check_types(self, given: Arguments) -> None:
        """Arguments against the signature that was declared."""
        sizes: dict[str, int] = {}
        for name, spec in zip(self._parameters, given.specs, strict=False):
            wanted = self._types.get(name)
            fits = isinstance(spec, ArraySpec) and (wanted is None or wanted.accepts(spec, sizes))
            if wanted is not None and not fits:
                raise CompileError(f"{self._name}: argument {name!r} is {spec}, not {wanted}")

    # ---- looking at it

    def lower(self, *args: Any, sizes: Mapping[str, int] | None = None, **keywords: Any) -> Lowered:
        """The function for these arguments, or for types (``f32[2, 3]``), as it is compiled.
        Without arguments: those of the declared signature; ``sizes`` gives its names sizes."""
        specs, words = self._specs(args, keywords, sizes or {})
        return Lowered(self, specs, words, self._options)

    def ir(self, *args: Any, stage: str = "import", **keywords: Any) -> str:
        """The IR, as imported or after a stage: ``graph``, ``kernel``, ``loop``."""
        return self.lower(*args, **keywords).ir(stage)

    def assembly(self, *args: Any, **keywords: Any) -> str:
        """The machine code, as text."""
        return self.lower(*args, **keywords).assembly()

    def compile(self, *args: Any, target: str = "host", **keywords: Any) -> Model:
        """A model for these arguments, for any target."""
        return self.lower(*args, **keywords).compile(target=target)

    def save(
        self, directory: str | Path, *args: Any, target: str = "host", **keywords: Any
    ) -> dict[str, Path]:
        """Object, header and report for these arguments; the files by what they are."""
        return self.compile(*args, target=target, **keywords).save(directory)

    def _specs(
        self, args: Sequence[Any], keywords: Mapping[str, Any], sizes: Mapping[str, int]
    ) -> tuple[Sequence[Spec], Mapping[str, Spec]]:
        if not args and not keywords and self._types:
            missing = [n for n in self._required() if n not in self._types]
            if missing:
                raise CompileError(f"{self._name}: the signature lacks {', '.join(missing)}")
            return (), {n: t.spec(sizes) for n, t in self._types.items()}
        given = self._describe(args, keywords)
        return given.specs, given.keywords

    @property
    def _name(self) -> str:
        return self.__millrace_function__.__name__

    def _required(self) -> list[str]:
        parameters = inspect.signature(self.__millrace_function__).parameters.values()
        plain = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        return [p.name for p in parameters if p.default is p.empty and p.kind not in plain]


class Lowered:
    """A function for one combination of argument types."""

    def __init__(
        self,
        function: JitFunction,
        specs: Sequence[Spec],
        keywords: Mapping[str, Spec],
        options: CompileOptions,
    ) -> None:
        self._function = function.__millrace_function__
        self._options = options
        imported = import_function(self._function, specs, keywords, check_asserts=function._check)
        self._module = imported.module
        self.output: Output = imported.output
        """How the result is made of the module's outputs."""

    @property
    def _source(self) -> Source:
        f = self._function
        label = f"{f.__code__.co_filename}:{f.__qualname__}"

        def importer(source: Source, shapes: Shapes | None, sizes: SizeBook) -> Module:
            copy = clone(self._module, {})
            assert isinstance(copy, Module)
            return copy

        return Source(f, label, f.__name__.strip("<>"), importer)

    @functools.cached_property
    def _artifact(self) -> Any:
        return compile_artifact(self._source, self._options)

    def ir(self, stage: str = "import") -> str:
        """The IR, as imported or after a stage: ``graph``, ``kernel``, ``loop``."""
        if stage == "import":
            return print_module(self._module)
        artifact = compile_artifact(self._source, replace(self._options, emit=("ir",)))
        if stage not in artifact.modules:
            raise CompileError(f"no stage {stage!r}: import, {', '.join(artifact.modules)}")
        return print_module(artifact.modules[stage])

    def assembly(self) -> str:
        """The machine code, as text."""
        artifact = compile_artifact(self._source, replace(self._options, emit=("asm",)))
        return artifact.compiled.assembly or ""

    def compile(self, *, target: str = "host", name: str | None = None) -> Model:
        """A model for a target."""
        options = replace(self._options, target=target, name=name)
        return Model(compile_artifact(self._source, options))

    def save(self, directory: str | Path, *, target: str = "host") -> dict[str, Path]:
        """Object, header and report; the files by what they are."""
        return self.compile(target=target).save(directory)


def jit(
    function: Any = None,
    /,
    *,
    src: str | None = None,
    target: str = "host",
    strict: bool = False,
    unroll: str | int = "auto",
    check: bool = False,
    static: str | Sequence[str] = (),
    **signature: Any,
) -> Any:
    """Compile a numerical Python function, with its control flow, to native code.

    The function as written runs in plain numpy; compiled, it gives the same values and types. It
    is compiled when it is called, once for each combination of argument types and shapes, or ahead
    of time for a signature: ``@jit(x=f32[1, 50, 16])``. ``src`` is the text of a function that has
    no file. ``strict`` forbids reassociation and contraction of float arithmetic, ``unroll`` is as
    for :func:`millrace.compile`, ``check`` makes ``assert`` statements run-time checks. Arguments
    that ``static`` names are constants of the compiled function, made for each value of theirs."""
    options = CompileOptions(target=target, strict=strict, unroll=str(unroll))
    for name, given in signature.items():
        if not isinstance(given, ArrayType | NumberType):
            raise CompileError(f"millrace.jit: {name}={given!r} is no type such as f32[2, 3]")

    def decorate(f: Any) -> JitFunction:
        if isinstance(f, JitFunction):
            f = f.__millrace_function__
        if not isinstance(f, FunctionType):
            raise CompileError(f"millrace.jit: expected a Python function, got {type(f).__name__}")
        names = (static,) if isinstance(static, str) else tuple(static)
        return JitFunction(f, options, signature, static=names, check=check)

    if src is not None:
        return decorate(_function_of_text(src))
    return decorate if function is None else decorate(function)


def zip_names(names: Sequence[str], args: Sequence[Any]) -> list[tuple[str, Any]]:
    """Arguments with the names of their parameters; those of ``*args`` have none."""
    return list(zip([*names[: len(args)], *[""] * (len(args) - len(names))], args, strict=True))


def _function_of_text(src: str) -> FunctionType:
    """The last function that the text defines."""
    file = register_source(src, "millrace.jit")
    space: dict[str, Any] = {"__name__": "__millrace__"}
    try:
        exec(compile(src, file, "exec"), space)
    except SyntaxError as e:
        raise CompileError(f"{file}:{e.lineno}: {e.msg}") from None
    found = [v for v in space.values() if isinstance(v, FunctionType)]
    if not found:
        raise CompileError("millrace.jit: the text defines no function")
    weakref.finalize(found[-1], forget_source, file)
    return found[-1]


def _by_name(module: str, name: str) -> Any:
    """For unpickling."""
    from importlib import import_module

    found: Any = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found if isinstance(found, JitFunction) else jit(found)
