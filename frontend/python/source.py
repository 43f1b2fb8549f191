"""Finding the source of a function: its syntax tree, and what its lines look like.

The whole file is parsed, once, so that positions are those of the file. Functions are found in it
by the line on which their code starts; lambdas by the place of their body as well."""

from __future__ import annotations

import ast
import itertools
import linecache
import os
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep
FunctionNode = ast.FunctionDef | ast.Lambda


@dataclass(frozen=True)
class Place:
    """A place in a file; columns count from 1."""

    file: str
    line: int
    column: int
    text: str = ""
    """The whole line."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, eq=False)
class Source:
    """One file, or what stands for one."""

    file: str
    lines: tuple[str, ...]
    tree: ast.Module = field(repr=False)

    @property
    def is_ours(self) -> bool:
        """Whether it is a part of the compiler: functions of numpy's, written in Python."""
        return self.file.startswith(_OURS)

    def place(self, node: ast.AST) -> Place:
        line = int(getattr(node, "lineno", 1))
        text = self.lines[line - 1].rstrip("\n") if 0 < line <= len(self.lines) else ""
        # Columns of the syntax tree count bytes.
        before = text.encode()[: int(getattr(node, "col_offset", 0))]
        return Place(self.file, line, len(before.decode(errors="replace")) + 1, text)


class NoSource(Exception):
    """There is no source; the message says why."""


def read_source(file: str) -> Source:
    """The file as Python's own tracebacks see it: notebooks and consoles count as files."""
    linecache.checkcache(file)
    return _parse(file, tuple(linecache.getlines(file)))


@lru_cache(maxsize=256)
def _parse(file: str, lines: tuple[str, ...]) -> Source:
    if not lines:
        raise NoSource(f"there is no source text for {file}")
    try:
        tree = ast.parse("".join(lines), file)
    except (SyntaxError, ValueError) as e:
        raise NoSource(f"{file} cannot be parsed: {e}") from None
    return Source(file, lines, tree)


def source_of(function: FunctionType) -> tuple[Source, FunctionNode]:
    """The file that ``function`` is in, and its syntax tree."""
    code = function.__code__
    source = read_source(code.co_filename)
    found = [n for n in _functions(source.tree) if _starts_at(n, code)]
    if len(found) > 1:
        found = [n for n in found if _holds(n, code)] or found
    if len(found) != 1:
        what = "several functions start" if found else "no function starts"
        raise NoSource(
            f"{what} on line {code.co_firstlineno} of {code.co_filename}; has the file changed "
            "since it was imported?"
        )
    return source, found[0]


@lru_cache(maxsize=64)
def _functions(tree: ast.Module) -> tuple[FunctionNode, ...]:
    return tuple(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.Lambda))


def _starts_at(node: FunctionNode, code: CodeType) -> bool:
    if isinstance(node, ast.Lambda):
        return code.co_name == "<lambda>" and node.lineno == code.co_firstlineno
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    return node.name == code.co_name and first == code.co_firstlineno


def _holds(node: FunctionNode, code: CodeType) -> bool:
    """Whether the code's instructions stand inside the node, of which its parameters are."""
    names = [a.arg for a in parameters(node)]
    if tuple(names) != code.co_varnames[: len(names)]:
        return False
    places = [p for p in code.co_positions() if p[0] is not None and p[2] is not None]
    end = (node.end_lineno or node.lineno, node.end_col_offset or 0)
    body = node.body if isinstance(node, ast.Lambda) else node.body[0]
    start = (body.lineno, body.col_offset)
    inside = [(line, column) for line, _, column, _ in places if (line, column) >= start]
    return bool(inside) and all((line or 0, column or 0) <= end for line, column in inside)


def parameters(node: FunctionNode) -> list[ast.arg]:
    """All parameters in the order of the code's variables."""
    a = node.args
    extra = [p for p in (a.vararg, a.kwarg) if p is not None]
    return [*a.posonlyargs, *a.args, *a.kwonlyargs, *extra]


_REGISTERED = itertools.count(1)


def register_source(text: str, name: str) -> str:
    """Let a text count as a file, for ``jit(src=...)``; the file's name."""
    file = f"<{name} {next(_REGISTERED)}>"
    lines = text.splitlines(keepends=True)
    linecache.cache[file] = (len(text), None, lines, file)
    return file


def forget_source(file: str) -> None:
    """Let go of a registered text, when nobody can ask for it any more."""
    linecache.cache.pop(file, None)


def free_names(function: FunctionType) -> dict[str, Any]:
    """The closure of a function: what its free variables hold now."""
    cells = function.__closure__ or ()
    found = {}
    for name, cell in zip(function.__code__.co_freevars, cells, strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    return found
