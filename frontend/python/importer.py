"""From a Python function and the types of its arguments to a module at GRAPH level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

from millrace.frontend.python.functions import bind, function_of, run_function
from millrace.frontend.python.interpreter import Interpreter
from millrace.frontend.python.signature import (
    ArraySpec,
    MappingSpec,
    Output,
    OutputConstant,
    OutputLeaf,
    OutputMapping,
    OutputSequence,
    SequenceSpec,
    Spec,
    StaticSpec,
    leaves,
)
from millrace.frontend.python.values import (
    Abstract,
    ArrayRef,
    Cell,
    DictRef,
    Known,
    ListRef,
    Number,
    Tuple,
)
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func, Return
from millrace.ir.errors import CompileError, MillraceError
from millrace.ir.location import Location
from millrace.ir.types import FunctionType as IRFunctionType


@dataclass(frozen=True)
class Imported:
    """``output`` says how the function's result is made of the module's outputs."""

    module: Module
    output: Output


def import_function(
    function: FunctionType,
    args: Sequence[Spec],
    keywords: Mapping[str, Spec] | None = None,
    *,
    check_asserts: bool = False,
) -> Imported:
    """``function`` for arguments of these types. Whatever is wrong with it is a
    :class:`CompileError` with the place in the source."""
    words = dict(keywords or {})
    try:
        return _Import(args, words).run(function, check_asserts=check_asserts)
    except MillraceError:
        raise
    except RecursionError as e:
        raise CompileError(f"{function.__qualname__}: nested too deeply") from e


class _Import:
    def __init__(self, args: Sequence[Spec], keywords: Mapping[str, Spec]) -> None:
        self.args, self.keywords = args, keywords
        specs = [leaf for s in (*args, *keywords.values()) for leaf in leaves(s)]
        self.entry = Block([s.type for s in specs])
        self.it = Interpreter(self.entry)
        self._next = iter(self.entry.args)
        self.names: list[str] = []
        self.results: list[Value] = []

    def run(self, function: FunctionType, *, check_asserts: bool) -> Imported:
        it = self.it
        it.check_asserts = check_asserts
        f = function_of(it, function)
        with it.at(f.node, f.source):
            positional = [p.arg for p in (*f.node.args.posonlyargs, *f.node.args.args)]
            labels = [*positional, *(f"arg{i}" for i in range(len(self.args)))]
            args = [self._argument(s, n) for s, n in zip(self.args, labels, strict=False)]
            words = {k: self._argument(s, k) for k, s in self.keywords.items()}
            names = bind(it, f, args, words)
        value = run_function(it, f, names)
        with it.at(f.node, f.source):
            output = self._output(value)
        if not self.results:  # a function has at least one output
            self.results.append(it.emit.constant(True))
        it.emit.insert(Return([it.emit.use(v) for v in self.results]))
        return Imported(self._module(function), output)

    # ---- arguments

    def _argument(self, spec: Spec, name: str) -> Abstract:
        if isinstance(spec, StaticSpec):
            return self.it.wrap(spec.value, f"the argument {name!r}")
        if isinstance(spec, SequenceSpec):
            items = tuple(self._argument(s, f"{name}[{i}]") for i, s in enumerate(spec.items))
            if spec.kind is not list:
                return Tuple(items, spec.kind)
            return ListRef(self._cell(name, items))
        if isinstance(spec, MappingSpec):
            content = {k: self._argument(s, f"{name}[{k!r}]") for k, s in spec.items}
            return DictRef(self._cell(name, content))
        ir = next(self._next)
        self.names.append(name)
        if spec.scalar:
            return Number(ir, spec.python)
        return ArrayRef(self._cell(name, ir))

    def _cell(self, name: str, content: Any) -> Cell:
        cell = Cell(f"the argument {name!r}")
        self.it.state.heap[cell] = content
        return cell

    # ---- results

    def _output(self, v: Abstract) -> Output:
        it = self.it
        if isinstance(v, Known):
            return OutputConstant(v.value)
        if isinstance(v, Number):
            return self._leaf(v.ir, v.python, scalar=True)
        if isinstance(v, ArrayRef):
            return self._leaf(it.read(v), None, scalar=False)
        if isinstance(v, Tuple):
            return OutputSequence(v.kind, tuple(map(self._output, v.items)))
        if isinstance(v, ListRef):
            from millrace.frontend.python import lists

            items = lists.items(it, v)
            return OutputSequence(list, tuple(map(self._output, items)))
        if isinstance(v, DictRef):
            content = it.state.heap[v.cell]
            return OutputMapping(tuple((k, self._output(x)) for k, x in content.items()))
        raise it.fail("J048", what=it.describe(v))

    def _leaf(self, ir: Value, python: type | None, *, scalar: bool) -> OutputLeaf:
        self.results.append(ir)
        return OutputLeaf(len(self.results) - 1, python, scalar)

    # ---- the module

    def _module(self, function: FunctionType) -> Module:
        file = function.__code__.co_filename
        loc = Location(name=function.__name__, file=file)
        count = len(self.results)
        func = Func(
            sym_name="main",
            function_type=IRFunctionType(
                tuple(a.type for a in self.entry.args), tuple(v.type for v in self.results)
            ),
            role="entry",
            arg_names=tuple(_unique(self.names)),
            result_names=("result",) if count == 1 else tuple(f"result{i}" for i in range(count)),
            block=self.entry,
            loc=loc,
        )
        module = Module(sym_name=Path(function.__name__).stem, loc=loc)
        Builder(module.block).insert(func)
        return module


def _unique(names: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    out = []
    for n in names:
        count = seen.get(n, 0)
        seen[n] = count + 1
        out.append(f"{n}_{count}" if count else n)
    return out


__all__ = ["ArraySpec", "Imported", "import_function"]
