"""Options that several commands share."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from millrace.ir.errors import CompileError

if TYPE_CHECKING:
    from millrace.driver.model import Model
    from millrace.driver.options import CompileOptions, Switches

MODEL_HELP = (
    ".onnx, .tflite or .pb file, SavedModel folder, file.py:function, or .mlir file of ours"
)

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """MODEL and how it is compiled."""
    parser.add_argument("model", metavar="MODEL", help=MODEL_HELP)
    group = parser.add_argument_group("model options")
    group.add_argument("--target", default="host", help="see `millrace targets` (default: host)")
    group.add_argument("--name", help="C identifier that names start with (default: file's stem)")
    group.add_argument(
        "--shape",
        action="append",
        default=[],
        metavar="INPUT=D,D,...",
        type=parse_shape,
        help="shape of an input that the file leaves open; may be repeated. T<=100 in place of "
        "a number: a size that each run has anew, up to a bound",
    )
    add_bound(group)
    add_tensor_choice(group)
    group.add_argument(
        "--strict", action="store_true", help="no reassociation or contraction of float arithmetic"
    )
    for option, what in (("--flash", "code and weights"), ("--ram", "arena, state, stack and io")):
        help_text = f"{what} may take so much, such as 64K (default: what such machines have)"
        group.add_argument(option, metavar="SIZE", help=help_text)
    group.add_argument(
        "--unroll",
        default="auto",
        metavar="auto|never|full|N",
        help="loops over time: the compiler decides (auto), stay loops, become straight line, or "
        "N steps a body",
    )
    group.add_argument(
        "--patch",
        default="auto",
        metavar="auto|never|least|N",
        help="first layers in bands of rows, so that less memory is in use at once: where --ram "
        "asks for it (auto), as they take least, or in N bands",
    )
    group.add_argument(
        "--sparse",
        default="auto",
        metavar="auto|never|least",
        help="weights with many zeros are stored without them: where that saves bytes and loses "
        "no instructions, or --flash asks for it (auto), or wherever bytes are saved (least); on "
        "hosts only where it saves time",
    )
    add_quantization(parser)
    add_pass_switches(parser)


def add_sample_options(parser: argparse.ArgumentParser) -> None:
    """What a model is run on."""
    parser.add_argument("--inputs", type=Path, metavar="NPZ", help="default: a seeded sample")
    parser.add_argument(
        "--samples",
        type=parse_count,
        nargs="?",
        const=-1,
        metavar="N",
        help="arrays carry a leading sample axis: one run each (the first N)",
    )
    parser.add_argument(
        "--carry-state", action="store_true", help="state carries over from sample to sample"
    )
    parser.add_argument(
        "--timeout",
        type=parse_seconds,
        metavar="SECONDS",
        help="what the emulation of a firmware target may take for all samples (default: 600)",
    )


def add_quantization(parser: argparse.ArgumentParser) -> None:
    """How a float model becomes an integer one."""
    group = parser.add_argument_group("quantization")
    group.add_argument(
        "--quantize",
        metavar="SCHEME",
        help="int8: 8-bit weights and activations; int16x8: activations of 16 bits; floats with "
        "weights in fewer bytes: weights-int8, bf16, f16",
    )
    group.add_argument(
        "--prune",
        metavar="magnitude:SHARE[,structured]",
        help="set the smallest weights to zero (with `structured`: whole units, which then go); "
        "with --calibration the report says what that does to the outputs",
    )
    group.add_argument(
        "--calibration",
        type=Path,
        metavar="NPZ",
        help="samples of the inputs, along the arrays' first axis, named as for `run --inputs`",
    )
    group.add_argument(
        "--calibrate-method",
        default="auto",
        metavar="auto|minmax|percentile|mse|kl",
        help="how ranges are made of the samples (default: all, and the one that errs least)",
    )
    group.add_argument(
        "--quantize-report",
        type=Path,
        metavar="FILE",
        help="write what each value loses by its integers, in decibels",
    )
    group.add_argument(
        "--io",
        metavar="float32|int8",
        help="what a quantized model takes and gives (default: what the float model does)",
    )


def add_bound(group: argparse._ActionsContainer) -> None:
    """The bounds of what follows from data."""
    group.add_argument(
        "--bound",
        action="append",
        default=[],
        metavar="[NODE=]N",
        type=parse_bound,
        help="largest size of what follows from data: the steps of a loop, the elements that a "
        "node finds; without a name, of all that need one; may be repeated",
    )


def add_tensor_choice(group: argparse._ActionsContainer) -> None:
    """Which tensors of a TensorFlow graph are inputs and outputs."""
    help_text = "tensors of a TensorFlow graph that are its %s (default: found in the graph)"
    for option, side in (("--feed", "inputs"), ("--fetch", "outputs")):
        group.add_argument(option, default="", metavar="NAME,...", help=help_text % side)


def add_pass_switches(parser: argparse.ArgumentParser) -> None:
    """What helps to look into the passes."""
    group = parser.add_argument_group("looking into the passes")
    group.add_argument("--print-ir-after-all", action="store_true", help="IR after each pass")
    group.add_argument(
        "--print-ir-after-change", action="store_true", help="IR after each pass that changed it"
    )
    group.add_argument("--time-passes", action="store_true", help="time of each pass on stderr")
    group.add_argument(
        "--stop-after", type=int, metavar="N", help="N rewrites of the optional passes, no more"
    )
    group.add_argument(
        "--check-each",
        action="store_true",
        help="interpret after each pass on random inputs and compare",
    )
    group.add_argument(
        "--dump-dir", type=Path, metavar="DIR", help="reproducers and printed IR go there"
    )
    group.add_argument(
        "--progress",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="what is being done, on stderr (default: when it is a terminal)",
    )


def parse_shape(text: str) -> tuple[str, tuple[int | str, ...]]:
    """``x=1,3,224,224``, ``x=1,T<=100,16``."""
    name, equals, dims = text.replace("<=", "\0").rpartition("=")
    parts = [d.strip().replace("\0", "<=") for d in dims.strip("[]() ").split(",") if d.strip()]
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not INPUT=D,D,...")
    for d in parts:
        if not d.isdigit() and not is_run_time_size(d):
            raise argparse.ArgumentTypeError(f"{d!r} in {text!r} is no number, nor as T<=100")
    name = name.replace("\0", "<=").strip()
    return name, tuple(int(d) if d.isdigit() else d for d in parts)


def parse_count(text: str) -> int:
    """A number from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return int(text)


