"""Sizes that follow from data: the bounds that the user gives, and what an importer is told.

An importer knows static sizes only. Where a size follows from data (the rows that a loop makes
until a condition fails, the elements that are not zero), it takes one from the :class:`SizeBook`,
at most the bound, and leaves an ``mr.bounded`` with the number that the data say. The driver
imports the model at several such sizes, as it does for the run-time sizes of inputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

ANY = ""
"""The name of a bound for whatever has none of its own."""


@dataclass
class SizeBook:
    """``bounds`` by the name of a node or of its result; ``chosen`` sizes by symbol, the bound for
    others."""

    bounds: Mapping[str, int] = field(default_factory=dict)
    chosen: Mapping[str, int] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    """Names of bounds that something asked for."""
    _taken: dict[str, int] = field(default_factory=dict)

    def fresh(self) -> SizeBook:
        """For another import of the same model."""
        return SizeBook(self.bounds, self.chosen, self.used)

    def bound(self, names: Iterable[str]) -> int | None:
        """The user's bound for what has one of these names."""
        for name in (*names, ANY):
            if name in self.bounds:
                self.used.add(name)
                return self.bounds[name]
        return None

    def choose(self, name: str, bound: int) -> tuple[str, int]:
        """A symbol for a size of the node ``name``, and the size to go on with."""
        count = self._taken[name] = self._taken.get(name, 0) + 1
        symbol = name if count == 1 else f"{name}#{count}"
        return symbol, min(self.chosen.get(symbol, bound), bound)
