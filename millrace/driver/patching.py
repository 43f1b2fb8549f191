"""First layers in bands (the pass ``patch``): whether, which, and what that takes and saves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from millrace.driver.artifact import Artifact
from millrace.driver.budget import fits
from millrace.driver.options import CompileOptions
from millrace.driver.report import Decision, Report
from millrace.ir.dialects.builtin import Module
from millrace.passes.graph.patch import Patch
from millrace.passes.graph.patch_search import Candidate, candidates

CLEAN = "canonicalize,fold-constants,cse,prune"
"""Passes after the pass."""
ATTEMPTS = 4
"""Patches that are expected to fit and compiled to see whether they do, at most."""
SMALLEST = 2
"""Then those of which the smallest arenas are expected."""

Compile = Callable[[Patch], Artifact]


def patched(module: Module, plain: Artifact, options: CompileOptions, compile: Compile) -> Artifact:
    """The model with some layers in bands, when the options or the bytes of RAM that it may take
    ask for that: the first that fits, or the one that takes least. ``module``: at GRAPH level, all
    of whose passes are done; ``plain``: what was made of it as it is."""
    mode = options.patch
    excess = plain.report.ram_bytes - options.ram if options.ram is not None else 0
    if mode == "auto" and excess <= 0:
        return plain
    best = plain
    for c in _tried(module, excess, mode):
        found = compile(c.patch)
        if found.report.arena_bytes < best.report.arena_bytes or mode.isdecimal():
            best = _explained(found, plain.report)
        if mode == "auto" and fits(best.report, options.flash, options.ram):
            break
    return best


def _tried(module: Module, excess: int, mode: str) -> Iterator[Candidate]:
    """What to compile, in order."""
    if mode not in ("auto", "least"):
        yield from _smallest(candidates(module, int(mode)), 1)
        return
    found = candidates(module)
    shown = [c for c in found if c.saved >= excess][:ATTEMPTS] if mode == "auto" else []
    yield from shown
    yield from (c for c in _smallest(found, SMALLEST) if c not in shown)


def _smallest(found: Iterable[Candidate], count: int) -> list[Candidate]:
    return sorted(found, key=lambda c: -c.saved)[:count]


def _explained(a: Artifact, plain: Report) -> Artifact:
    """With a decision in the report that says what the bands cost and save."""
    r = a.report
    work = f"{r.macs / plain.macs - 1:.1%} more" if r.macs > plain.macs else "no more"
    text = (
        f"arena {r.arena_bytes:,} bytes instead of {plain.arena_bytes:,}, {work} "
        f"multiply-accumulates, {r.code_bytes - plain.code_bytes:,} bytes more code"
    )
    decisions = (*r.decisions, Decision("patch", "", text))
    return replace(a, report=replace(r, decisions=decisions))
