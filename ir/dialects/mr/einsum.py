"""Einstein sums of any number of operands, as contractions of pairs."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.contraction import Contract, result_type
from millrace.ir.dialects.mr.kinds import Array, Composite, Tolerance
from millrace.ir.dialects.mr.movement import shape_of, transpose
from millrace.ir.dialects.mr.reduction import ReduceSum
from millrace.ir.dialects.mr.support import scalar_like, widen_array
from millrace.ir.opdef import attr, operands, result
from millrace.ir.types import Type, is_bool, tensor

if TYPE_CHECKING:
    from millrace.ir.builder import Builder


class Einsum(Composite):
    """``mr.einsum``: numpy's einsum, ``"...ij,...jk"``; without ``->`` the result has the letters
    that occur once, in alphabetical order, after the dimensions of the dots."""

    name = "mr.einsum"
    tolerance = Tolerance(accumulates=True)
    inputs: tuple[Value, ...] = operands()
    equation: str = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        types = [self.operand_type(i) for i in range(len(self.operands))]
        terms, out = self.expand()
        if is_bool(types[0].element) or any(t.element != types[0].element for t in types):
            raise self.error(f"operands are {', '.join(str(t.element) for t in types)}")
        sizes: dict[str, int] = {}
        for term, t in zip(terms, types, strict=True):
            for letter, n in zip(term, t.shape, strict=True):
                if sizes.get(letter, 1) == 1:
                    sizes[letter] = n
                elif n not in (1, sizes[letter]):
                    raise self.error(f"letter {letter!r} is {sizes[letter]} and {n}")
        if len(set(out)) != len(out) or any(c not in sizes for c in out):
            raise self.error(f"{out!r} does not name dimensions of a result")
        return (tensor([sizes[c] for c in out], types[0].element),)

    def expand(self) -> tuple[list[str], str]:
        """The operands' and the result's letters, other letters in place of the dots."""
        left, arrow, out = self.equation.replace(" ", "").partition("->")
        terms = left.split(",")
        if len(terms) != len(self.operands):
            raise self.error(f"{self.equation!r} for {len(self.operands)} operands")
        free = [c for c in string.ascii_letters if c not in self.equation]
        counts = []
        for i, term in enumerate(terms):
            rank, named = self.operand_type(i).rank, len(term.replace("...", ""))
            letters = set(term.replace("...", "")) <= set(string.ascii_letters)
            if not letters or named > rank or (named != rank and "..." not in term):
                raise self.error(f"{term!r} does not name the {rank} dimensions of operand {i}")
            counts.append(rank - named if "..." in term else 0)
        dots = "".join(free[: max(counts)])
        full = [t.replace("...", dots[len(dots) - n :]) for t, n in zip(terms, counts, strict=True)]
        if arrow:
            return full, out.replace("...", dots)
        named_letters = "".join(terms).replace(".", "")
        once = sorted(c for c in set(named_letters) if named_letters.count(c) == 1)
        return full, dots + "".join(once)

    def evaluate(self, xs: tuple[Array, ...]) -> Array:
        dtype = result_type(self).dtype
        terms, out = self.expand()
        wide = [y for x in xs if (y := widen_array(x)) is not None]
        total: Array = np.asarray(np.einsum(f"{','.join(terms)}->{out}", *wide))
        return total.astype(dtype, copy=False)

    def decompose(self, b: Builder) -> Sequence[Value]:
        terms, out = self.expand()
        value, term = self.operands[0], terms[0]
        for i in range(1, len(terms)):
            needed = set(out).union(*terms[i + 1 :])
            both = list(dict.fromkeys(term + terms[i]))
            last = i == len(terms) - 1
            kept = out if last else "".join(c for c in both if c in needed)
            equation = f"{term},{terms[i]}->{kept}"
            value, term = b.value(Contract, value, self.operands[i], equation=equation), kept
        return (self._single(b, value, term, out),)

    def _single(self, b: Builder, x: Value, term: str, out: str) -> Value:
        """Sums and permutes the dimensions of one value."""
        if len(set(term)) != len(term):
            return b.value(Contract, x, scalar_like(b, 1, x), equation=f"{term},->{out}")
        summed = tuple(i for i, c in enumerate(term) if c not in out)
        if summed:
            x = b.value(ReduceSum, x, axes=summed)
            term = "".join(c for c in term if c in out)
        assert len(shape_of(x)) == len(out)
        return transpose(b, x, [term.index(c) for c in out])
