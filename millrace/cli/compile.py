"""``millrace compile``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from millrace.cli.options import Commands, add_model_options, compile_options

EXAMPLES = """\
examples:
  millrace compile kws.onnx -o build/
  millrace compile net.onnx --shape x=1,3,224,224 --target x86-64-v3 --name net -o build/
  millrace compile kws.tflite --target cortex-m4 --export zephyr -o modules/kws
  millrace compile net.onnx --emit object,header,asm,llvm,ir -o build/
"""


def add_command(commands: Commands) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "compile",
        help="write an object, a C header and a report",
        description="Writes NAME.o, NAME.h, NAME.report.txt and NAME.report.json.",
        epilog=EXAMPLES,
    )
    add_model_options(parser)
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("."), metavar="DIR", help="where to write"
    )
    parser.add_argument(
        "--emit",
        default="object,header",
        metavar="LIST",
        help="of object, header, asm, llvm, ir (default: object,header)",
    )
    parser.add_argument(
        "--export",
        metavar="cmake|arduino|zephyr",
        help="write a folder that this build system takes as it is instead",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="do not print the report")
    parser.set_defaults(function=execute)
    return parser


def execute(args: argparse.Namespace) -> int:
    from millrace.driver.compiler import compile_artifact
    from millrace.driver.options import parse_emit
    from millrace.driver.save import write_artifact
    from millrace.driver.sources import open_source
    from millrace.exports import export, parse_export

    emit = parse_emit(args.emit)
    exporter = None if args.export is None else parse_export(args.export)
    start = time.perf_counter()
    artifact = compile_artifact(open_source(args.model), compile_options(args, emit))
    seconds = time.perf_counter() - start
    if exporter is None:
        written = write_artifact(artifact, args.output, emit)
    else:
        written = export(artifact, exporter, args.output)
    if not args.quiet:
        sys.stdout.write(artifact.report.to_text())
        print(f"compiled in {seconds:.2f} s; wrote {', '.join(map(str, written.values()))}")
    return 0
