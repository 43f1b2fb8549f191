"""Run-time sizes as the user names them, and expressions of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from millrace.ir.affine import AffineExpr, Const, cst, dim, evaluate

Sample = tuple[int, ...]
"""One size for each symbol."""


@dataclass(frozen=True)
class Symbols:
    """Sizes that are known at run time only: their names, the smallest and the largest values.
    In affine expressions of sizes, dim i is symbol i."""

    names: tuple[str, ...]
    least: Sample
    most: Sample
    found: tuple[str, ...] = ()
    """The last of the symbols follow from data: those of ``mr.bounded`` operations."""

    @property
    def given(self) -> int:
        """How many of the symbols are inputs."""
        return len(self.names) - len(self.found)

    def samples(self) -> list[Sample]:
        """Where a model is looked at: at the largest sizes, which come first, with each size
        alone at others, and with all of them small. Sizes of 1 are left out where there are
        others: there dimensions fold away."""
        found = [self.most]
        for i, (low, high) in enumerate(zip(self.least, self.most, strict=True)):
            low = min(max(low, 2), high)
            span = high - low
            picks = (low, low + 1, low + span // 3, low + span // 2, high - 2, high - 1)
            for n in dict.fromkeys(n for n in picks if low <= n < high):
                found.append((*self.most[:i], n, *self.most[i + 1 :]))
        if len(self.names) > 1:
            found.append(
                tuple(min(max(a, 2), b) for a, b in zip(self.least, self.most, strict=True))
            )
        return list(dict.fromkeys(found))

    def ones(self) -> list[Sample]:
        """The sizes of 1 that were left out."""
        return [
            (*self.most[:i], 1, *self.most[i + 1 :])
            for i, (low, high) in enumerate(zip(self.least, self.most, strict=True))
            if low == 1 < high and i < self.given
        ]


def fit(samples: Sequence[Sample], values: Sequence[int]) -> AffineExpr | None:
    """The expression that has these values at the samples; None when they do not determine an
    affine one, or one that divides an affine one."""
    if len(set(values)) == 1:
        return cst(values[0])
    linear = _fit_linear(samples, values)
    return linear if linear is not None else _fit_quotient(samples, values)


def _fit_linear(samples: Sequence[Sample], values: Sequence[int]) -> AffineExpr | None:
    base = samples[0]
    e: AffineExpr = cst(values[0])
    for i, n in enumerate(base):
        k = _slope(samples, values, i)
        if k is None:
            return None
        e = e + dim(i) * k - k * n
    right = all(evaluate(e, s) == v for s, v in zip(samples, values, strict=True))
    return e if right else None


def _slope(samples: Sequence[Sample], values: Sequence[int], i: int) -> int | None:
    """The change with symbol i alone; None when it is no whole number."""
    for s, v in zip(samples, values, strict=True):
        moved = [k for k, (a, b) in enumerate(zip(s, samples[0], strict=True)) if a != b]
        if moved == [i]:
            k, rest = divmod(values[0] - v, samples[0][i] - s[i])
            return None if rest else k
    return 0


MAX_DIVISOR = 64


def _fit_quotient(samples: Sequence[Sample], values: Sequence[int]) -> AffineExpr | None:
    """``(n + c) floordiv d`` of one symbol. Of several that fit the samples none is taken: they
    would differ elsewhere."""
    found: list[AffineExpr] = []
    for i in range(len(samples[0])):
        sizes = [s[i] for s in samples]
        for d in range(2, MAX_DIVISOR if len(set(sizes)) > 1 else 2):
            low = max(v * d - n for n, v in zip(sizes, values, strict=True))
            high = min(v * d - n + d - 1 for n, v in zip(sizes, values, strict=True))
            found += [(dim(i) + c) // d for c in range(low, high + 1)]
    return found[0] if len(found) == 1 else None


def is_fixed(e: AffineExpr) -> bool:
    """True for a size that does not change."""
    return isinstance(e, Const)
