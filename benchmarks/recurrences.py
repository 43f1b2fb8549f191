"""Loop, partial and full unrolling of recurrences: time, code, compile time, and our choice.

    python benchmarks/recurrences.py ../shared/bench/models

The folder holds ONNX models with one or more recurrences; all variants of a model are timed in one
run, interleaved, so that ratios hold when the machine's speed drifts. At the end: what a cell of
one's own (a minimal gated unit) takes for each multiply-accumulate, beside an LSTM of its sizes.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import millrace

MODELS = (
    "rnn_64_128_t100_b1",
    "lstm_12_20_t100_b1",
    "gru_64_128_t100_b1",
    "mgu_12_20_t100",
    "lnpeep_64_128_t100",
)
MODES = ("never", "2", "8", "full", "auto")
ROUNDS = 15
PAIRS = (("lstm_12_20_t100_b1", "mgu_12_20_t100"), ("lstm_64_128_t100_b1", "mgu_64_128_t100"))
PAIR_ROUNDS = 400


@dataclass
class Variant:
    mode: str
    model: Any
    compile_seconds: float
    best: float = float("inf")

    def time(self, args: list[Any]) -> None:
        started = time.perf_counter()
        self.model(*args)
        self.best = min(self.best, time.perf_counter() - started)

    def choice(self) -> str:
        """The first words of the pass's remark: what it decided."""
        for d in self.model.report.decisions:
            if d.by == "unroll":
                return str(d.text.split(":")[0])
        return "-"


def measure(path: Path) -> list[Variant]:
    variants = []
    for mode in MODES:
        started = time.perf_counter()
        model = millrace.compile(path, unroll=mode)
        variants.append(Variant(mode, model, time.perf_counter() - started))
    rs = np.random.default_rng(0)
    args = [rs.standard_normal(s.shape).astype(s.dtype) for s in variants[0].model.inputs]
    for _ in range(ROUNDS):
        for v in variants:
            for _ in range(5):
                v.time(args)
    return variants


def compare_cells(folder: Path) -> None:
    print(f"\n{'time per MAC':22} {'MACs':>10} {'us':>9} {'ps/MAC':>8} {'ratio':>6}")
    for names in PAIRS:
        cells = [Variant(n, millrace.compile(folder / f"{n}.onnx"), 0.0) for n in names]
        rs = np.random.default_rng(0)
        args = [
            [rs.standard_normal(s.shape).astype(s.dtype) for s in c.model.inputs] for c in cells
        ]
        for _ in range(PAIR_ROUNDS):
            for cell, given in zip(cells, args, strict=True):
                for _ in range(5):
                    cell.time(given)
        costs = [c.best * 1e12 / c.model.report.macs for c in cells]
        for cell, cost in zip(cells, costs, strict=True):
            print(
                f"{cell.mode:22} {cell.model.report.macs:10,} {cell.best * 1e6:9.2f} {cost:8.1f} "
                f"{cost / costs[0]:6.2f}",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("-k", metavar="WORD", default="", help="only models with this in the name")
    args = parser.parse_args()
    print(f"{'model':22} {'unroll':7} {'us':>9} {'ratio':>6} {'code':>8} {'compile s':>9}  chose")
    for name in MODELS:
        if args.k not in name:
            continue
        variants = measure(args.folder / f"{name}.onnx")
        loop = variants[0].best
        for v in variants:
            chose = v.choice() if v.mode == "auto" else ""
            print(
                f"{name:22} {v.mode:7} {v.best * 1e6:9.1f} {v.best / loop:6.2f} "
                f"{v.model.report.code_bytes:8} {v.compile_seconds:9.1f}  {chose}",
                flush=True,
            )
    if not args.k:
        compare_cells(args.folder)


if __name__ == "__main__":
    main()
