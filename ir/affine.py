"""Affine expressions and maps, frozen and hashed, in MLIR's syntax.

A map takes ``num_dims`` iteration indices to a tuple of expressions:
``affine_map<(d0, d1) -> (d0 * 2 + 1, d1 floordiv 3)>``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


class AffineExpr:
    """Base of affine expressions; build them with ``dim(i)``, ``cst(c)`` and the operators."""

    __slots__ = ()

    def __add__(self, other: AffineExpr | int) -> AffineExpr:
        return _add(self, as_expr(other))

    def __radd__(self, other: int) -> AffineExpr:
        return _add(as_expr(other), self)

    def __sub__(self, other: AffineExpr | int) -> AffineExpr:
        return _add(self, as_expr(other) * -1)

    def __mul__(self, factor: int) -> AffineExpr:
        return _mul(self, factor)

    def __rmul__(self, factor: int) -> AffineExpr:
        return _mul(self, factor)

    def __floordiv__(self, divisor: int) -> AffineExpr:
        return _div_mod("floordiv", self, divisor)

    def __mod__(self, divisor: int) -> AffineExpr:
        return _div_mod("mod", self, divisor)


@dataclass(frozen=True)
class Dim(AffineExpr):
    index: int

    def __str__(self) -> str:
        return f"d{self.index}"


@dataclass(frozen=True)
class Const(AffineExpr):
    value: int

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True)
class Binary(AffineExpr):
    """``kind`` is ``+``, ``*``, ``floordiv`` or ``mod``; right of all but ``+`` stands a Const."""

    kind: str
    lhs: AffineExpr
    rhs: AffineExpr

    def __str__(self) -> str:
        """Read from the left, with parentheses where that would give another tree."""
        bare_left = ("+", "*") if self.kind == "+" else ()
        bare_right = ("*",) if self.kind == "+" else ()
        return f"{_side(self.lhs, bare_left)} {self.kind} {_side(self.rhs, bare_right)}"


def _side(e: AffineExpr, bare: tuple[str, ...]) -> str:
    return f"({e})" if isinstance(e, Binary) and e.kind not in bare else str(e)


def dim(index: int) -> AffineExpr:
    return Dim(index)


def cst(value: int) -> AffineExpr:
    return Const(int(value))


def as_expr(e: AffineExpr | int) -> AffineExpr:
    return Const(int(e)) if isinstance(e, int) else e


def _add(a: AffineExpr, b: AffineExpr) -> AffineExpr:
    if isinstance(a, Const) and isinstance(b, Const):
        return Const(a.value + b.value)
    if isinstance(a, Const):
        a, b = b, a
    if isinstance(b, Const):
        if b.value == 0:
            return a
        if isinstance(a, Binary) and a.kind == "+" and isinstance(a.rhs, Const):
            return _add(a.lhs, Const(a.rhs.value + b.value))
    elif isinstance(a, Binary) and a.kind == "+" and isinstance(a.rhs, Const):
        return _add(_add(a.lhs, b), a.rhs)
    elif isinstance(b, Binary) and b.kind == "+" and isinstance(b.rhs, Const):
        return _add(_add(a, b.lhs), b.rhs)
    return Binary("+", a, b)


def _mul(a: AffineExpr, factor: int) -> AffineExpr:
    factor = int(factor)
    if factor == 0:
        return Const(0)
    if factor == 1:
        return a
    if isinstance(a, Const):
        return Const(a.value * factor)
    if isinstance(a, Binary) and a.kind == "*":
        assert isinstance(a.rhs, Const)
        return _mul(a.lhs, a.rhs.value * factor)
    if isinstance(a, Binary) and a.kind == "+":
        return _add(_mul(a.lhs, factor), _mul(a.rhs, factor))
    return Binary("*", a, Const(factor))


def _div_mod(kind: str, a: AffineExpr, divisor: int) -> AffineExpr:
    divisor = int(divisor)
    assert divisor > 0, "affine division by a non-positive constant"
    if divisor == 1:
        return a if kind == "floordiv" else Const(0)
    if isinstance(a, Const):
        return Const(a.value // divisor if kind == "floordiv" else a.value % divisor)
    return Binary(kind, a, Const(divisor))


def evaluate(e: AffineExpr, dims: Sequence[Any]) -> Any:
    """The expression's value with integers or integer arrays for the dims."""
    if isinstance(e, Dim):
        return dims[e.index]
    if isinstance(e, Const):
        return e.value
    assert isinstance(e, Binary)
    a, b = evaluate(e.lhs, dims), evaluate(e.rhs, dims)
    return _EVAL[e.kind](a, b)


