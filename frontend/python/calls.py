"""Calls: functions with source are run in place, numpy's and Python's own by rows."""

from __future__ import annotations

import ast
import dataclasses
import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.frontend.python.alternatives import alternative
from millrace.frontend.python.functions import call_function, function_of
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


class Keywords(dict[str, Abstract]):
    """Keyword arguments, and which of them a row has asked for: one that it does not know must
    not be lost."""

    def __init__(self, given: Mapping[str, Abstract] | None = None) -> None:
        super().__init__(given or {})
        self.read: set[str] = set(given.read) if isinstance(given, Keywords) else set()

    def get(self, name: str, default: Any = None) -> Any:
        self.read.add(name)
        return super().get(name, default)

    def all(self) -> dict[str, Abstract]:
        """All of them, for someone who knows what to make of each."""
        self.read.update(self)
        return dict(self)


class Call:
    """A call of a function of numpy's or Python's: its arguments, read by parameter."""

    def __init__(
        self,
        it: Interpreter,
        name: str,
        args: Sequence[Abstract],
        keywords: Mapping[str, Abstract] | None = None,
    ) -> None:
        self.it = it
        self.name = name
        self.args = tuple(args)
        self.keywords = keywords if isinstance(keywords, Keywords) else Keywords(keywords)

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
        """Refuse arguments that the row does not know; ``names`` are all that it does."""
        self.keywords.read.update(names)
        self.check()
        if len(self.args) > count:
            raise self.misfit(f"takes {count} arguments, {len(self.args)} are given")

    def check(self) -> None:
        """Refuse keyword arguments that nobody has asked for."""
        for name in self.keywords.keys() - self.keywords.read:
            v = dict.get(self.keywords, name)
            if not (isinstance(v, Known) and v.value is None):
                raise self.it.fail("J047", argument=name, name=self.name)

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
    raise it.fail("J012", name=it.describe(f), fix=alternative(it.describe(f)))


def _known(
    it: Interpreter, f: Any, args: Sequence[Abstract], keywords: Mapping[str, Abstract]
) -> Abstract:
    from millrace.frontend.python.rows import find_row

    f = getattr(f, "__millrace_function__", f)
    row = find_row(f)
    name = _name(f)
    call = Call(it, name, args, keywords)
    if row is not None:
        return run_row(row, _positional(f, call))
    if isinstance(getattr(f, "__self__", None), np.ufunc):
        from millrace.frontend.python.ufunc_calls import call_method

        return call_method(it, f, call)
    folded = fold_call(call, f)
    if folded is not None:
        return folded
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
    module = getattr(f, "__module__", None) or ""
    raise it.fail("J012", name=name, fix=alternative(name, module))


def run_row(row: Row, c: Call) -> Abstract:
    """What a row makes of a call all of whose arguments it has read."""
    from millrace.frontend.python.ufunc_calls import into

    out = c.keywords.pop("out", None) if c.name.startswith("numpy.") else None
    result = row(c)
    if out is not None and not (isinstance(out, Known) and out.value is None):
        result = into(c.it, c, out, result)
    c.check()
    return result


def _positional(f: Any, c: Call) -> Call:
    """The call with its first argument by position, as rows expect it."""
    if c.args or not c.keywords or not _name(f).startswith("numpy."):
        return c
    try:
        first = next(iter(inspect.signature(f).parameters))
    except (TypeError, ValueError, StopIteration):
        return c
    rest = {k: v for k, v in c.keywords.items() if k != first}
    return Call(c.it, c.name, (c.keywords[first],), rest) if first in c.keywords else c


def fold_call(c: Call, f: Any) -> Abstract | None:
    """A function of numpy's, math's or itertools' on arguments that are all known: its value.
    None when that cannot be."""
    module = (getattr(f, "__module__", None) or "").partition(".")[0]
    if not isinstance(f, np.ufunc) and module not in ("numpy", "math", "operator", "_operator"):
        return None
    if "random" in (getattr(f, "__module__", None) or "") or isinstance(f, type):
        return None
    from millrace.frontend.python.creation import fresh
    from millrace.frontend.python.errors import JitError

    try:
        args = [c.it.known(a, "an argument") for a in c.args]
        words = {k: c.it.known(v, "an argument") for k, v in c.keywords.items()}
    except JitError:
        return None
    try:
        with np.errstate(all="ignore"):
            return fresh(c, f(*args, **words))
    except Exception as e:
        text = f"{type(e).__name__}: {e}"
        raise c.it.fail("J025", what=text, fix="change the arguments") from None


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


def _name(f: Any) -> str:
    module = getattr(f, "__module__", None) or ""
    name = getattr(f, "__qualname__", None) or getattr(f, "__name__", None) or repr(f)
    if module in ("numpy.linalg", "numpy.fft", "numpy.random"):
        return f"{module}.{name}"
    if isinstance(f, np.ufunc) or module.partition(".")[0] == "numpy":
        return f"numpy.{name}"
    return name if module in ("", "builtins") else f"{module}.{name}"
