"""``millrace targets``, ``passes`` and ``ops``: what there is."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from millrace.cli.options import Commands
from millrace.ir.errors import CompileError

if TYPE_CHECKING:
    from millrace.ir.target import TargetInfo


def add_targets(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "targets",
        help="list the targets",
        description="Lists what --target may say, and what vectors and floats each machine has.",
    )
    parser.set_defaults(function=list_targets)
    return parser


def add_passes(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "passes",
        help="list the passes and the named pipelines",
        description="Lists what --pipeline of `millrace opt` may say.",
    )
    parser.add_argument("--markdown", action="store_true", help="the whole reference")
    parser.set_defaults(function=list_passes)
    return parser


def add_ops(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "ops",
        help="list the operations, or describe one",
        description="Lists the operations of the IR with their kinds, or says what one of them "
        "means and which fields it has.",
    )
    parser.add_argument("name", nargs="?", metavar="OP", help="such as mr.conv")
    parser.add_argument("--markdown", action="store_true", help="the whole reference")
    parser.set_defaults(function=list_ops)
    return parser


def list_targets(args: argparse.Namespace) -> int:
    from millrace.codegen.targets import targets

    rows = [(t.name, _vectors(t), _floats(t), t.triple) for t in targets()]
    head = ("target", "vectorizes", "floats", "triple")
    widths = [max(len(r[i]) for r in (head, *rows)) for i in range(3)]
    for *columns, triple in (head, *rows):
        cells = (f"{text:<{width}}" for text, width in zip(columns, widths, strict=True))
        print("  ".join((*cells, triple)))
    return 0


def _vectors(t: TargetInfo) -> str:
    """What one instruction computes at once."""
    if t.vector_bytes:
        bits = f"{t.vector_registers} registers of {t.vector_bytes * 8} bits"
        kinds = "integers and floats" if t.vector_float else "integers"
        return f"{kinds}, {'MVE, ' if t.mve else ''}{bits}"
    return "pairs of 16-bit products (DSP)" if t.dsp else "nothing"


def _floats(t: TargetInfo) -> str:
    """What floats are computed with, and how they are passed to functions."""
    unit = {"none": "by library", "single": "f32", "double": "f32, f64"}[t.fpu]
    return f"{unit}, {t.abi} ABI" if t.abi in ("hard", "soft") else unit


def list_passes(args: argparse.Namespace) -> int:
    from millrace.driver import reference
    from millrace.driver.pipelines import NAMED

    if args.markdown:
        sys.stdout.write(reference.passes_markdown())
        return 0
    for row in reference.pass_rows():
        print(f"{row.signature:<44} {row.summary}")
    print("\npipelines")
    for name, text in NAMED.items():
        print(f"  {name:<8} {text}")
    return 0


def list_ops(args: argparse.Namespace) -> int:
    from millrace.driver import reference
    from millrace.ir.registry import lookup

    if args.markdown:
        sys.stdout.write(reference.ops_markdown())
    elif args.name is None:
        for row in reference.op_rows():
            print(f"{row.name:<28} {row.kind:<13} {row.summary}")
    else:
        cls = lookup(args.name)
        if cls is None:
            raise CompileError(f"no operation is named {args.name!r}")
        sys.stdout.write(reference.op_entry(cls))
    return 0
