"""What regions owe, as data: their terminators, and which operations close off names."""

from __future__ import annotations

ISOLATED = frozenset({"builtin.module", "func.func"})
"""Operations whose regions may not use values from outside."""

TERMINATORS: dict[str, tuple[str | None, ...]] = {
    "builtin.module": (None,),
    "func.func": ("func.return",),
    "linalg.generic": ("linalg.yield",),
    "scf.while": ("scf.condition", "scf.yield"),
}
"""The operation that ends each region, by the owner's name; None: no terminator."""

DEFAULT_TERMINATOR = "scf.yield"
"""What ends the regions of all other operations."""

ALL_TERMINATORS = frozenset({"func.return", "linalg.yield", "scf.condition", "scf.yield"})


def terminator_of(owner: str, region: int) -> str | None:
    """The name of the operation that ends the region of this number; None when none does."""
    names = TERMINATORS.get(owner, ())
    return names[region] if region < len(names) else DEFAULT_TERMINATOR
