"""Quantizes the float files of a folder of cases that have calibration data, and prints how near
their integer forms stay to the framework's float outputs.

    python benchmarks/quantize.py ../shared/cases                       int8
    python benchmarks/quantize.py ../shared/cases --scheme int16x8 -k k3_
    python benchmarks/quantize.py ../shared/cases --target cortex-m4        in QEMU, too

A row: the largest error of a float output as a part of its range, how often the arg-max over the
last axis is the float one's (a tie that holds it counts), how many elements of integer and truth
outputs are equal; with ``--target`` the instructions of a run and whether all outputs are those of
this machine in every bit. Recurrences with a framework's own results are judged: ``short`` when
they err by more than the scheme's limit or have another arg-max more than once in 16. Files whose
verdict is not ``match`` are left out.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cases import Array, File, find_files, numbered

import millrace

LIMITS = {"int8": 0.05, "int16x8": 0.005}
"""The largest error, by scheme."""
AGREEMENT = 15 / 16
JUDGED = ("k3_", "k215_", "seed29_", "mot_prune_gru")


@dataclass(frozen=True)
class Row:
    """What was measured of one file; ``problem`` says why it could not be. ``equal``: the bits on
    the board are those of this machine."""

    label: str
    error: float = 0.0
    argmax: float = 1.0
    exact: float = 1.0
    widened: int = 0
    islands: int = 0
    weights: int = 0
    seconds: float = 0.0
    instructions: int = 0
    equal: bool = True
    problem: str = ""

    def is_short(self, scheme: str) -> bool:
        """Whether the file does not reach what it is judged by."""
        if self.problem or not self.equal:
            return True
        judged = self.label.startswith(JUDGED)
        return judged and (self.error > LIMITS[scheme] or self.argmax < AGREEMENT)

    def text(self, scheme: str) -> str:
        if self.problem:
            return f"{self.label:46} {self.problem}"
        board = f" {self.instructions:11,} {'equal' if self.equal else 'OTHER'}"
        return (
            f"{self.label:46} {self.error:9.5f} {self.argmax:8.4f} {self.exact:8.4f} "
            f"{self.widened:7} {self.islands:7} {self.weights:8} {self.seconds:6.1f}"
            + (board if self.instructions else "")
            + (" short" if self.is_short(scheme) else "")
        )


HEADER = f"{'file':46} {'error':>9} {'argmax':>8} {'exact':>8} widened islands  weights      s"


def compiled(file: File, scheme: str, target: str) -> millrace.Model:
    return millrace.compile(
        file.path,
        target=target,
        name="quantized",
        fetch=file.fetch,
        quantize=scheme,
        calibration=file.path.parent / "reps.npz",
    )


def measure(file: File, scheme: str, target: str | None) -> Row:
    """Compile for this machine and run all samples; on a board, too."""
    started = time.perf_counter()
    instructions, equal = 0, True
    try:
        model = compiled(file, scheme, "host")
        got, wanted = outputs(file, model)
        if target is not None:
            instructions, equal = on_board(file, compiled(file, scheme, target), got)
    except (millrace.CompileError, millrace.RunError) as e:
        return Row(file.label, problem=str(e).splitlines()[0])
    texts = [d.text for d in model.report.decisions]
    floats = [(g, w) for g, w in zip(got, wanted, strict=True) if w.dtype.kind == "f"]
    others = [(g, w) for g, w in zip(got, wanted, strict=True) if w.dtype.kind != "f"]
    return Row(
        file.label,
        max((error_of(g, w) for g, w in floats), default=0.0),
        min((agreement(g, w) for g, w in floats if w.ndim > 1), default=1.0),
        min((float((g == w).mean()) for g, w in others), default=1.0),
        sum("16 bits" in t for t in texts),
        sum("stays on floats" in t for t in texts),
        model.report.weight_bytes,
        time.perf_counter() - started,
        instructions,
        equal,
    )


def on_board(file: File, model: millrace.Model, here: list[Array]) -> tuple[int, bool]:
    """Instructions of a run, and whether the outputs are those of this machine."""
    done = model.emulate(samples(file, model), carry_state=file.carries_state)
    pairs = zip(done.outputs(), here, strict=True)
    equal = all(a.tobytes() == b.astype(a.dtype).tobytes() for a, b in pairs)
    return done.instructions, equal


def samples(file: File, model: millrace.Model) -> list[list[Array]]:
    inputs = file.inputs()
    return [
        [x[i].reshape(s.shape).astype(s.dtype) for x, s in zip(inputs, model.inputs, strict=True)]
        for i in range(len(inputs[0]))
    ]


def outputs(file: File, model: Any) -> tuple[list[Array], list[Array]]:
    """Outputs and references, in the references' shapes."""
    wanted = numbered(file.reference(), "out")
    rows = []
    state = model.new_state()
    for sample in samples(file, model):
        if not file.carries_state:
            state.reset()
        out = state(*sample)
        rows.append(out if isinstance(out, tuple) else (out,))
    got = [np.stack([r[k] for r in rows]).reshape(w.shape) for k, w in enumerate(wanted)]
    return got, wanted


def error_of(got: Array, want: Array) -> float:
    span = float(np.ptp(want)) or float(np.abs(want).max(initial=0.0)) or 1.0
    return float(np.abs(got.astype(np.float64) - want).max(initial=0.0)) / span


def agreement(got: Array, want: Array) -> float:
    """How often the float winner is among the greatest."""
    winner = np.take_along_axis(got, want.argmax(-1)[..., None], -1)[..., 0]
    return float((winner == got.max(-1)).mean())


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=Path("../shared/cases"))
    parser.add_argument("-k", default="", metavar="TEXT", help="files with TEXT in CASE/FILE")
    parser.add_argument("--scheme", default="int8", choices=LIMITS)
    parser.add_argument("--target", metavar="CORE", help="run in QEMU, too")
    parser.add_argument("--json", type=Path, metavar="FILE")
    args = parser.parse_args(argv)
    files = [
        f
        for f in find_files(args.folder, args.k)
        if f.verdict["verdict"] == "match" and (f.path.parent / "reps.npz").is_file()
    ]
    print(HEADER)
    rows = []
    for file in files:
        rows.append(measure(file, args.scheme, args.target))
        print(rows[-1].text(args.scheme), flush=True)
    if args.json is not None:
        args.json.write_text(json.dumps([vars(r) for r in rows], indent=1) + "\n")
    done = [r for r in rows if not r.problem]
    print(f"{len(done)} of {len(rows)} files were quantized")
    short = sum(r.is_short(args.scheme) for r in rows)
    print(f"{short} of {len(rows)} files fall short" if short else "none falls short")
    return 1 if short or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
