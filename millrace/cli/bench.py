"""``millrace bench``."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from millrace.cli.options import Commands, add_model_options, open_model

if TYPE_CHECKING:
    from millrace.driver.model import Model

EXAMPLES = """\
examples:
  millrace bench net.onnx
  millrace bench net.onnx --inputs in.npz --seconds 5 --json bench.json
"""


def add_command(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "bench",
        help="measure the latency on this machine",
        description="Calls the compiled model again and again from Python; the latency includes "
        "the call. Without --inputs: a seeded uniform sample.",
        epilog=EXAMPLES,
    )
    add_model_options(parser)
    parser.add_argument("--inputs", type=Path, metavar="NPZ")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long (default: 2)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
    parser.set_defaults(function=execute)
    return parser


def execute(args: argparse.Namespace) -> int:
    from millrace.cli.arrays import match_inputs, random_inputs, read_npz
    from millrace.driver.files import write_all

    start = time.perf_counter()
    model = open_model(args)
    seconds = time.perf_counter() - start
    if args.inputs is None:
        given = random_inputs(model.inputs)
    else:
        given = match_inputs(read_npz(args.inputs), model.inputs, args.inputs)
    latency = measure(model, given, args.seconds)
    report = model.report.to_dict()
    print(
        f"{model.name}: min {latency['min']:.2f} us, median {latency['median']:.2f} us, "
        f"max {latency['max']:.2f} us over {latency['runs']} runs "
        f"({report['macs']:,} macs, ready in {seconds:.2f} s)"
    )
    if args.json:
        keys = (
            "code_bytes",
            "weight_bytes",
            "arena_bytes",
            "state_bytes",
            "stack_bytes",
            "io_bytes",
            "macs",
            "kernels",
        )
        figures: dict[str, Any] = {"latency_us": latency, **{k: report[k] for k in keys}}
        figures["kernels_native"] = figures["kernels"]
        write_all({args.json: (json.dumps(figures, indent=1) + "\n").encode()})
    return 0


def measure(model: Model, given: list[Any], seconds: float) -> dict[str, float]:
    """Latencies in microseconds of single calls, after a warm-up of a tenth of the time."""
    clock = time.perf_counter_ns
    until = clock() + int(seconds * 1e8)
    while clock() < until:
        model(*given)
    times: list[int] = []
    until = clock() + int(seconds * 1e9)
    while not times or clock() < until:
        start = clock()
        model(*given)
        times.append(clock() - start)
    times.sort()
    return {
        "min": times[0] / 1e3,
        "median": times[len(times) // 2] / 1e3,
        "max": times[-1] / 1e3,
        "runs": len(times),
    }
