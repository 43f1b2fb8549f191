"""Latency of our compiled models beside ONNX Runtime's, on one thread, in one run.

    python benchmarks/host_models.py [FOLDER] [--peers ort] [--rounds 15] [--filter lstm]

FOLDER holds NAME.onnx and NAME.npz (inputs ``in0``..., and reference outputs ``ref0``...); the
default is ``../shared/bench/models``. The peers take turns, round after round, so that a busy
moment of the machine hits all of them. Latencies are those of one call from Python, best of
all rounds and median of the rounds' best. This is a measurement, not a test: it exits with 0.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import millrace

ROOT = Path(__file__).resolve().parent.parent
Call = Callable[[], Any]


@dataclass
class Row:
    """One model. ``best[peer]`` has the best latency of each round, in microseconds."""

    name: str
    compile_seconds: float
    error: float
    best: dict[str, list[float]] = field(default_factory=dict)

    def ratio(self, peer: str) -> float:
        """Our best latency divided by the peer's."""
        return min(self.best["ours"]) / min(self.best[peer])


def main() -> None:
    args = parse_args()
    peers = [p for p in args.peers.split(",") if p]
    paths = sorted(p for p in args.folder.glob("*.onnx") if args.filter in p.name)
    if not paths:
        print(f"{args.folder}: no .onnx files")
        return
    print(header(peers))
    rows = []
    for path in paths:
        try:
            row = measure(path, peers, args.rounds, args.seconds)
        except millrace.MillraceError as e:
            print(f"{path.stem:<24} {str(e).splitlines()[0][:100]}")
            continue
        rows.append(row)
        print(line(row, peers), flush=True)
    for peer in peers:
        if rows:
            mean = float(np.exp(np.mean([np.log(r.ratio(peer)) for r in rows])))
            worst = max(rows, key=lambda r: r.ratio(peer))
            print(
                f"ours / {peer}: geometric mean {mean:.2f}, worst {worst.ratio(peer):.2f} "
                f"({worst.name})"
            )
    if args.json:
        args.json.write_text(json.dumps([vars(r) for r in rows], indent=1) + "\n")


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    default = ROOT.parent / "shared" / "bench" / "models"
    parser.add_argument("folder", nargs="?", type=Path, default=default)
    parser.add_argument("--peers", default="ort", help="comma-separated; '' for ours alone")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.05, help="of one round of one peer")
    parser.add_argument("--filter", default="", help="only models whose name contains this")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def measure(path: Path, peers: list[str], rounds: int, seconds: float) -> Row:
    start = time.perf_counter()
    model = millrace.compile(path)
    elapsed = time.perf_counter() - start
    data = dict(np.load(path.with_suffix(".npz")))
    inputs = [data[f"in{i}"] for i in range(len(model.inputs))]
    row = Row(path.stem, elapsed, error_of(model.run(named(model, inputs)), data))
    calls: dict[str, Call] = {"ours": lambda: model(*inputs)}
    calls |= {peer: PEERS[peer](path, inputs) for peer in peers}
    row.best = {name: [] for name in calls}
    for call in calls.values():
        best_of(call, seconds)
    for _ in range(rounds):
        for name, call in calls.items():
            row.best[name].append(best_of(call, seconds))
    return row


def named(model: millrace.Model, inputs: list[Any]) -> dict[str, Any]:
    return {s.name: a for s, a in zip(model.inputs, inputs, strict=True)}


def error_of(outputs: dict[str, Any], data: dict[str, Any]) -> float:
    """The largest error of any output, relative to the reference's range."""
    worst = 0.0
    for i, got in enumerate(outputs.values()):
        want = data[f"ref{i}"].astype(np.float64)
        scale = float(np.ptp(want)) or float(np.abs(want).max()) or 1.0
        worst = max(worst, float(np.abs(got.astype(np.float64) - want).max()) / scale)
    return worst


def best_of(call: Call, seconds: float) -> float:
    clock = time.perf_counter_ns
    best = float("inf")
    until = clock() + int(seconds * 1e9)
    while clock() < until:
        start = clock()
        call()
        best = min(best, clock() - start)
    return best / 1e3


def open_ort(path: Path, inputs: list[Any]) -> Call:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    feed = {i.name: a for i, a in zip(session.get_inputs(), inputs, strict=True)}
    return lambda: session.run(None, feed)


PEERS: dict[str, Callable[[Path, list[Any]], Call]] = {"ort": open_ort}


def header(peers: list[str]) -> str:
    columns = "".join(f"{p + ' min':>12}{p + ' med':>12}{'ratio':>8}" for p in peers)
    return (
        f"{'model (us)':<24}{'ours min':>12}{'ours med':>12}{columns}{'compile s':>11}{'error':>10}"
    )


def line(row: Row, peers: list[str]) -> str:
    def pair(name: str) -> str:
        best = row.best[name]
        return f"{min(best):>12.1f}{statistics.median(best):>12.1f}"

    columns = "".join(f"{pair(p)}{row.ratio(p):>8.2f}" for p in peers)
    return f"{row.name:<24}{pair('ours')}{columns}{row.compile_seconds:>11.2f}{row.error:>10.1e}"


if __name__ == "__main__":
    main()
