"""``millrace inspect``."""

from __future__ import annotations

import argparse
import json
import sys

from millrace.cli.options import MODEL_HELP, Commands, add_bound, add_tensor_choice, parse_shape

EXAMPLES = """\
examples:
  millrace inspect net.onnx
  millrace inspect net.onnx --shape x=1,3,224,224 --json
"""


def add_command(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "inspect",
        help="inputs, outputs, operations, loops, parameters, multiply-accumulates",
        description="Says what is in a model without compiling it. When operations are not "
        "supported, lists all of them and exits with 1.",
        epilog=EXAMPLES,
    )
    parser.add_argument("model", metavar="MODEL", help=MODEL_HELP)
    parser.add_argument(
        "--shape", action="append", default=[], metavar="INPUT=D,D,...", type=parse_shape,
        help="shape of an input that the file leaves open; may be repeated",
    )  # fmt: skip
    add_bound(parser)
    add_tensor_choice(parser)
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(function=execute)
    return parser


def execute(args: argparse.Namespace) -> int:
    from millrace.driver.inspection import inspect_source
    from millrace.driver.options import parse_tensors
    from millrace.driver.sources import open_source

    source = open_source(args.model).choosing(parse_tensors(args.feed), parse_tensors(args.fetch))
    found = inspect_source(source, dict(args.shape) or None, dict(args.bound) or None)
    if args.json:
        print(json.dumps(found.to_dict(), indent=1))
    else:
        sys.stdout.write(found.to_text())
    return 0
