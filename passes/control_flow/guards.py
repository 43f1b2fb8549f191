"""Guards: when a token is live, as a function of the predicates.

A guard is a disjunction of conjunctions of (predicate, branch), kept as a reduced decision diagram
with one child a branch: equal guards are equal numbers, and implication is one operation.
"""

from __future__ import annotations

FALSE = 0
"""The guard of what is never live."""
TRUE = 1
"""The guard of what is always live."""
_BOTTOM = 1 << 60


class Guards:
    """Makes and combines guards. Predicates are numbers; smaller ones are decided first."""

    def __init__(self) -> None:
        self._nodes: list[tuple[int, tuple[int, ...]]] = [(_BOTTOM, ()), (_BOTTOM, ())]
        self._unique: dict[tuple[int, tuple[int, ...]], int] = {}
        self._and: dict[tuple[int, int], int] = {}
        self._or: dict[tuple[int, int], int] = {}
        self._support: dict[int, frozenset[int]] = {FALSE: frozenset(), TRUE: frozenset()}

    def literal(self, predicate: int, branch: int, count: int) -> int:
        """``predicate``, which has ``count`` branches, takes ``branch``."""
        return self._node(predicate, tuple(int(b == branch) for b in range(count)))

    def both(self, a: int, b: int) -> int:
        """The guard of what needs ``a`` and ``b``."""
        if a == FALSE or b == FALSE:
            return FALSE
        if a in (TRUE, b):
            return b
        if b == TRUE:
            return a
        key = (min(a, b), max(a, b))
        known = self._and.get(key)
        if known is None:
            known = self._and[key] = self._node(*self._apart(a, b, self.both))
        return known

    def either(self, a: int, b: int) -> int:
        """The guard of what needs ``a`` or ``b``."""
        if a == TRUE or b == TRUE:
            return TRUE
        if a in (FALSE, b):
            return b
        if b == FALSE:
            return a
        key = (min(a, b), max(a, b))
        known = self._or.get(key)
        if known is None:
            known = self._or[key] = self._node(*self._apart(a, b, self.either))
        return known

    def implies(self, a: int, b: int) -> bool:
        """True when whatever is live under ``a`` is live under ``b``."""
        return self.both(a, b) == a

    def support(self, a: int) -> frozenset[int]:
        """The predicates that ``a`` depends on."""
        known = self._support.get(a)
        if known is None:
            predicate, children = self._nodes[a]
            known = frozenset({predicate}).union(*(self.support(c) for c in children))
            self._support[a] = known
        return known

    def _node(self, predicate: int, children: tuple[int, ...]) -> int:
        if len(set(children)) == 1:
            return children[0]
        key = (predicate, children)
        known = self._unique.get(key)
        if known is None:
            known = self._unique[key] = len(self._nodes)
            self._nodes.append(key)
        return known

    def _apart(self, a: int, b: int, combine: object) -> tuple[int, tuple[int, ...]]:
        """The first predicate of the two guards, and the combinations in each of its branches."""
        assert callable(combine)
        (p, xs), (q, ys) = self._nodes[a], self._nodes[b]
        first = min(p, q)
        xs = xs if p == first else (a,) * len(ys)
        ys = ys if q == first else (b,) * len(xs)
        return first, tuple(combine(x, y) for x, y in zip(xs, ys, strict=True))
