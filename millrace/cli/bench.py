"""``millrace bench``."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from millrace.cli.options import (
    Commands,
    add_model_options,
    add_sample_options,
    open_model,
    parse_seconds,
)
from millrace.ir.errors import RunError

if TYPE_CHECKING:
    from millrace.driver.model import Model
    from millrace.driver.specs import Array

EXAMPLES = """\
examples:
  millrace bench net.onnx
  millrace bench net.onnx --inputs in.npz --seconds 5 --json bench.json
  millrace bench kws.tflite --target cortex-m4 --inputs in.npz --samples --json kws.json
"""

_FROM_REPORT = (
    "code_bytes",
    "weight_bytes",
    "arena_bytes",
    "state_bytes",
    "stack_bytes",
    "io_bytes",
    "macs",
    "kernels",
)


def add_command(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "bench",
        help="measure: latency on this machine, instructions on a firmware target",
        description="On this machine: calls the compiled model again and again from Python; the "
        "latency includes the call. With a Cortex-M target: runs the object once for each sample "
        "on an emulated board in QEMU and prints the exact number of instructions of NAME_run "
        "(the largest, if samples differ), beside the sizes of the same object. Without "
        "--inputs: a seeded uniform sample.",
        epilog=EXAMPLES,
    )
    add_model_options(parser)
    add_sample_options(parser)
    parser.add_argument("--seconds", type=parse_seconds, default=2.0, help="how long (default: 2)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
    parser.set_defaults(function=execute)
    return parser


def execute(args: argparse.Namespace) -> int:
    from millrace.driver.arrays import read_samples
    from millrace.driver.files import write_all

    start = time.perf_counter()
    model = open_model(args)
    seconds = time.perf_counter() - start
    samples = read_samples(args.inputs, args.samples, model.inputs)
    if not samples:
        raise RunError("bench: there are no samples")
    if model.native:
        figures = _bench_native(model, samples, args, seconds)
    else:
        figures = _bench_emulated(model, samples, args)
    if args.json:
        report = model.report.to_dict()
        figures.update({key: report[key] for key in _FROM_REPORT})
        figures["kernels_native"] = figures["kernels"]
        write_all({args.json: (json.dumps(figures, indent=1) + "\n").encode()})
    return 0


def _bench_native(
    model: Model, samples: list[list[Array]], args: argparse.Namespace, ready: float
) -> dict[str, Any]:
    latency = measure(model, samples, args.seconds)
    print(
        f"{model.name}: min {latency['min']:.2f} us, median {latency['median']:.2f} us, "
        f"max {latency['max']:.2f} us over {latency['runs']} runs "
        f"({model.report.macs:,} macs, ready in {ready:.2f} s)"
    )
    return {"latency_us": latency}


def _bench_emulated(
    model: Model, samples: list[list[Array]], args: argparse.Namespace
) -> dict[str, Any]:
    emulation = model.emulate(samples, carry_state=args.carry_state, timeout=args.timeout)
    report, count = model.report, emulation.instructions
    per_mac = count / report.macs if report.macs else None
    row = {
        "instructions": f"{count:,}",
        "instr/mac": "-" if per_mac is None else f"{per_mac:.3f}",
        "init": f"{emulation.init_instructions:,}",
        "code": f"{report.code_bytes:,}",
        "weights": f"{report.weight_bytes:,}",
        "arena": f"{report.arena_bytes:,}",
        "state": f"{report.state_bytes:,}",
        "stack": f"{report.stack_bytes:,}",
        "stack used": f"{emulation.stack_bytes:,}",
        "io": f"{report.io_bytes:,}",
        "macs": f"{report.macs:,}",
    }
    widths = [max(len(head), len(text)) for head, text in row.items()]
    runs = f"{len(samples)} run{'s' if len(samples) > 1 else ''}"
    print(f"{model.name} for {report.target} on QEMU's {emulation.machine}, {runs}; sizes in bytes")
    print("  ".join(head.rjust(w) for head, w in zip(row, widths, strict=True)))
    print("  ".join(text.rjust(w) for text, w in zip(row.values(), widths, strict=True)))
    return {
        "instructions": count,
        "instructions_of_samples": [s.instructions for s in emulation.samples],
        "init_instructions": emulation.init_instructions,
        "instructions_per_mac": per_mac,
        "stack_used_bytes": emulation.stack_bytes,
        "machine": emulation.machine,
    }


def measure(model: Model, samples: list[list[Array]], seconds: float) -> dict[str, float]:
    """Latencies in microseconds of single calls, after a warm-up of a tenth of the time; the
    samples take turns."""
    clock = time.perf_counter_ns
    until, turn = clock() + int(seconds * 1e8), 0
    while clock() < until:
        model(*samples[0])
    times: list[int] = []
    until = clock() + int(seconds * 1e9)
    while not times or clock() < until:
        given = samples[turn % len(samples)]
        turn += 1
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
