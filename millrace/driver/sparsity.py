"""Weights without zeros (the pass ``sparsify``) where flash is too small for all of them."""

from __future__ import annotations

from collections.abc import Callable

from millrace.driver.artifact import Artifact
from millrace.driver.options import CompileOptions

ALL = 1 << 40
"""Bytes to be saved: as many as possible."""
ATTEMPTS = 2
"""With what is expected to suffice; with what was missing then, too."""

Compile = Callable[[int], Artifact]


def saving_of(options: CompileOptions) -> int | None:
    """How many bytes the user wants saved at any rate; None: no zeros are left out."""
    return {"auto": 0, "never": None, "least": ALL}[options.sparse]


def sparser(dense: Artifact, options: CompileOptions, compile: Compile) -> Artifact:
    """The model with so many bytes saved that it fits the flash that it may take, at the price of
    instructions; as it is when that does not help. ``compile``: saving at least so many."""
    best, missing = dense, 0
    for _ in range(ATTEMPTS):
        if options.flash is None or best.report.flash_bytes <= options.flash:
            break
        missing += best.report.flash_bytes - options.flash
        found = compile(missing)
        if found.report.flash_bytes >= best.report.flash_bytes:
            break
        best = found
    return best
