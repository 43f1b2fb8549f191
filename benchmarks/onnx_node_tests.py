"""Runs the ONNX standard's node tests and prints how many pass, and why the others do not.

    python benchmarks/onnx_node_tests.py                   compiled to native code
    python benchmarks/onnx_node_tests.py --interpret       imported and interpreted with numpy
    python benchmarks/onnx_node_tests.py -k reduce -v      some of them, with each result

The tests come from the installed ``onnx`` package; which of them count is written in
``tests/onnx/core_tests.txt`` (``--all`` takes every one). They run in child processes, so that a
crash costs one test. While a compiled model runs, every operation's ``evaluate`` is blocked: a
model that called back into Python would fail.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
CORE = ROOT / "tests" / "onnx" / "core_tests.txt"

Result = tuple[str, str]
"""The test's name, and why it failed; empty when it passed."""


def load_tests() -> dict[str, Any]:
    """All node tests of the installed package by name."""
    from onnx.backend.test.loader import load_model_tests

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {t.name: t for t in load_model_tests(kind="node")}


def core_names() -> list[str]:
    return [line for line in CORE.read_text().split("\n") if line]


# ---- one test


def run_test(test: Any, *, interpreted: bool) -> str:
    """Why the test fails; empty when it passes."""
    from millrace.ir.errors import MillraceError

    try:
        run = interpreter_of(test.model) if interpreted else native_of(test.model)
        for inputs, expected in test.data_sets:
            outputs = run([as_array(i) for i in inputs])
            check(outputs, [as_array(e) for e in expected], test.rtol, test.atol)
    except MillraceError as e:
        return f"{type(e).__name__}: {e}"
    except AssertionError as e:
        return "wrong: " + " ".join(str(e).split())[:200]
    except Exception as e:  # a bug of ours: worth its own label
        return f"BUG {type(e).__name__}: {e}"
    return ""


def as_array(value: Any) -> np.ndarray[Any, Any]:
    """Test data is an array, or a TensorProto."""
    from onnx import TensorProto, numpy_helper

    if isinstance(value, TensorProto):
        return np.asarray(numpy_helper.to_array(value))
    return np.asarray(value)


def interpreter_of(model: Any) -> Any:
    from millrace.frontend.onnx import import_onnx
    from millrace.ir.interpreter import interpret

    module = import_onnx(model)

    def run(arrays: Sequence[np.ndarray[Any, Any]]) -> Any:
        with np.errstate(all="ignore"):
            return interpret(module, arrays)

    return run


def native_of(model: Any) -> Any:
    import millrace

    compiled = millrace.compile(model)

    def run(arrays: Sequence[np.ndarray[Any, Any]]) -> Any:
        with evaluate_blocked():
            outputs = compiled(*arrays)
        return outputs if isinstance(outputs, tuple) else (outputs,)

    return run


@contextmanager
def evaluate_blocked() -> Iterator[None]:
    """Any operation's ``evaluate`` raises for the duration."""
    from millrace.ir.dialects.mr.kinds import TensorOp
    from millrace.ir.registry import all_ops

    def blocked(self: Any, *args: Any) -> Any:
        raise RuntimeError(f"{self.name} was evaluated in Python by a compiled model")

    classes: dict[type, None] = {}
    for op in all_ops().values():
        classes.update({c: None for c in op.__mro__ if issubclass(c, TensorOp)})
    saved = {c: vars(c)["evaluate"] for c in classes if "evaluate" in vars(c)}
    for c in saved:
        c.evaluate = blocked  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for c, original in saved.items():
            c.evaluate = original  # type: ignore[attr-defined]


def check(outputs: Sequence[Any], expected: Sequence[Any], rtol: float, atol: float) -> None:
    assert len(outputs) == len(expected), f"{len(outputs)} outputs, not {len(expected)}"
    for i, (got, want) in enumerate(zip(outputs, expected, strict=True)):
        assert got.dtype == want.dtype, f"output {i} is {got.dtype}, not {want.dtype}"
        assert got.shape == want.shape, f"output {i} is {got.shape}, not {want.shape}"
        if want.dtype.kind not in "biu":
            got, want = got.astype(np.float64), want.astype(np.float64)
        with np.errstate(all="ignore"):
            np.testing.assert_allclose(got, want, rtol=rtol, atol=atol)


# ---- many tests


def run_here(names: Sequence[str], *, interpreted: bool) -> Iterator[Result]:
    tests = load_tests()
    warnings.simplefilter("ignore")
    for name in names:
        if name not in tests:
            yield name, "not in this version of onnx"
            continue
        yield name, run_test(tests[name], interpreted=interpreted)


def run_in_children(names: Sequence[str], *, interpreted: bool) -> Iterator[Result]:
    """Results in order. A child that dies took the test it was at with it; another goes on."""
    left = list(names)
    while left:
        command = [sys.executable, __file__, "--child"]
        if interpreted:
            command.append("--interpret")
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdin is not None and child.stdout is not None
            child.stdin.write("\n".join(left))
            child.stdin.close()
            for line in child.stdout:
                name, reason = json.loads(line)
                left.remove(name)
                yield name, reason
        if left:
            yield left.pop(0), f"CRASH: the process ended with {child.returncode}"


def child_main(*, interpreted: bool) -> int:
    sys.path.insert(0, str(ROOT))
    out = sys.stdout
    sys.stdout = sys.stderr  # results only on the real one
    for result in run_here(sys.stdin.read().split("\n"), interpreted=interpreted):
        print(json.dumps(result), file=out, flush=True)
    return 0


def cause(reason: str) -> str:
    """A reason without what is particular to the test, for counting."""
    if ": unsupported operators: " in reason:
        return "unsupported operator " + reason.split("operators: ")[1].split(" (")[0]
    if reason.startswith("CompileError") and '": ' in reason:
        return reason.split('": ', 1)[1][:70]
    return reason[:70]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Raw)
    parser.add_argument("--interpret", action="store_true", help="interpret instead of compiling")
    parser.add_argument("--all", action="store_true", help="not only the core tests")
    parser.add_argument("-k", metavar="WORD", help="only tests with this in their name")
    parser.add_argument("-v", action="store_true", help="print every result as it comes")
    parser.add_argument("--at-least", type=int, default=0, help="fail when fewer pass")
    parser.add_argument("--json", metavar="FILE", help="write all results there")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.child:
        return child_main(interpreted=args.interpret)
    names = list(load_tests()) if args.all else core_names()
    names = [n for n in names if args.k is None or args.k in n]
    start = time.monotonic()
    failed: dict[str, str] = {}
    for name, reason in run_in_children(names, interpreted=args.interpret):
        if reason:
            failed[name] = reason
        if args.v:
            print(f"{'FAIL' if reason else 'ok  '} {name} {reason}", flush=True)
    _report(names, failed, time.monotonic() - start)
    if args.json:
        results = {n: failed.get(n, "") for n in names}
        Path(args.json).write_text(json.dumps(results, indent=1) + "\n")
    return 0 if len(names) - len(failed) >= args.at_least else 1


class _Raw(argparse.RawDescriptionHelpFormatter):
    pass


def _report(names: Sequence[str], failed: dict[str, str], seconds: float) -> None:
    print("failed:")
    for name, reason in failed.items():
        print(f"  {name}: {reason[:160]}")
    print("causes:")
    for text, n in Counter(cause(r) for r in failed.values()).most_common():
        print(f"  {n:4}  {text}")
    print(f"{len(names) - len(failed)} of {len(names)} passed in {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
