"""What a pass is, what it runs with, and rewrite patterns.

A pass is a frozen dataclass; its fields are its options::

    @dataclass(frozen=True)
    class Unroll(Pass):
        \"\"\"Unrolls short scans.\"\"\"

        name = "unroll-short"
        requires = Level.GRAPH
        max_steps: int = 8

        def run(self, module: Module, ctx: PassContext) -> None: ...

In pipeline text that is ``unroll-short{max-steps=16}``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from millrace.ir.core import Operation
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter


@dataclass(frozen=True)
class Remark:
    """A decision and its reason, for the report. ``subject`` is a kernel or a place in the
    user's model."""

    pass_name: str
    subject: str
    text: str

    def __str__(self) -> str:
        return f"{self.pass_name}: {self.subject}: {self.text}"


@dataclass
class PassContext:
    """What a run of passes shares. ``progress`` is called with the name of each pass as it
    starts; ``source`` names the user's model in messages."""

    rewriter: Rewriter = field(default_factory=Rewriter)
    remarks: list[Remark] = field(default_factory=list)
    progress: Callable[[str], None] | None = None
    source: str = "<module>"
    current_pass: str = ""

    def remark(self, subject: Operation | str, text: str) -> None:
        """Tell the report what was decided about ``subject`` and why."""
        self.remarks.append(Remark(self.current_pass, describe(subject), text))


def describe(subject: Operation | str) -> str:
    """A function's symbol, an operation's place in the model, or its name when it has none."""
    if isinstance(subject, str):
        return subject
    if isinstance(subject, Func):
        return f"@{subject.sym_name}"
    return subject.loc.describe() if subject.loc else subject.name


@dataclass(frozen=True)
class Pass:
    """Base of all passes.

    ``requires`` is the level (or the levels) at which the pass may run; ``ensures`` the level
    it leaves, None for the level it found. A ``mandatory`` pass is part of the lowering: it runs
    in full even when ``--stop-after`` has used up the rewrites of the others."""

    name: ClassVar[str] = ""
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH
    ensures: ClassVar[Level | None] = None
    mandatory: ClassVar[bool] = False

    def run(self, module: Module, ctx: PassContext) -> None:
        """Change ``module`` in place, through ``ctx.rewriter``."""
        raise NotImplementedError(self.name)

    @classmethod
    def levels(cls) -> tuple[Level, ...]:
        """The levels at which the pass may run."""
        return (cls.requires,) if isinstance(cls.requires, Level) else cls.requires


class Pattern:
    """A local rewrite. The annotation of ``op`` says which operations it is tried on::

        class DropDoubleNeg(Pattern):
            def match_and_rewrite(self, op: Neg, rw: Rewriter) -> bool: ...

    Returns whether it changed anything. New operations go right before or after ``op``."""

    match_and_rewrite: Callable[..., bool]


def apply_patterns(
    root: Operation, patterns: Sequence[Pattern], rw: Rewriter, *, limit: int | None = None
) -> bool:
    """Apply patterns to all operations nested in ``root`` until none applies; says whether
    anything changed. ``limit`` bounds the number of rewrites (by default in proportion to the
    number of operations); beyond it the patterns are taken to run in circles: CompileError."""
    from millrace.passes.greedy import GreedyDriver

    return GreedyDriver(patterns, rw).run(root, limit)
