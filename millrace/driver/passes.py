"""Running pipelines with the switches of the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from millrace.driver.options import Switches
from millrace.ir.dialects.builtin import Module
from millrace.ir.levels import Level
from millrace.passes.base import Pass, PassContext
from millrace.passes.manager import Instrumentation, format_times, run_pipeline


@dataclass
class PassRun:
    """The passes of one compilation: stages share remarks, the budget of rewrites and times."""

    switches: Switches
    source: str
    context: PassContext = field(init=False)
    level: Level | None = None
    times: list[tuple[str, float]] = field(default_factory=list)
    rewrites: int = 0

    def __post_init__(self) -> None:
        self.context = PassContext(progress=self.switches.progress, source=self.source)

    def run(
        self, module: Module, pipeline: str | Sequence[Pass], stage: str = "", *, exact: bool = True
    ) -> None:
        """Run a pipeline on ``module``, in place. ``stage`` is the folder of ``--dump-dir`` that
        takes its dumps. Passes that are not ``exact`` may change the results."""
        options = _instrumentation(self.switches)
        options = replace(options, check_each=options.check_each and exact)
        if options.stop_after is not None:
            options = replace(options, stop_after=max(0, options.stop_after - self.rewrites))
        if options.dump_dir is not None:
            options = replace(options, dump_dir=options.dump_dir / stage)
        result = run_pipeline(
            module, pipeline, context=self.context, options=options, level=self.level
        )
        self.level = result.level
        self.times += result.times
        self.rewrites += result.rewrites

    def branch(self) -> PassRun:
        """Another run that goes on from here by itself."""
        other = replace(self)
        other.level, other.rewrites = self.level, self.rewrites
        other.context.remarks += self.context.remarks
        return other

    def finish(self) -> None:
        """Show the times when they are wanted."""
        if self.switches.time_passes:
            _to_stderr(format_times(self.times))


def _instrumentation(s: Switches) -> Instrumentation:
    return Instrumentation(
        print_ir_after_all=s.print_ir_after_all,
        print_ir_after_change=s.print_ir_after_change,
        stop_after=s.stop_after,
        check_each=s.check_each,
        dump_dir=s.dump_dir,
        emit=_to_stderr,
    )


def _to_stderr(text: str) -> None:
    print(text, file=sys.stderr)
