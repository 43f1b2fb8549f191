"""How a statement ends: with the next one, or by ``break``, ``continue``, ``return``.

A branch that surely ends otherwise than with the next statement is easy: what follows the branch
belongs to the other side. Where it depends on data, which of several ends was reached is a number
in the variable ``FLOW``, and what follows is guarded by it. The value of ``return`` is in
``RESULT``."""

from __future__ import annotations

import enum
from dataclasses import dataclass

FLOW = "<flow>"
RESULT = "<result>"


class End(enum.IntEnum):
    NEXT = 0
    CONTINUE = 1
    BREAK = 2
    RETURN = 3


@dataclass(frozen=True)
class Flow:
    """The ends that a piece of code may reach."""

    ends: frozenset[End]

    @property
    def is_next(self) -> bool:
        """Whether the next statement surely follows."""
        return self.ends == {End.NEXT}

    @property
    def leaves(self) -> bool:
        """Whether the next statement surely does not follow."""
        return End.NEXT not in self.ends

    def __or__(self, other: Flow) -> Flow:
        return Flow(self.ends | other.ends)

    def without(self, *ends: End) -> Flow:
        """With these ends turned into the next statement."""
        kept = self.ends - set(ends)
        return Flow(kept | {End.NEXT}) if kept != self.ends else self


NEXT = Flow(frozenset({End.NEXT}))


def only(end: End) -> Flow:
    return Flow(frozenset({end}))
