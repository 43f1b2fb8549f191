"""Calls: functions with source are run in place, numpy's and Python's own by rows."""

from __future__ import annotations

import ast
import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.frontend.python.functions import call_function, function_of
from millrace.frontend.python.operators import apply
from millrace.frontend.python.ufuncs import ROWS as UFUNCS
from millrace.frontend.python.values import (
    Abstract,
    Bound,
    DictRef,
    Function,
    Known,
    Method,
    Tuple,
    field_names,
)

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


@dataclass(frozen=True)
class Call:
    """A call of a function of numpy's or Python's: its arguments, read by parameter."""

    it: Interpreter
    name: str
    args: tuple[Abstract, ...]
    keywords: dict[str, Abstract]

    def get(self, position: int, name: str) -> Abstract | None:
        """An argument by position or name; None when it is not given, or is None."""
        v = self.args[position] if 0 <= position < len(self.args) else self.keywords.get(name)
        return None if isinstance(v, Known) and v.value is None else v

    def need(self, position: int, name: str) -> Abstract:
        v = self.get(position, name)
        if v is None:
            raise self.misfit(f"needs an argument for {name!r}")
        return v

    def known(self, position: int, name: str, default: Any) -> Any:
        v = self.get(position, name)
        return default if v is None else self.it.known(v, f"{name} of {self.name}")

    def allow(self, count: int, *names: str) -> None:
        """Refuse arguments that the row does not know."""
        for name, v in self.keywords.items():
            default = isinstance(v, Known) and v.value is None
            if name not in names and not default:
                raise self.it.fail("J047", argument=name, name=self.name)
        if len(self.args) > count:
            raise self.misfit(f"takes {count} arguments, {len(self.args)} are given")

    def misfit(self, reason: str) -> Exception:
        return self.it.fail("J013", name=self.name, reason=reason, fix=f"see help({self.name})")


Row = Callable[[Call], Abstract]


def call(it: Interpreter, node: ast.Call) -> Abstract:
    """A call expression."""
    from millrace.frontend.python.expressions import items

    f = it.eval(node.func)
    args = items(it, node.args)
    keywords: dict[str, Abstract] = {}
    for k in node.keywords:
        if k.arg is not None:
            keywords[k.arg] = it.eval(k.value)
            continue
        spread = it.eval(k.value)
        if not isinstance(spread, DictRef):
            raise it.fail("J015", what="** of a call", got=spread.describe(), fix="use a dict")
        keywords |= it.state.heap[spread.cell]
    return invoke(it, f, args, keywords)


def invoke(
    it: Interpreter, f: Abstract, args: Sequence[Abstract], keywords: Mapping[str, Abstract]
) -> Abstract:
    """Call any value."""
    if isinstance(f, Function):
        return call_function(it, f, args, keywords)
    if isinstance(f, Bound):
        return invoke(it, f.function, [*f.args, *args], {**f.keywords, **keywords})
    if isinstance(f, Method):
        from millrace.frontend.python.methods import call_method

        return call_method(it, f, args, keywords)
    if isinstance(f, Known):
        return _known(it, f.value, args, keywords)
    raise it.fail("J012", name=it.describe(f))


def _known(
    it: Interpreter, f: Any, args: Sequence[Abstract], keywords: Mapping[str, Abstract]
) -> Abstract:
    from millrace.frontend.python.rows import find_row

    f = getattr(f, "__millrace_function__", f)
    row = find_row(f)
    name = _name(f)
    if row is not None:
        return row(Call(it, name, tuple(args), dict(keywords)))
    if isinstance(f, np.ufunc) and f in UFUNCS:
        return _ufunc(Call(it, name, tuple(args), dict(keywords)), f)
    if isinstance(f, FunctionType):
        return call_function(it, function_of(it, f), args, keywords)
    if isinstance(f, MethodType):
        bound = [Known(f.__self__), *args]
        return invoke(it, Known(f.__func__), bound, keywords)
    if isinstance(f, type) and field_names(f):
        return _record(it, f, args, keywords)
    if isinstance(f, functools.partial):
        given = [it.wrap(a) for a in f.args]
        extra = {k: it.wrap(v) for k, v in f.keywords.items()}
        return invoke(it, it.wrap(f.func), [*given, *args], {**extra, **keywords})
    method = vars(type(f)).get("__call__")
    if isinstance(method, FunctionType):
        return invoke(it, Known(method), [Known(f), *args], keywords)
    if "random" in (getattr(f, "__module__", None) or "") or _is_generator(f):
        raise it.fail("J042", name=name)
    raise it.fail("J012", name=name)


def _is_generator(f: Any) -> bool:
    owner = getattr(f, "__self__", None)
    return isinstance(owner, np.random.Generator | np.random.RandomState)


def _record(
    it: Interpreter, kind: type, args: Sequence[Abstract], keywords: Mapping[str, Abstract]
) -> Abstract:
    """An instance of a named tuple or a dataclass."""
    names = field_names(kind)
    given = {**dict(zip(names, args, strict=False)), **keywords}
    for name, default in _defaults(kind).items():
        given.setdefault(name, it.wrap(default))
    if len(args) > len(names) or set(given) != set(names):
        reason = f"has the fields {', '.join(names)}"
        raise it.fail("J013", name=kind.__name__, reason=reason, fix=f"give {len(names)} values")
    return Tuple(tuple(given[n] for n in names), kind)


def _defaults(kind: type) -> dict[str, Any]:
    if not dataclasses.is_dataclass(kind):
        return dict(getattr(kind, "_field_defaults", {}))
    fields = dataclasses.fields(kind)
    return {f.name: f.default for f in fields if f.default is not dataclasses.MISSING}


def _ufunc(c: Call, f: np.ufunc) -> Abstract:
    c.allow(f.nin, "dtype")
    if len(c.args) != f.nin:
        raise c.misfit(f"takes {f.nin} arguments, {len(c.args)} are given")
    result = apply(c.it, f, c.args, c.name)
    wanted = c.known(-1, "dtype", None)
    if wanted is None:
        return result
    from millrace.frontend.python.methods import astype

    return astype(c.it, result, np.dtype(wanted))


def _name(f: Any) -> str:
    module = getattr(f, "__module__", None) or ""
    name = getattr(f, "__qualname__", None) or getattr(f, "__name__", None) or repr(f)
    if isinstance(f, np.ufunc) or module.partition(".")[0] == "numpy":
        return f"numpy.{name}"
    return name if module in ("", "builtins") else f"{module}.{name}"
