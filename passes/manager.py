"""Runs pipelines: checks them, verifies at level borders, and all the switches for debugging."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from millrace.ir.core import clone
from millrace.ir.dialects.builtin import Module
from millrace.ir.errors import CompileError, IRError, MillraceError
from millrace.ir.levels import Level, check_level
from millrace.ir.rewriter import Rewriter, StopRewriting
from millrace.passes.base import Pass, PassContext
from millrace.passes.pipeline import parse_pipeline, print_pass


@dataclass(frozen=True)
class Instrumentation:
    """The switches of a run.

    ``print_ir_after_all`` and ``print_ir_after_change`` print the module after each pass (that
    changed it) through ``emit``; ``time_passes`` prints a table at the end; ``stop_after`` lets
    that many rewrites of optional passes happen; ``check_each`` compares interpretations after
    each pass; ``verify_each`` verifies after every pass, not only where the level changes;
    ``dump_dir`` takes the module after each pass and the reproducers."""

    print_ir_after_all: bool = False
    print_ir_after_change: bool = False
    time_passes: bool = False
    stop_after: int | None = None
    check_each: bool = False
    verify_each: bool = False
    dump_dir: Path | None = None
    emit: Callable[[str], None] = print


@dataclass
class PipelineResult:
    """What came out besides the module itself: its level, the seconds of each pass, how many
    rewrites the optional passes made."""

    level: Level
    times: list[tuple[str, float]] = field(default_factory=list)
    rewrites: int = 0


def check_pipeline(passes: Sequence[Pass], start: Level) -> Level:
    """The level after the passes; CompileError when one of them cannot run where it stands."""
    level = start
    for p in passes:
        if level not in p.levels():
            wanted = " or ".join(at.name for at in p.levels())
            raise CompileError(
                f"pipeline: {p.name} runs at level {wanted}, but at its place the module is at "
                f"level {level.name}"
            )
        level = level if p.ensures is None else p.ensures
    return level


def run_pipeline(
    module: Module,
    pipeline: str | Sequence[Pass],
    *,
    context: PassContext | None = None,
    options: Instrumentation | None = None,
    level: Level | None = None,
) -> PipelineResult:
    """Run ``pipeline`` on ``module``, in place.

    ``level`` is the module's level; by default it is found among those of the first pass. Errors
    of the user's model come out as they are; any other exception of a pass becomes a
    CompileError that names a file which reproduces it."""
    passes = parse_pipeline(pipeline) if isinstance(pipeline, str) else tuple(pipeline)
    if level is None:
        level = _level_for(module, passes[0]) if passes else Level.GRAPH
    manager = PassManager(passes, options or Instrumentation(), context or PassContext())
    return manager.run(module, level)


def _level_for(module: Module, first: Pass) -> Level:
    """The first of the levels at which ``first`` may run that admits what is in the module."""
    error: IRError | None = None
    for level in first.levels():
        try:
            check_level(module, level)
            return level
        except IRError as e:
            error = error or e
    wanted = " or ".join(at.name for at in first.levels())
    raise CompileError(
        f"pipeline: {first.name} runs at level {wanted}, but the module is not: {error}"
    ) from error


class PassManager:
    """One run of a pipeline."""

    def __init__(
        self, passes: Sequence[Pass], options: Instrumentation, context: PassContext
    ) -> None:
        self.passes = tuple(passes)
        self.options = options
        self.ctx = context
        self._optional = Rewriter(options.stop_after)
        self._mandatory = Rewriter()

    def run(self, module: Module, level: Level) -> PipelineResult:
        from millrace.passes.checking import EachPassCheck

        check_pipeline(self.passes, level)
        result = PipelineResult(level)
        original = clone(module, {})
        assert isinstance(original, Module)
        check = EachPassCheck(module, self.ctx) if self.options.check_each else None
        for index, p in enumerate(self.passes):
            before = self._text(module) if self.options.print_ir_after_change else None
            started = time.perf_counter()
            self._run_one(p, index, module, original)
            result.times.append((p.name, time.perf_counter() - started))
            changed_level = p.ensures is not None and p.ensures != result.level
            if p.ensures is not None:
                result.level = p.ensures
            if changed_level or self.options.verify_each:
                self._verify(index, module, original, result.level)
            self._show(p, index, module, before)
            if check is not None:
                check.after(p, module)
        if check is not None:
            self.options.emit(check.summary())
        result.rewrites = self._optional.count
        if self.options.time_passes:
            self.options.emit(format_times(result.times))
        return result

    def _run_one(self, p: Pass, index: int, module: Module, original: Module) -> None:
        self._start(p)
        try:
            p.run(module, self.ctx)
        except StopRewriting:
            self.ctx.remark("pipeline", f"stopped after {self._optional.count} rewrites")
        except MillraceError:
            raise
        except Exception as error:
            what = f"{type(error).__name__}: {error}".rstrip(": ")
            raise self._bug(index, original, f"failed ({what})") from error

    def _bug(self, index: int, original: Module, what: str) -> CompileError:
        """The error for a pass that does not do its duty, with a file to replay it."""
        from millrace.passes.reproducer import write_reproducer

        text = f"{self.ctx.source}: pass {self.passes[index].name} {what}; this is a bug in the"
        try:
            path = write_reproducer(self.passes, index, original, self.options.dump_dir)
        except Exception as error:  # a full disk, or IR too broken to print
            return CompileError(f"{text} compiler (no reproducer: {error})")
        return CompileError(f"{text} compiler, {path} reproduces it")

    def _start(self, p: Pass) -> None:
        self.ctx.current_pass = p.name
        self.ctx.rewriter = self._mandatory if p.mandatory else self._optional
        if self.ctx.progress is not None:
            self.ctx.progress(p.name)

    def _verify(self, index: int, module: Module, original: Module, level: Level) -> None:
        from millrace.ir.verifier import verify

        try:
            verify(module, level)
        except MillraceError as error:
            raise self._bug(index, original, f"leaves invalid IR ({error})") from error

    def _text(self, module: Module) -> str:
        from millrace.ir.printer import print_module

        return print_module(module)

    def _show(self, p: Pass, index: int, module: Module, before: str | None) -> None:
        options = self.options
        if options.print_ir_after_all or (before is not None and before != self._text(module)):
            options.emit(f"// ---- after {print_pass(p)}\n{self._text(module)}")
        if options.dump_dir is not None:
            from millrace.ir.printer import write

            options.dump_dir.mkdir(parents=True, exist_ok=True)
            write(module, options.dump_dir / f"{index:02}-{p.name}.mlir")


def format_times(times: Sequence[tuple[str, float]]) -> str:
    """A table of passes, the slowest first."""
    total = sum(seconds for _, seconds in times)
    lines = [f"{'seconds':>9}  {'share':>6}  pass"]
    for name, seconds in sorted(times, key=lambda row: -row[1]):
        share = seconds / total if total else 0.0
        lines.append(f"{seconds:9.3f}  {share:6.1%}  {name}")
    lines.append(f"{total:9.3f}  {'':6}  total")
    return "\n".join(lines)
