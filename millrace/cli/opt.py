"""``millrace opt``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from millrace.cli.options import Commands, add_pass_switches, switches

if TYPE_CHECKING:
    from millrace.ir.dialects.builtin import Module

EXAMPLES = """\
examples:
  millrace opt net.mlir --pipeline "canonicalize,cse"
  millrace opt net.mlir --pipeline graph --print-ir-after-change -o net.graph.mlir
  millrace opt net.mlir --pipeline "structure,fuse" --interpret --inputs in.npz

A pipeline is a list of passes with options, `unroll{mode=never}`, and of named pipelines
(`millrace passes` lists both).
"""


def add_command(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "opt",
        help="run passes on IR text",
        description="Reads IR text (with its .npz beside it when there are large constants), runs "
        "a pipeline and prints the result.",
        epilog=EXAMPLES,
    )
    parser.add_argument("file", type=Path, metavar="FILE.mlir")
    parser.add_argument("--pipeline", default="", metavar="TEXT", help="default: no passes")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: stdout")
    parser.add_argument("--target", help="set the module's target (default: what the file says)")
    parser.add_argument("--interpret", action="store_true", help="interpret the result")
    parser.add_argument(
        "--inputs", type=Path, metavar="NPZ", help="for --interpret; default: a seeded sample"
    )
    add_pass_switches(parser)
    parser.set_defaults(function=execute)
    return parser


def execute(args: argparse.Namespace) -> int:
    from millrace.codegen import target as find_target
    from millrace.driver.compiler import set_target
    from millrace.driver.passes import PassRun
    from millrace.driver.pipelines import expand
    from millrace.ir.parser import read
    from millrace.ir.printer import print_module, write
    from millrace.ir.verifier import verify

    module = read(args.file)
    verify(module)
    if args.target:
        set_target(module, find_target(args.target))
    run = PassRun(switches(args), str(args.file))
    run.run(module, expand(args.pipeline))
    run.finish()
    verify(module)
    if args.interpret:
        _interpret(module, args)
    elif args.output is None:
        sys.stdout.write(print_module(module))
    else:
        write(module, args.output)
    return 0


def _interpret(module: Module, args: argparse.Namespace) -> None:
    import numpy as np

    from millrace.driver.arrays import match_inputs, random_inputs, read_npz
    from millrace.driver.interpreting import input_specs, interpret_entry

    specs = input_specs(module)
    given = (
        random_inputs(specs)
        if args.inputs is None
        else match_inputs(read_npz(args.inputs), specs, args.inputs)
    )
    for i, out in enumerate(interpret_entry(module, given)):
        print(f"out{i}: {out.dtype.name}{list(out.shape)}")
        print(np.array2string(out, threshold=64, edgeitems=4, precision=7))
