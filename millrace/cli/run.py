"""``millrace run``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from millrace.cli.options import Commands, add_model_options, add_sample_options, open_model

if TYPE_CHECKING:
    from millrace.driver.model import Model
    from millrace.driver.specs import Array

EXAMPLES = """\
examples:
  millrace run net.onnx --inputs in.npz --outputs out.npz
  millrace run build/ --name net --inputs reps.npz --samples 10 --outputs out.npz
  millrace run kws.tflite --target cortex-m4 --inputs in.npz --samples --outputs out.npz
"""


def add_command(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "run",
        help="run a model on arrays from an .npz file",
        description="Arrays are matched to inputs by name, else in0, in1, ... by position. "
        "Outputs are written as out0, out1, ... and by name. With a Cortex-M target the object "
        "runs on an emulated board in QEMU.",
        epilog=EXAMPLES,
    )
    add_model_options(parser)
    add_sample_options(parser)
    parser.add_argument("--outputs", type=Path, metavar="NPZ", help="default: print a summary")
    parser.set_defaults(function=execute)
    return parser


def execute(args: argparse.Namespace) -> int:
    from millrace.driver.arrays import read_samples, write_npz

    model = open_model(args)
    samples = read_samples(args.inputs, args.samples, model.inputs)
    run = _run_native if model.native else _run_emulated
    rows = run(model, samples, args)
    outputs = list(rows[0]) if args.samples is None else _stacked(model, rows)
    if args.outputs is not None:
        named = {f"out{i}": o for i, o in enumerate(outputs)}
        for spec, o in zip(model.outputs, outputs, strict=True):
            named.setdefault(spec.name, o)
        write_npz(args.outputs, named)
    else:
        _print_summary(model, outputs)
    return 0


def _run_native(
    model: Model, samples: list[list[Array]], args: argparse.Namespace
) -> list[Sequence[Array]]:
    rows: list[Sequence[Array]] = []
    state = model.new_state()
    for sample in samples:
        if not args.carry_state:
            state.reset()
        named = {s.name: a for s, a in zip(model.inputs, sample, strict=True)}
        rows.append(list(state.run(named).values()))
    return rows


def _run_emulated(
    model: Model, samples: list[list[Array]], args: argparse.Namespace
) -> list[Sequence[Array]]:
    emulation = model.emulate(samples, carry_state=args.carry_state, timeout=args.timeout)
    return [run.outputs for run in emulation.samples]


def _stacked(model: Model, rows: list[Sequence[Array]]) -> list[Array]:
    """One array an output, with a leading sample axis."""
    import numpy as np

    if not rows:
        return [np.empty((0, *spec.shape), spec.dtype) for spec in model.outputs]
    return [np.stack(column) for column in zip(*rows, strict=True)]


def _print_summary(model: Model, outputs: list[Array]) -> None:
    import numpy as np

    for spec, o in zip(model.outputs, outputs, strict=True):
        text = np.array2string(o, threshold=16, edgeitems=3, precision=6)
        print(f"{spec}\n{text}")
