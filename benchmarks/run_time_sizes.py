"""What a run-time sequence length costs: T<=N against the fixed N, in one run, interleaved.

    python benchmarks/run_time_sizes.py ../shared/bench/models

The folder holds ONNX models with one sequence of a fixed length along dimension 0. Each is
compiled as it is and with the length as a run-time size; both are called on the same arrays at the
full length, and the fixed one at half of it is set beside the open one at half of it.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import millrace

MODELS = (
    "lstm_12_20_t100_b1",
    "lstm_64_128_t100_b1",
    "gru_64_128_t100_b1",
    "rnn_64_128_t100_b1",
    "mgu_12_20_t100",
    "mgu_64_128_t100",
    "lnpeep_64_128_t100",
)
ROUNDS = 200
CALLS = 10


def best_times(calls: list[tuple[Any, list[Any]]]) -> list[float]:
    """The shortest call of each (model, arrays), in microseconds."""
    best = [float("inf")] * len(calls)
    for _ in range(ROUNDS):
        for i, (model, args) in enumerate(calls):
            for _ in range(CALLS):
                started = time.perf_counter_ns()
                model(*args)
                best[i] = min(best[i], (time.perf_counter_ns() - started) / 1e3)
    return best


def measure(path: Path) -> list[float]:
    """Microseconds: fixed and open at the full length, then both at half of it."""
    fixed = millrace.compile(path)
    (spec,) = fixed.inputs
    length, *rest = spec.shape
    opened = millrace.compile(path, shape={spec.name: (f"T<={length}", *rest)})
    half = millrace.compile(path, shape={spec.name: (f"{length // 2}<=T<={length // 2}", *rest)})
    x = np.random.default_rng(0).standard_normal(spec.shape).astype(spec.dtype)
    short = np.ascontiguousarray(x[: length // 2])
    assert np.array_equal(fixed(x), opened(x)) or np.allclose(fixed(x), opened(x), atol=1e-5)
    return best_times([(fixed, [x]), (opened, [x]), (half, [short]), (opened, [short])])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("-k", metavar="WORD", default="", help="only models with this in the name")
    args = parser.parse_args()
    head = f"{'fixed N us':>12} {'T<=N':>9} {'ratio':>6} {'fixed N/2':>14} {'T<=N':>9} {'ratio':>6}"
    print(f"{'':22} {head}")
    for name in MODELS:
        if args.k in name:
            a, b, c, d = measure(args.folder / f"{name}.onnx")
            whole = f"{a:12.2f} {b:9.2f} {b / a:6.3f}"
            print(f"{name:22} {whole} {c:14.2f} {d:9.2f} {d / c:6.3f}", flush=True)


if __name__ == "__main__":
    main()