def parse_seconds(text: str) -> float:
    """A time that is not nothing."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0")
    return seconds


def parse_bound(text: str) -> tuple[str, int]:
    """``/decoder/Loop=40``, ``40``."""
    name, _, number = text.rpartition("=")
    if not number.strip().isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not NODE=N, nor a number")
    return name.strip(), int(number)


def is_run_time_size(text: str) -> bool:
    from millrace.driver.sizes import SIZE

    return SIZE.fullmatch(text) is not None


def switches(args: argparse.Namespace) -> Switches:
    """The pass switches as given."""
    from millrace.driver.options import Switches

    return Switches(
        print_ir_after_all=args.print_ir_after_all,
        print_ir_after_change=args.print_ir_after_change,
        time_passes=args.time_passes,
        stop_after=args.stop_after,
        check_each=args.check_each,
        dump_dir=args.dump_dir,
        progress=progress(args),
    )


def compile_options(args: argparse.Namespace, emit: tuple[str, ...] = ()) -> CompileOptions:
    """The compile options as given."""
    from millrace.driver.options import (
        CompileOptions,
        parse_io,
        parse_method,
        parse_patch,
        parse_prune,
        parse_quantize,
        parse_report,
        parse_size,
        parse_sparse,
        parse_tensors,
        parse_unroll,
    )

    return CompileOptions(
        target=args.target,
        name=args.name,
        shapes=dict(args.shape) or None,
        bounds=dict(args.bound) or None,
        feed=parse_tensors(args.feed),
        fetch=parse_tensors(args.fetch),
        strict=args.strict,
        unroll=parse_unroll(args.unroll),
        quantize=parse_quantize(args.quantize, args.calibration, args.prune),
        calibration=args.calibration,
        method=parse_method(args.calibrate_method, args.quantize),
        prune=parse_prune(args.prune),
        io=parse_io(args.io, args.quantize),
        quantize_report=parse_report(args.quantize_report, args.quantize),
        patch=parse_patch(args.patch),
        sparse=parse_sparse(args.sparse),
        flash=parse_size(args.flash, "--flash"),
        ram=parse_size(args.ram, "--ram"),
        emit=emit,
        switches=switches(args),
    )


def progress(args: argparse.Namespace) -> Callable[[str], None] | None:
    """A function that shows what is being done, or None."""
    wanted = sys.stderr.isatty() if args.progress is None else args.progress
    return _ProgressLine() if wanted else None


class _ProgressLine:
    """One line on a terminal, rewritten; one line a step elsewhere. An empty text wipes it."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()

    def __call__(self, text: str) -> None:
        if self._terminal:
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
        elif text:
            print(f"millrace: {text}", file=sys.stderr, flush=True)


def open_model(args: argparse.Namespace) -> Model:
    """MODEL compiled for this machine, or reopened when it is a folder that `compile` wrote."""
    from millrace.driver import api

    folder = Path(args.model)
    if folder.is_dir() and not (folder / "saved_model.pb").is_file():
        if args.shape or args.target != "host" or args.strict:
            raise CompileError(
                f"{args.model} is compiled already: --shape, --target and --strict "
                "have no effect on it"
            )
        return api.load(args.model, name=args.name)
    return api.compile_with(args.model, compile_options(args))
