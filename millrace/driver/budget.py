"""Whether a compiled model fits the memory that it was given, and what to say when it does not."""

from __future__ import annotations

from millrace.driver.memory_map import covered_bytes, peak_step
from millrace.driver.report import KernelRow, Report
from millrace.ir.errors import CompileError

_SHOWN = 4
_ORIGIN = 64


def fits(report: Report, flash: int | None, ram: int | None) -> bool:
    """Whether the model needs no more than it may take."""
    return (flash is None or report.flash_bytes <= flash) and (
        ram is None or report.ram_bytes <= ram
    )


def check_budgets(report: Report, flash: int | None, ram: int | None) -> None:
    """CompileError when the model needs more than ``flash`` or ``ram`` bytes."""
    problems = []
    if flash is not None and report.flash_bytes > flash:
        problems.append(_flash_text(report, flash))
    if ram is not None and report.ram_bytes > ram:
        problems.append(_ram_text(report, ram))
    if problems:
        raise CompileError("\n".join(f"{report.name}: {p}" for p in problems))


def _flash_text(r: Report, limit: int) -> str:
    largest = sorted(r.kernels, key=lambda k: -(k.weight_bytes + k.code_bytes))[:_SHOWN]
    listed = "; ".join(
        f"{k.name} has {k.code_bytes:,} bytes of code and {k.weight_bytes:,} of weights{_of(k)}"
        for k in largest
    )
    lines = [
        f"needs {r.flash_bytes:,} bytes of flash and may have {limit:,} (--flash): code "
        f"{r.code_bytes:,}, weights {r.weight_bytes:,}",
        f"  most of it: {listed}",
        f"  what would help: {_flash_advice(r)}",
    ]
    return "\n".join(lines)


def _flash_advice(r: Report) -> str:
    advice = []
    floats = any(s.dtype.kind == "f" for s in (*r.inputs, *r.outputs, *r.states))
    if floats and r.weight_bytes > r.code_bytes:
        advice.append("weights of 8 bits (--quantize int8) take a quarter")
    if any(d.by == "unroll" and "loop" not in d.text.partition(":")[0] for d in r.decisions):
        advice.append("loops that stay loops (--unroll never)")
    if r.weight_bytes > r.code_bytes:
        advice.append("a model with fewer parameters")
    return "; ".join(advice) or "a smaller model"


def _ram_text(r: Report, limit: int) -> str:
    lines = [
        f"needs {r.ram_bytes:,} bytes of RAM and may have {limit:,} (--ram): arena "
        f"{r.arena_bytes:,}, state {r.state_bytes:,}, stack {r.stack_bytes:,}, inputs and "
        f"outputs {r.io_bytes:,}"
    ]
    if r.arena_map:
        lines += _peak_lines(r)
    lines.append(f"  what would help: {_ram_advice(r)}")
    return "\n".join(lines)


def _peak_lines(r: Report) -> list[str]:
    step = peak_step(r.arena_map)
    live = [b for b in r.arena_map if b.first <= step <= b.last]
    kernel = next((k for k in r.kernels if k.name == r.steps[step]), None)
    where = f"{r.steps[step]}{_of(kernel) if kernel else ''}"
    lines = [
        f"  the arena is fullest at {where}: {covered_bytes(live):,} bytes in {len(live)} buffers"
    ]
    for b in sorted(live, key=lambda b: -b.nbytes)[:_SHOWN]:
        lines.append(f"    {b.nbytes:,} bytes, from {b.writer} to {b.reader}")
    return lines


def _ram_advice(r: Report) -> str:
    advice = []
    hoisted = any(d.by == "hoist" for d in r.decisions)
    if r.arena_bytes * 2 > r.ram_bytes:
        if any(s.dtype.kind == "f" for s in (*r.inputs, *r.outputs)):
            advice.append("numbers of 8 bits (--quantize int8) take a quarter")
        if hoisted:
            advice.append("shorter sequences: what is computed ahead of a loop lies in the arena")
        advice.append("smaller images or fewer channels where the arena is fullest")
    if r.io_bytes * 2 > r.ram_bytes:
        advice.append("smaller inputs and outputs")
    return "; ".join(advice) or "a smaller model"


def _of(k: KernelRow) -> str:
    """The nodes that a kernel was made of, in few words."""
    text = k.origin if len(k.origin) <= _ORIGIN else f"{k.origin[:_ORIGIN]}..."
    return f" ({text})" if text else ""
