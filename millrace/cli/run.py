"""``millrace run``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from millrace.cli.options import Commands, add_model_options, open_model

if TYPE_CHECKING:
    from millrace.driver.model import Model

EXAMPLES = """\
examples:
  millrace run net.onnx --inputs in.npz --outputs out.npz
  millrace run build/ --name net --inputs reps.npz --samples 10 --outputs out.npz
"""


def add_command(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "run",
        help="run a model on arrays from an .npz file",
        description="Arrays are matched to inputs by name, else in0, in1, ... by position. "
        "Outputs are written as out0, out1, ... and by name.",
        epilog=EXAMPLES,
    )
    add_model_options(parser)
    parser.add_argument("--inputs", type=Path, metavar="NPZ", help="default: a seeded sample")
    parser.add_argument("--outputs", type=Path, metavar="NPZ", help="default: print a summary")
    parser.add_argument(
        "--samples",
        type=int,
        nargs="?",
        const=-1,
        metavar="N",
        help="arrays carry a leading sample axis: one run each (the first N)",
    )
    parser.add_argument(
        "--carry-state", action="store_true", help="state carries over from sample to sample"
    )
    parser.set_defaults(function=execute)
    return parser


def execute(args: argparse.Namespace) -> int:
    from millrace.cli.arrays import match_inputs, random_inputs, read_npz, write_npz

    model = open_model(args)
    if args.inputs is None:
        given = random_inputs(model.inputs)
    else:
        given = match_inputs(read_npz(args.inputs), model.inputs, args.inputs)
    outputs = _run(model, given, args)
    if args.outputs is not None:
        named = {f"out{i}": o for i, o in enumerate(outputs)}
        for spec, o in zip(model.outputs, outputs, strict=True):
            named.setdefault(spec.name, o)
        write_npz(args.outputs, named)
    else:
        _print_summary(model, outputs)
    return 0


def _run(model: Model, given: list[Any], args: argparse.Namespace) -> list[Any]:
    import numpy as np

    from millrace.cli.arrays import split_samples

    if args.samples is None:
        return list(model.run(_named(model, given)).values())
    limit = None if args.samples < 0 else args.samples
    rows = []
    state = model.new_state()
    for sample in split_samples(given, model.inputs, limit):
        if not args.carry_state:
            state.reset()
        rows.append(list(state.run(_named(model, sample)).values()))
    if not rows:
        return [np.empty((0, *spec.shape), spec.dtype) for spec in model.outputs]
    return [np.stack(column) for column in zip(*rows, strict=True)]


def _named(model: Model, arrays: list[Any]) -> dict[str, Any]:
    return {s.name: a for s, a in zip(model.inputs, arrays, strict=True)}


def _print_summary(model: Model, outputs: list[Any]) -> None:
    import numpy as np

    for spec, o in zip(model.outputs, outputs, strict=True):
        text = np.array2string(o, threshold=16, edgeitems=3, precision=6)
        print(f"{spec}\n{text}")
