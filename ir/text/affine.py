"""Affine maps from text: the inverse of their ``str()``.

The grammar is MLIR's without symbols: sums and differences of terms; a term is an atom multiplied
by, divided by or taken modulo constants.
"""

from __future__ import annotations

import re

from millrace.ir.affine import AffineExpr, AffineMap, Binary, Const, Dim, cst
from millrace.ir.text.numbers import MAX_DIGITS

_MAP = re.compile(r"affine_map<\s*\((?P<dims>[^()]*)\)\s*->\s*\((?P<results>.*)\)\s*>", re.DOTALL)
_TOKEN = re.compile(r"\s*(?:(?P<word>[A-Za-z_]\w*)|(?P<int>[0-9]+)|(?P<op>[-+*(),]))", re.ASCII)
_MAX_DEPTH = 50


def affine_map(text: str) -> AffineMap:
    """The map that ``text`` stands for. Raises ValueError with what is wrong."""
    m = _MAP.fullmatch(text)
    if m is None:
        raise ValueError("malformed affine map")
    names = [d.strip() for d in m["dims"].split(",")] if m["dims"].strip() else []
    if len(set(names)) != len(names) or not all(re.fullmatch(r"[A-Za-z_]\w*", n) for n in names):
        raise ValueError("malformed dims of affine map")
    parser = _Parser(m["results"], {n: i for i, n in enumerate(names)})
    return AffineMap(len(names), parser.results())


class _Parser:
    def __init__(self, text: str, dims: dict[str, int]) -> None:
        self.dims = dims
        self.tokens = _tokens(text)
        self.pos = 0
        self.depth = 0

    def results(self) -> tuple[AffineExpr, ...]:
        out: list[AffineExpr] = []
        if self._peek():
            out.append(self._sum())
            while self._accept(","):
                out.append(self._sum())
        if self._peek():
            raise ValueError(f"unexpected {self._peek()!r} in affine map")
        return tuple(out)

    def _peek(self) -> str:
        return self.tokens[self.pos] if self.pos < len(self.tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self.pos += 1
        return token

    def _accept(self, token: str) -> bool:
        if self._peek() != token:
            return False
        self.pos += 1
        return True

    def _sum(self) -> AffineExpr:
        left = self._term()
        while self._peek() in ("+", "-"):
            minus = self._next() == "-"
            right = self._term()
            left = left - right if minus else Binary("+", left, right)
        return left

    def _term(self) -> AffineExpr:
        left = self._atom()
        while self._peek() in ("*", "floordiv", "mod"):
            kind = self._next()
            right = self._atom()
            if kind == "*" and isinstance(left, Const) and not isinstance(right, Const):
                left, right = right, left
            if not isinstance(right, Const):
                raise ValueError(f"the right side of {kind} must be a constant")
            if kind != "*" and right.value <= 0:
                raise ValueError(f"{kind} by a non-positive constant")
            left = Binary(kind, left, right)
        return left

    def _atom(self) -> AffineExpr:
        token = self._next()
        if token == "-":
            inner = self._atom_limited()
            return cst(-inner.value) if isinstance(inner, Const) else inner * -1
        if token == "(":
            inner = self._sum_limited()
            if not self._accept(")"):
                raise ValueError("missing ) in affine map")
            return inner
        if token in self.dims:
            return Dim(self.dims[token])
        if token.isdigit() and len(token) <= MAX_DIGITS:
            return Const(int(token))
        raise ValueError(
            f"unexpected {token!r} in affine map" if token else "affine map ends early"
        )

    def _atom_limited(self) -> AffineExpr:
        self._descend()
        out = self._atom()
        self.depth -= 1
        return out

    def _sum_limited(self) -> AffineExpr:
        self._descend()
        out = self._sum()
        self.depth -= 1
        return out

    def _descend(self) -> None:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise ValueError("affine map nested too deeply")


def _tokens(text: str) -> list[str]:
    out = []
    pos, end = 0, len(text.rstrip())
    while pos < end:
        m = _TOKEN.match(text, pos)
        if m is None:
            raise ValueError(f"unexpected {text[pos:].strip()[:1]!r} in affine map")
        out.append(m[0].strip())
        pos = m.end()
    return out
