"""``millrace compare``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from millrace.cli.options import (
    MODEL_HELP,
    Commands,
    add_pass_switches,
    add_tensor_choice,
    parse_shape,
    progress,
)
from millrace.ir.errors import CompileError

if TYPE_CHECKING:
    from millrace.driver.comparison import Entry

EXAMPLES = """\
examples:
  millrace compare lstm.onnx gru.onnx mgu.onnx --target cortex-m4 --data test.npz
  millrace compare lstm=a/model.tflite mgu=b/model.tflite --variants float32,int8,int8:unrolled \\
      --target cortex-m4 --data inputs.npz --labels outputs.npz --calibration reps.npz \\
      --plot compare.svg
"""


def add_command(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "compare",
        help="several models in several variants in one table",
        description="Compiles each model in each variant and runs it on the samples, on this "
        "machine or in QEMU: accuracy, agreement with the float model, flash, RAM, instructions "
        "(or microseconds) and multiply-accumulates. A file name without a folder that is not "
        "here is looked for beside each model.",
        epilog=EXAMPLES,
    )
    parser.add_argument("models", nargs="+", metavar="[NAME=]MODEL", help=MODEL_HELP)
    parser.add_argument(
        "--variants",
        default="float32,int8",
        metavar="V,V,...",
        help="float32, int8, int16x8, weights-int8, bf16, f16; with :loop or :unrolled what the "
        "compiler would decide otherwise (default: float32,int8)",
    )
    parser.add_argument("--target", default="host", help="see `millrace targets` (default: host)")
    parser.add_argument(
        "--data",
        required=True,
        metavar="NPZ",
        help="samples along the arrays' first axis, named as for `run --inputs`; an array "
        "`labels` (or `label`, `y`) has the right classes",
    )
    parser.add_argument(
        "--labels",
        metavar="NPZ",
        help="the right classes: an array as in --data, or `out0` whose greatest element is meant",
    )
    parser.add_argument("--calibration", metavar="NPZ", help="(default: the samples of --data)")
    parser.add_argument(
        "--samples", type=int, default=16, metavar="N", help="how many (default: 16)"
    )
    parser.add_argument(
        "--shape", action="append", default=[], metavar="INPUT=D,D,...", type=parse_shape,
        help="shape of an input that the files leave open; may be repeated",
    )  # fmt: skip
    add_tensor_choice(parser)
    for kind in ("csv", "json"):
        parser.add_argument(f"--{kind}", type=Path, metavar="FILE", help=f"the table as {kind}")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="the table as .png or .svg")
    add_pass_switches(parser)
    parser.set_defaults(function=execute)
    return parser


def execute(args: argparse.Namespace) -> int:
    from millrace.driver.comparison import Variant, compare, to_csv, to_json, to_text
    from millrace.driver.files import write_all
    from millrace.driver.options import CompileOptions, parse_tensors
    from millrace.driver.plots import check_plot, plot

    if args.samples < 1:
        raise CompileError(f"--samples {args.samples}: at least one is needed")
    if args.plot is not None:
        check_plot(args.plot)
    options = CompileOptions(
        target=args.target,
        shapes=dict(args.shape) or None,
        feed=parse_tensors(args.feed),
        fetch=parse_tensors(args.fetch),
    )
    variants = [Variant.parse(v) for v in args.variants.split(",") if v.strip()]
    entries = [_entry(text, args) for text in args.models]
    show = progress(args) or _silent
    rows = compare(entries, variants, options, args.samples, show)
    sys.stdout.write(to_text(rows))
    sys.stdout.flush()
    texts = {args.csv: to_csv(rows), args.json: to_json(rows)}
    write_all({path: text.encode() for path, text in texts.items() if path is not None})
    if args.plot is not None:
        plot(rows, args.plot)
    return 1 if all(r.problem for r in rows) else 0


def _entry(text: str, args: argparse.Namespace) -> Entry:
    from millrace.driver.comparison import Entry

    name, equals, given = text.partition("=")
    path = Path(given if equals else text)

    def found(option: str | None) -> Path | None:
        if option is None:
            return None
        here = Path(option)
        beside = path.parent / option
        return beside if not here.exists() and here.name == option and beside.exists() else here

    label = name if equals else path.stem
    data = found(args.data)
    assert data is not None
    return Entry(label, path, data, found(args.labels), found(args.calibration))


def _silent(text: str) -> None:
    """Where no progress is wanted."""
