"""Runs the float model files of a folder of cases and prints how many behave as their verdicts say.

    python benchmarks/cases.py ../shared/cases                  compiled to native code
    python benchmarks/cases.py ../shared/cases --interpret      imported and interpreted with numpy
    python benchmarks/cases.py ../shared/cases -k tf1 -v        some of them, with each result

``CASE/case.json`` has a verdict for each file: ``match`` (agrees with the framework's
``outputs.npz``), ``file`` (the exporter wrote something else: agrees with a stored run of the
file), or ``refuse`` (the file is broken: a CompileError, or the framework's result all the same).
A tolerance is relative to the reference's range where the verdict says so, else to one plus its
largest magnitude. Every sample runs from fresh state, unless the case carries it on.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import millrace
from millrace.driver.inspection import load_module
from millrace.driver.sources import open_source
from millrace.ir.interpreter.run import initial_states, interpret

Array = np.ndarray[Any, Any]
SUFFIXES = (".onnx", ".pb", ".tflite", "saved_model")
UNFROZEN = "graph_unfrozen.pb"
"""Has leftovers of training among its unused nodes: its outputs are those of the frozen file."""


@dataclass(frozen=True)
class File:
    """One model file and what is expected of it."""

    path: Path
    verdict: dict[str, Any]
    case: dict[str, Any]

    @property
    def label(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"

    @property
    def fetch(self) -> tuple[str, ...]:
        if self.path.name != UNFROZEN:
            return ()
        return tuple(self.case["files"]["frozen.pb"]["outputs"])

    @property
    def carries_state(self) -> bool:
        return bool(self.case.get("carry_state"))

    def reference(self) -> dict[str, Array]:
        name = self.verdict.get("reference", "outputs.npz")
        return dict(np.load(self.path.parent / name))

    def inputs(self) -> list[Array]:
        reference = self.reference()
        own = "in0" in reference
        return numbered(reference if own else np.load(self.path.parent / "inputs.npz"), "in")


def find_files(folder: Path, part: str) -> list[File]:
    """All float files with a verdict, in order of names."""
    found = []
    for description in sorted(folder.glob("*/case.json")):
        case = json.loads(description.read_text())
        for name, verdict in sorted(case["verdicts"].items()):
            file = File(description.parent / name, verdict, case)
            if name.endswith(SUFFIXES) and verdict.get("float", True) and part in file.label:
                found.append(file)
    return found


def numbered(arrays: Any, prefix: str) -> list[Array]:
    """``in0``, ``in1``, ... of an .npz file."""
    found = []
    while (name := f"{prefix}{len(found)}") in arrays:
        found.append(arrays[name])
    return found


# ---- running

Step = Callable[[list[Array]], Sequence[Array]]


def compiled(file: File) -> tuple[Step, Callable[[], None], list[tuple[int, ...]]]:
    """A native model: how to run it, how to reset it, the shapes of its inputs."""
    model = millrace.compile(file.path, fetch=file.fetch)

    def step(sample: list[Array]) -> Sequence[Array]:
        given = [x.astype(s.dtype) for x, s in zip(sample, model.inputs, strict=True)]
        out = model(*given)
        return out if isinstance(out, tuple) else (out,)

    return step, model.reset, [s.shape for s in model.inputs]


def interpreted(file: File) -> tuple[Step, Callable[[], None], list[tuple[int, ...]]]:
    """The same of an interpretation of the imported module."""
    module = load_module(open_source(file.path).choosing((), file.fetch), None)
    entry = module.entry
    types = entry.function_type.inputs
    first = len(types) - entry.num_states
    state: list[Array] = []

    def reset() -> None:
        state[:] = initial_states(entry)

    def step(sample: list[Array]) -> Sequence[Array]:
        given = [x.astype(t.dtype) for x, t in zip(sample, types[:first], strict=True)]
        results = interpret(module, [*given, *state])
        outputs = len(results) - entry.num_states
        state[:] = results[outputs:]
        return results[:outputs]

    reset()
    return step, reset, [t.shape for t in types[:first]]


def run(file: File, start: Callable[[File], Any], limit: int) -> tuple[list[Array], list[Array]]:
    """Outputs and references, each with a leading sample axis."""
    step, reset, shapes = start(file)
    inputs, wanted = file.inputs(), numbered(file.reference(), "out")
    count = min(len(inputs[0]), limit)
    rows = []
    for i in range(count):
        if not file.carries_state:
            reset()
        rows.append(step([x[i].reshape(s) for x, s in zip(inputs, shapes, strict=True)]))
    got = [np.stack([np.asarray(r[k]) for r in rows]) for k in range(len(wanted))]
    return got, [w[:count] for w in wanted]


def error_of(got: Array, want: Array, verdict: dict[str, Any]) -> float:
    a, b = got.reshape(want.shape).astype(np.float64), want.astype(np.float64)
    if verdict.get("unit") == "of the range":
        scale = float(np.ptp(b)) or float(np.abs(b).max(initial=0.0)) or 1.0
    else:
        scale = 1.0 + float(np.abs(b).max(initial=0.0))
    return float(np.abs(a - b).max(initial=0.0)) / scale


def judge(file: File, start: Callable[[File], Any], limit: int) -> str:
    """Why the file does not behave as its verdict says; empty when it does."""
    refused = file.verdict["verdict"] == "refuse"
    try:
        got, wanted = run(file, start, limit)
    except (millrace.CompileError, millrace.RunError) as e:
        return "" if refused and isinstance(e, millrace.CompileError) else str(e)
    except Exception as e:
        return f"{type(e).__name__}: {e}"
    worst = max(error_of(a, b, file.verdict) for a, b in zip(got, wanted, strict=True))
    tolerance = file.verdict.get("tolerance", 1e-4)
    return "" if worst <= tolerance else f"differs by {worst:.2e}, allowed are {tolerance:.0e}"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=Path("../shared/cases"))
    parser.add_argument("-k", default="", metavar="TEXT", help="files with TEXT in CASE/FILE")
    parser.add_argument("-v", "--verbose", action="store_true", help="each result")
    parser.add_argument("--interpret", action="store_true", help="do not compile")
    parser.add_argument("--samples", type=int, default=1 << 30, help="at most so many of a case")
    args = parser.parse_args(argv)
    files = find_files(args.folder, args.k)
    failures = 0
    for file in files:
        started = time.perf_counter()
        problem = judge(file, interpreted if args.interpret else compiled, args.samples)
        failures += bool(problem)
        if problem or args.verbose:
            seconds = time.perf_counter() - started
            print(f"{'FAILS' if problem else 'ok   '} {file.label} {seconds:.1f}s {problem}")
            sys.stdout.flush()
    print(f"{len(files) - failures} of {len(files)} files behave as their verdicts say")
    return 1 if failures or not files else 0


if __name__ == "__main__":
    sys.exit(main())
