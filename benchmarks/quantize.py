"""Quantizes the float files of a folder of cases that have calibration data, and prints how near
their integer forms stay to the framework's float outputs.

    python benchmarks/quantize.py ../shared/cases                       int8
    python benchmarks/quantize.py ../shared/cases --scheme int16x8 -k k3_

A row: the largest error of a float output as a part of its range, how often the arg-max over the
last axis is the float one's (a tie that holds it counts), how many elements of integer and truth
outputs are equal. Files whose verdict is not ``match`` are left out.
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


@dataclass(frozen=True)
class Row:
    """What was measured of one file; ``problem`` says why it could not be."""

    label: str
    error: float = 0.0
    argmax: float = 1.0
    exact: float = 1.0
    widened: int = 0
    islands: int = 0
    weights: int = 0
    seconds: float = 0.0
    problem: str = ""

    def text(self) -> str:
        if self.problem:
            return f"{self.label:46} {self.problem}"
        return (
            f"{self.label:46} {self.error:9.5f} {self.argmax:8.4f} {self.exact:8.4f} "
            f"{self.widened:7} {self.islands:7} {self.weights:8} {self.seconds:6.1f}"
        )


HEADER = f"{'file':46} {'error':>9} {'argmax':>8} {'exact':>8} widened islands  weights      s"


def measure(file: File, scheme: str) -> Row:
    """Compile for this machine and run all samples."""
    started = time.perf_counter()
    try:
        model = millrace.compile(
            file.path,
            fetch=file.fetch,
            quantize=scheme,
            calibration=file.path.parent / "reps.npz",
        )
        got, wanted = outputs(file, model)
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
    )


def outputs(file: File, model: Any) -> tuple[list[Array], list[Array]]:
    """Outputs and references, in the references' shapes."""
    inputs, wanted = file.inputs(), numbered(file.reference(), "out")
    rows = []
    state = model.new_state()
    for i in range(len(inputs[0])):
        if not file.carries_state:
            state.reset()
        sample = zip(inputs, model.inputs, strict=True)
        out = state(*(x[i].reshape(s.shape).astype(s.dtype) for x, s in sample))
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
    parser.add_argument("--scheme", default="int8")
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
        rows.append(measure(file, args.scheme))
        print(rows[-1].text(), flush=True)
    if args.json is not None:
        args.json.write_text(json.dumps([vars(r) for r in rows], indent=1) + "\n")
    done = [r for r in rows if not r.problem]
    print(f"{len(done)} of {len(rows)} files were quantized")
    return 0 if len(done) == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
