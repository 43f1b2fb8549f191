"""Pipelines as text: ``canonicalize,cse,unroll{mode=full}``.

A pass is its name and, in braces, those of its fields that differ from the defaults; names are
in kebab case, pairs are separated by commas or blanks. Values are numbers, ``true``/``false``,
``none``, bare words or "quoted text"; a tuple is written ``[1, 2]``.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from enum import Enum
from types import MappingProxyType
from typing import Any, Literal, NoReturn, Union, get_args, get_origin, get_type_hints

from millrace.ir.errors import CompileError
from millrace.passes import all_passes
from millrace.passes.base import Pass

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_WORD = re.compile(r"[^\s,{}\[\]\"=]+")
_BLANK = re.compile(r"\s*")


def parse_pipeline(text: str, registry: Mapping[str, type[Pass]] | None = None) -> tuple[Pass, ...]:
    """The passes of a pipeline. Errors are CompileErrors with a caret under the place."""
    return _Parser(text, all_passes() if registry is None else registry).pipeline()


def print_pipeline(passes: Sequence[Pass]) -> str:
    """The shortest text that :func:`parse_pipeline` reads back as ``passes``."""
    return ",".join(map(print_pass, passes))


def print_pass(p: Pass) -> str:
    options = []
    for f in fields(p):
        value = getattr(p, f.name)
        if value != _default(f):
            options.append(f"{_kebab(f.name)}={_print_value(value)}")
    return p.name + (f"{{{' '.join(options)}}}" if options else "")


def options_of(cls: type[Pass]) -> dict[str, tuple[str, str]]:
    """Option name to (type, default) as text, for the reference of passes."""
    hints = get_type_hints(cls)
    out = {}
    for f in fields(cls):
        default = _default(f)
        shown = "required" if default is MISSING else _print_value(default)
        out[_kebab(f.name)] = (_type_text(hints[f.name]), shown)
    return out


def _default(f: Field[Any]) -> Any:
    return f.default_factory() if f.default_factory is not MISSING else f.default


def _kebab(name: str) -> str:
    return name.replace("_", "-")


def _type_text(t: Any) -> str:
    return t.__name__ if isinstance(t, type) and get_origin(t) is None else str(t)


def _print_value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return _print_value(value.value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(_print_value, value))}]"
    if isinstance(value, str):
        bare = _WORD.fullmatch(value) and value not in ("none", "true", "false")
        return value if bare else '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'
    return repr(value)


class _Quoted(str):
    """Text that stood in quotes: never a number or ``none``."""


_BOOLS: Mapping[str, bool] = MappingProxyType({"true": True, "false": False})


def _to_bool(text: str) -> bool:
    if text not in _BOOLS:
        raise ValueError
    return _BOOLS[text]


_SCALARS: Mapping[Any, Callable[[str], Any]] = MappingProxyType(
    {bool: _to_bool, int: lambda s: int(s, 0), float: float, str: str}
)


def _convert(raw: Any, t: Any) -> Any:
    """``raw`` (text, or a list of texts) as a value of type ``t``; ValueError when it is none."""
    origin = get_origin(t)
    if origin in (Union, types.UnionType):
        for choice in get_args(t):
            try:
                return _convert(raw, choice)
            except ValueError:
                continue
        raise ValueError
    if t is type(None):
        if raw != "none" or isinstance(raw, _Quoted):
            raise ValueError
        return None
    if origin is Literal:
        found = [v for v in get_args(t) if str(v) == raw]
        if not found:
            raise ValueError
        return found[0]
    if origin is tuple:
        if not isinstance(raw, list):
            raise ValueError
        return tuple(_convert(r, get_args(t)[0]) for r in raw)
    if isinstance(raw, list):
        raise ValueError
    if isinstance(t, type) and issubclass(t, Enum):
        return t(raw)
    if isinstance(raw, _Quoted) and t is not str:
        raise ValueError
    value = _SCALARS[t](raw)
    return str(value) if t is str else value


class _Parser:
    def __init__(self, text: str, registry: Mapping[str, type[Pass]]) -> None:
        self.text = text
        self.at = 0
        self.registry = registry

    def fail(self, at: int, message: str) -> NoReturn:
        raise CompileError(f"pipeline: {message}\n  {self.text}\n  {' ' * at}^")

    def skip(self) -> None:
        found = _BLANK.match(self.text, self.at)
        assert found is not None
        self.at = found.end()

    def peek(self) -> str:
        self.skip()
        return self.text[self.at : self.at + 1]

    def take(self, mark: str) -> bool:
        if self.peek() == mark:
            self.at += 1
            return True
        return False

    def expect(self, mark: str) -> None:
        if not self.take(mark):
            self.fail(self.at, f"expected '{mark}'")

    def match(self, pattern: re.Pattern[str], what: str) -> str:
        self.skip()
        found = pattern.match(self.text, self.at)
        if found is None:
            self.fail(self.at, f"expected {what}")
        self.at = found.end()
        return found.group(found.lastindex or 0)

    def pipeline(self) -> tuple[Pass, ...]:
        passes: list[Pass] = []
        if not self.peek():
            return ()
        while True:
            passes.append(self.one_pass())
            if not self.peek():
                return tuple(passes)
            self.expect(",")

    def one_pass(self) -> Pass:
        self.skip()
        start = self.at
        name = self.match(_NAME, "the name of a pass")
        cls = self.registry.get(name)
        if cls is None:
            self.fail(start, f"there is no pass {name!r}; there are {', '.join(self.registry)}")
        options: dict[str, Any] = {}
        if self.take("{"):
            while not self.take("}"):
                self.option(cls, options)
                self.take(",")
        missing = [
            _kebab(f.name) for f in fields(cls) if _default(f) is MISSING and f.name not in options
        ]
        if missing:
            self.fail(start, f"{name} needs {', '.join(missing)}")
        return cls(**options)

    def option(self, cls: type[Pass], options: dict[str, Any]) -> None:
        self.skip()
        start = self.at
        key = self.match(_NAME, "an option or '}'")
        hints = get_type_hints(cls)
        known = {_kebab(f.name): f.name for f in fields(cls)}
        if key not in known:
            listed = f"its options are {', '.join(known)}" if known else "it has no options"
            self.fail(start, f"{cls.name} has no option {key!r}; {listed}")
        self.expect("=")
        self.skip()
        start = self.at
        raw = self.value()
        t = hints[known[key]]
        try:
            options[known[key]] = _convert(raw, t)
        except ValueError:
            self.fail(start, f"{cls.name}: {key} takes {_type_text(t)}")

    def value(self) -> Any:
        if self.take("["):
            items = []
            while not self.take("]"):
                items.append(self.scalar())
                self.take(",")
            return items
        return self.scalar()

    def scalar(self) -> str:
        if self.peek() == '"':
            text = self.match(_QUOTED, "closing quote")
            return _Quoted(re.sub(r"\\(.)", r"\1", text))
        return self.match(_WORD, "a value")