_EVAL: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "*": lambda a, b: a * b,
    "floordiv": lambda a, b: a // b,
    "mod": lambda a, b: a % b,
}


def substitute(e: AffineExpr, dims: Sequence[AffineExpr]) -> AffineExpr:
    """The expression with ``dims[i]`` in place of dim i."""
    if isinstance(e, Dim):
        return dims[e.index]
    if isinstance(e, Const):
        return e
    assert isinstance(e, Binary)
    a = substitute(e.lhs, dims)
    if e.kind == "+":
        return a + substitute(e.rhs, dims)
    assert isinstance(e.rhs, Const)
    if e.kind == "*":
        return a * e.rhs.value
    return _div_mod(e.kind, a, e.rhs.value)


def linear_form(e: AffineExpr, num_dims: int) -> tuple[list[int], int] | None:
    """(coefficients, constant) when the expression is linear in the dims, else None."""
    if isinstance(e, Dim):
        return [int(i == e.index) for i in range(num_dims)], 0
    if isinstance(e, Const):
        return [0] * num_dims, e.value
    assert isinstance(e, Binary)
    a = linear_form(e.lhs, num_dims)
    b = linear_form(e.rhs, num_dims)
    if a is None or b is None:
        return None
    if e.kind == "+":
        return [x + y for x, y in zip(a[0], b[0], strict=True)], a[1] + b[1]
    if e.kind == "*":
        return [x * b[1] for x in a[0]], a[1] * b[1]
    return None


def dims_of(e: AffineExpr) -> set[int]:
    """The dims that occur in the expression."""
    if isinstance(e, Dim):
        return {e.index}
    if isinstance(e, Binary):
        return dims_of(e.lhs) | dims_of(e.rhs)
    return set()


@dataclass(frozen=True)
class AffineMap:
    num_dims: int
    results: tuple[AffineExpr, ...]

    @staticmethod
    def identity(rank: int) -> AffineMap:
        return AffineMap(rank, tuple(Dim(i) for i in range(rank)))

    @staticmethod
    def of(num_dims: int, *results: AffineExpr | int) -> AffineMap:
        return AffineMap(num_dims, tuple(as_expr(r) for r in results))

    @staticmethod
    def permutation(perm: Sequence[int]) -> AffineMap:
        """Result i is dim ``perm[i]``."""
        return AffineMap(len(perm), tuple(Dim(int(p)) for p in perm))

    @property
    def is_identity(self) -> bool:
        return self.results == tuple(Dim(i) for i in range(self.num_dims))

    @property
    def is_projected_permutation(self) -> bool:
        """Every result is a distinct dim."""
        idx = [e.index for e in self.results if isinstance(e, Dim)]
        return len(idx) == len(self.results) == len(set(idx))

    def compose(self, inner: AffineMap) -> AffineMap:
        """The map ``x -> self(inner(x))``."""
        return AffineMap(inner.num_dims, tuple(substitute(e, inner.results) for e in self.results))

    def evaluate(self, dims: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(evaluate(e, dims) for e in self.results)

    def __str__(self) -> str:
        dims = ", ".join(f"d{i}" for i in range(self.num_dims))
        return f"affine_map<({dims}) -> ({', '.join(map(str, self.results))})>"
