"""The ``millrace`` command."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from millrace._version import __version__
from millrace.cli import bench, compare, compile, inspect, lists, opt, run
from millrace.ir.errors import MillraceError

OK, USER_ERROR, USAGE_ERROR, INTERNAL_ERROR, INTERRUPTED = 0, 1, 2, 3, 130

EXAMPLES = """\
examples:
  millrace compile kws.onnx -o build/           build/kws.o, kws.h, kws.report.txt, kws.report.json
  millrace compile kws.onnx --target aarch64 --emit object,header,asm
  millrace run kws.onnx --inputs in.npz --outputs out.npz
  millrace bench kws.onnx
  millrace inspect kws.onnx
  millrace opt kws.graph.mlir --pipeline "canonicalize,cse" --print-ir-after-all

exit codes: 0 done, 1 an error in what was given, 2 wrong usage, 3 an error in Millrace itself
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = make_parser()
    args = parser.parse_args(argv)
    try:
        code: int = args.function(args)
        sys.stdout.flush()
        return code
    except MillraceError as e:
        return _fail(args, f"error: {e}", USER_ERROR)
    except BrokenPipeError:
        # The reader has gone (`millrace ops | head`): nothing is wrong, nobody listens.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return OK
    except OSError as e:
        where = f"{e.filename}: " if e.filename else ""
        return _fail(args, f"error: {where}{e.strerror or e}", USER_ERROR)
    except MemoryError:
        return _fail(args, "error: out of memory", USER_ERROR)
    except KeyboardInterrupt:
        print("millrace: interrupted", file=sys.stderr)
        return INTERRUPTED
    except Exception as e:
        text = f"internal error: {type(e).__name__}: {e} (--traceback shows where)"
        return _fail(args, text, INTERNAL_ERROR)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; the usage of most commands is longer than a screen."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE_ERROR, f"{self.prog}: error: {message} (usage: {self.prog} --help)\n")


def make_parser() -> argparse.ArgumentParser:
    """The parser with all subcommands."""
    parser: argparse.ArgumentParser = _Parser(
        prog="millrace",
        description="Compiles dataflow graphs with control flow to native code.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"millrace {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (
        compile.add_command,
        run.add_command,
        bench.add_command,
        compare.add_command,
        inspect.add_command,
        opt.add_command,
        lists.add_targets,
        lists.add_passes,
        lists.add_ops,
    ):
        command = add(commands)
        command.formatter_class = argparse.RawDescriptionHelpFormatter
        command.add_argument(
            "--traceback", action="store_true", help="show where in Millrace an error arose"
        )
    return parser


def _fail(args: argparse.Namespace, text: str, code: int) -> int:
    if args.traceback:
        traceback.print_exc()
    print(f"millrace: {text}", file=sys.stderr)
    return code
