"""A position in a token list, with the checks every parser needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from millrace.ir.errors import ParseError
from millrace.ir.text.lexer import Source, Token, tokenize, unquote

MAX_DEPTH = 80
"""How deep regions, lists and types may nest; deeper text is an error, not a stack overflow."""


class Cursor:
    """``token`` is the current token; ``advance`` returns it and goes on to the next."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._tokens = tokenize(source)
        self._next = 1
        self._depth = 0
        self.token = self._tokens[0]

    def error(self, message: str, at: Token | None = None) -> ParseError:
        return self.source.error((at or self.token).start, message)

    def unexpected(self, wanted: str) -> ParseError:
        got = repr(self.token.text[:40]) if self.token.text else "the end of the text"
        return self.error(f"expected {wanted}, got {got}")

    def advance(self) -> Token:
        token = self.token
        if token.kind != "END":
            self.token = self._tokens[self._next]
            self._next += 1
        return token

    def at(self, kind: str) -> bool:
        return self.token.kind == kind

    def accept(self, kind: str) -> Token | None:
        return self.advance() if self.token.kind == kind else None

    def expect(self, kind: str, wanted: str = "") -> Token:
        if self.token.kind != kind:
            raise self.unexpected(wanted or repr(kind))
        return self.advance()

    def string(self, wanted: str) -> str:
        return self.unquoted(self.expect("STRING", wanted))

    def unquoted(self, token: Token) -> str:
        try:
            return unquote(token.text)
        except ValueError as e:
            raise self.error("malformed string", token) from e

    @contextmanager
    def nested(self) -> Iterator[None]:
        """Counts a level of nesting for the duration of the ``with`` statement."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self.error(f"nested more than {MAX_DEPTH} levels deep")
        yield
        self._depth -= 1
