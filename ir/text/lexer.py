"""Tokens of the text form, and errors that point into the text.

Shaped types, arrays, maps and dense constants are one token each: they hold no values, and the
same ones come again and again, so that the parser can remember what each stands for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

from millrace.ir.errors import ParseError

_BODY = r"[^<>]*+(?:<[^<>]*+>[^<>]*+)*+"
_TOKEN_KINDS = {
    "SKIP": r"(?:\s++|//[^\n]*+)++",
    "VALUE": r"%[\w$.\-]++",
    "STRING": r'"(?:[^"\\\n]++|\\.)*+"',
    "SHAPED": rf"(?:tensor|memref|vector)<{_BODY}>",
    "AFFINE": r"affine_map<[^<>]*+>[^<>]*+>",
    "ARRAY": r"array<[^<>]*+>",
    "DENSE": r"dense<[^<>]*+>",
    "RESOURCE": r"dense_resource<[^<>]*+>",
    "HASH": rf"\#[A-Za-z_][\w$.\-]*+(?:<{_BODY}>)?+",
    "NUMBER_OF": r"\#[0-9]++",
    "NUMBER": r"-?0x[0-9A-Fa-f]++|-?[0-9]++(?:\.[0-9]*+(?:[eE][-+]?[0-9]++)?+)?+",
    "ID": r"[A-Za-z_][\w$.]*+",
    "SYMBOL": r'@(?:[A-Za-z_][\w$.\-]*+|"(?:[^"\\\n]++|\\.)*+")',
    "BLOCK": r"\^[\w$.\-]++",
    "PUNCT": r"->|<\{|\}>|[(){}\[\]<>,:=]",
    "BAD": r"[\s\S]",
}
_TOKENS = re.compile("|".join(f"(?P<{k}>{v})" for k, v in _TOKEN_KINDS.items()), re.ASCII)

_CONTEXT = 60
"""Characters shown on each side of an error's place; lines may be much longer."""


class Token(NamedTuple):
    """``kind`` is a key of the table above, or the text itself for punctuation; ``END`` at the
    end. ``start`` is the offset in the text."""

    kind: str
    text: str
    start: int


class Source:
    """A text and its name, to make errors of."""

    def __init__(self, text: str, filename: str) -> None:
        self.text = text
        self.filename = filename

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(m.end() for m in re.finditer("\n", self.text))]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def error(self, offset: int, message: str) -> ParseError:
        line, column = self.position(offset)
        begin = offset - column + 1
        end = self.text.find("\n", offset)
        end = len(self.text) if end < 0 else end
        left, right = max(begin, offset - _CONTEXT), min(end, offset + _CONTEXT)
        shown = ("..." if left > begin else "") + self.text[left:right]
        shown += "..." if right < end else ""
        lead = offset - left + (3 if left > begin else 0)
        pad = "".join("\t" if c == "\t" else " " for c in shown[:lead])
        return ParseError(f"{self.filename}:{line}:{column}: {message}\n    {shown}\n    {pad}^")


def tokenize(source: Source) -> list[Token]:
    """All tokens but blanks and comments, ended by an ``END`` token."""
    out: list[Token] = []
    for m in _TOKENS.finditer(source.text):
        kind = m.lastgroup or ""
        if kind == "SKIP":
            continue
        text = m[0]
        if kind == "PUNCT":
            kind = text
        elif kind == "BAD":
            what = "unterminated string" if text == '"' else f"unexpected character {text!r}"
            raise source.error(m.start(), what)
        out.append(Token(kind, text, m.start()))
    out.append(Token("END", "", len(source.text)))
    return out


def quote(text: str) -> str:
    """A string literal: printable characters as they are, quotes and the usual controls with a
    backslash, the bytes of all others as ``\\XX``."""
    if _PLAIN.fullmatch(text):
        return f'"{text}"'
    return '"' + "".join(map(_escape, text)) + '"'


def _escape(c: str) -> str:
    short = _ESCAPES.get(c)
    if short is not None:
        return short
    if c.isprintable():
        return c
    return "".join(f"\\{b:02X}" for b in c.encode("utf-8", "surrogatepass"))


def unquote(literal: str) -> str:
    """The text of a string literal. Raises ValueError for malformed escapes."""
    inner = literal[1:-1]
    if "\\" not in inner:
        return inner
    data = bytearray()
    last = 0
    for m in _ESCAPED.finditer(inner):
        data += inner[last : m.start()].encode("utf-8", "surrogatepass")
        data += _unescape(m[0])
        last = m.end()
    data += inner[last:].encode("utf-8", "surrogatepass")
    return data.decode("utf-8", "surrogatepass")


def _unescape(escape: str) -> bytes:
    short = _SHORT_ESCAPES.get(escape[1])
    return bytes([int(escape[1:], 16)]) if short is None else short


_PLAIN = re.compile(r"[ !#-\[\]-~]*")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_ESCAPED = re.compile(r"\\(?:[0-9A-Fa-f]{2}|.)")
_SHORT_ESCAPES = {'"': b'"', "\\": b"\\", "n": b"\n", "t": b"\t"}
