"""Several models in several variants, side by side: what each costs and how good it stays."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from millrace.driver.api import compile_with
from millrace.driver.arrays import match_inputs, read_npz, split_samples
from millrace.driver.options import SCHEMES, WEIGHTS, CompileOptions
from millrace.driver.simulation import difference
from millrace.driver.specs import Array
from millrace.ir.errors import CompileError, MillraceError, RunError

if TYPE_CHECKING:
    from millrace.driver.model import Model

FLOAT = "float32"
FORMS = {"": "auto", "loop": "never", "unrolled": "full"}
"""What may stand behind a scheme, and what it says to ``unroll``."""
LABELS = ("labels", "label", "y")
"""Names of arrays that hold the right class of each sample."""
CALLS = 200
"""Timed calls on a host."""


@dataclass(frozen=True)
class Variant:
    """How a model is compiled: ``int8:unrolled``."""

    scheme: str
    form: str = ""

    def __str__(self) -> str:
        return f"{self.scheme}:{self.form}" if self.form else self.scheme

    @staticmethod
    def parse(text: str) -> Variant:
        scheme, _, form = text.strip().partition(":")
        if scheme not in (FLOAT, *SCHEMES, *WEIGHTS) or form not in FORMS:
            schemes = ", ".join((FLOAT, *SCHEMES, *WEIGHTS))
            raise CompileError(
                f"--variants {text!r}: known are {schemes}, each also with :loop or :unrolled"
            )
        return Variant(scheme, form)


@dataclass(frozen=True)
class Entry:
    """A model, with the files that its samples, labels and calibration come from."""

    name: str
    path: Path
    data: Path
    labels: Path | None = None
    calibration: Path | None = None


@dataclass(frozen=True)
class Row:
    """``accuracy``: samples whose greatest output is the labelled one; ``agreement``: whose
    greatest output is the float model's; ``error``: the largest difference from it, as a part of
    its range. ``problem`` says why there is nothing else."""

    model: str
    variant: str
    target: str
    samples: int = 0
    accuracy: float | None = None
    agreement: float | None = None
    error: float | None = None
    flash_bytes: int | None = None
    ram_bytes: int | None = None
    instructions: int | None = None
    latency_us: float | None = None
    macs: int | None = None
    problem: str = ""


def compare(
    entries: Sequence[Entry],
    variants: Sequence[Variant],
    options: CompileOptions,
    limit: int,
    progress: Callable[[str], None],
) -> list[Row]:
    """A row for each model and variant. Models that cannot be compiled have a row that says so."""
    rows = []
    for entry in entries:
        reference = _Reference.of(entry, options, limit)
        for variant in variants:
            progress(f"{entry.name} as {variant}")
            try:
                rows.append(_measured(entry, variant, options, reference))
            except MillraceError as e:
                row = Row(entry.name, str(variant), options.target)
                rows.append(replace(row, problem=str(e).splitlines()[0]))
    progress("")
    return rows


@dataclass(frozen=True)
class _Reference:
    """What the float model gives on this machine, and the right classes."""

    samples: list[list[Array]]
    outputs: Array
    labels: Array | None

    @staticmethod
    def of(entry: Entry, options: CompileOptions, limit: int) -> _Reference:
        plain = CompileOptions(shapes=options.shapes, feed=options.feed, fetch=options.fetch)
        model = compile_with(entry.path, plain)
        arrays = read_npz(entry.data)
        matched = match_inputs(arrays, model.inputs, entry.data)
        given = [a.astype(s.dtype) for a, s in zip(matched, model.inputs, strict=True)]
        count = min(limit, *(len(a) for a in given))
        samples = split_samples(given, model.inputs, count)
        if not samples:
            raise RunError(f"{entry.data}: there are no samples")
        outputs = _first_outputs(model, samples)
        return _Reference(samples, outputs, _labels_for(outputs, entry, arrays))


def _labels_for(outputs: Array, entry: Entry, arrays: dict[str, Array]) -> Array | None:
    """A class for each choice that the model makes."""
    labels = _labels(entry, arrays)
    if labels is None:
        return None
    labels = labels[: len(outputs)]
    choices = outputs.argmax(-1).size
    if labels.size != choices:
        raise RunError(
            f"{entry.labels or entry.data}: {labels.size} labels for {choices} outputs of "
            f"{len(outputs)} samples of {entry.data}"
        )
    return labels


def _labels(entry: Entry, arrays: dict[str, Array]) -> Array | None:
    """Classes as numbers, or the greatest element of expected outputs."""
    if entry.labels is not None:
        arrays = read_npz(entry.labels)
    found = next((arrays[n] for n in LABELS if n in arrays), None)
    if found is None and entry.labels is not None:
        if "out0" not in arrays:
            raise RunError(f"{entry.labels}: no array {', '.join(LABELS)} or out0")
        return np.asarray(arrays["out0"].argmax(-1))
    if found is not None and found.dtype.kind == "f":
        return np.asarray(found.argmax(-1))
    return found


def _first_outputs(model: Model, samples: Sequence[Sequence[Array]]) -> Array:
    state = model.new_state()
    rows = []
    for sample in samples:
        state.reset()
        out = state(*sample)
        rows.append(out[0] if isinstance(out, tuple) else out)
    return np.stack(rows)


def _measured(
    entry: Entry, variant: Variant, options: CompileOptions, reference: _Reference
) -> Row:
    quantized = variant.scheme in SCHEMES
    model = compile_with(
        entry.path,
        replace(
            options,
            unroll=FORMS[variant.form],
            quantize=None if variant.scheme == FLOAT else variant.scheme,
            calibration=(entry.calibration or entry.data) if quantized else None,
        ),
    )
    samples = reference.samples
    instructions = latency = None
    if model.native:
        got = _first_outputs(model, samples)
        latency = _latency(model, samples)
    else:
        emulation = model.emulate(samples)
        got = np.stack([r.outputs[0] for r in emulation.samples])
        instructions = emulation.instructions
    report = model.report
    return Row(
        model=entry.name,
        variant=str(variant),
        target=report.target,
        samples=len(samples),
        accuracy=_accuracy(got, reference),
        agreement=_agreement(got, reference.outputs),
        error=difference(got, reference.outputs).largest,
        flash_bytes=report.flash_bytes,
        ram_bytes=report.ram_bytes,
        instructions=instructions,
        latency_us=latency,
        macs=report.macs,
    )


def _accuracy(got: Array, reference: _Reference) -> float | None:
    if reference.labels is None:
        return None
    winners = got.argmax(-1)
    return float((winners.reshape(-1) == reference.labels.reshape(-1)).mean())


def _agreement(got: Array, want: Array) -> float | None:
    """A tie that holds the float winner counts."""
    if want.ndim < 2 or want.shape[-1] < 2 or want.dtype.kind != "f":
        return None
    winner = np.take_along_axis(got, want.argmax(-1)[..., None], -1)[..., 0]
    return float((winner == got.max(-1)).mean())


def _latency(model: Model, samples: Sequence[Sequence[Array]]) -> float:
    """The quickest of some calls, in microseconds."""
    times = []
    for i in range(CALLS):
        sample = samples[i % len(samples)]
        start = time.perf_counter_ns()
        model(*sample)
        times.append(time.perf_counter_ns() - start)
    return min(times) / 1000


# ---- how it is shown


def to_text(rows: Sequence[Row]) -> str:
    """A table with a line a row."""
    native = all(r.instructions is None for r in rows)
    cost = "us" if native else "instructions"
    head = ("model", "variant", "accuracy", "agrees", "error", "flash", "RAM", cost, "MACs", "")
    lines = [head, *(_cells(r, native) for r in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "".join(
        "  ".join(
            c.ljust(w) if i < 2 or i == len(head) - 1 else c.rjust(w)
            for i, (c, w) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        + "\n"
        for line in lines
    )


def _cells(r: Row, native: bool) -> tuple[str, ...]:
    def part(x: float | None) -> str:
        return "-" if x is None else f"{x:.1%}"

    def count(x: int | None) -> str:
        return "-" if x is None else f"{x:,}"

    latency = "-" if r.latency_us is None else f"{r.latency_us:.1f}"
    cost = latency if native else count(r.instructions)
    sizes = count(r.flash_bytes), count(r.ram_bytes)
    figures = part(r.accuracy), part(r.agreement), part(r.error), *sizes, cost, count(r.macs)
    return (r.model, r.variant, *figures, r.problem)


def to_csv(rows: Sequence[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(asdict(rows[0])), lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: "" if v is None else v for k, v in asdict(r).items()} for r in rows)
    return out.getvalue()


def to_json(rows: Sequence[Row]) -> str:
    return json.dumps([asdict(r) for r in rows], indent=1) + "\n"
