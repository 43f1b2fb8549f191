"""Models with many zeros among their weights, all weights stored and without zeros: what both take.

    python benchmarks/sparse.py                                   models that are made here
    python benchmarks/sparse.py --cases ../shared/cases           the files of mot_prune_*, too
    python benchmarks/sparse.py -k layers --target cortex-m4 --zeros 0.8 --scheme int8

A row is a model on a core: bytes of weights, bytes of code and instructions of a run in QEMU, with
all weights stored (``--sparse never``) and as the compiler decides (``auto``); of how many matrices
it leaves the zeros out; and whether the outputs are the same (to the bit for integers, within 1e-5
of their range for floats). The last three columns are what ``--sparse least`` would take. It fails
where outputs differ or the decision takes more bytes or more instructions.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from onnx import helper

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import millrace
from tests.onnx.onnx_models import model, value

Array = np.ndarray[Any, Any]
CORES = ("cortex-m4", "cortex-m0", "cortex-m55")
ZEROS = (0.5, 0.7, 0.8, 0.9, 0.95)
SCHEMES = ("float32", "int8")
SAMPLES = 8
STEPS, FEATURES, UNITS, CLASSES = 20, 16, 48, 12
TOLERANCE = 1e-5


def random(*shape: int, seed: int) -> Array:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32) * np.float32(0.3)


def layers() -> Any:
    """Fully connected: 256, 128, 64, 12."""
    sizes = (256, 128, 64, CLASSES)
    nodes, constants, x = [], {}, "x"
    for i, (k, n) in enumerate(pairwise(sizes)):
        constants[f"w{i}"], constants[f"b{i}"] = random(k, n, seed=i), random(n, seed=9 + i)
        nodes.append(helper.make_node("MatMul", [x, f"w{i}"], [f"m{i}"], name=f"/fc{i}"))
        nodes.append(helper.make_node("Add", [f"m{i}", f"b{i}"], [f"a{i}"]))
        x = f"y{i}"
        nodes.append(helper.make_node("Relu", [f"a{i}"], [x]))
    return model(nodes, [value("x", (1, sizes[0]))], [value(x, (1, CLASSES))], constants)


def gru() -> Any:
    """A GRU of 48 units over 20 steps of 16 features, and a layer on its last state."""
    constants = {
        "w": random(1, 3 * UNITS, FEATURES, seed=1),
        "r": random(1, 3 * UNITS, UNITS, seed=2),
        "b": random(1, 6 * UNITS, seed=3),
        "d": random(UNITS, CLASSES, seed=4),
        "zero": np.array([0]),
    }
    nodes = [
        helper.make_node("GRU", ["x", "w", "r", "b"], ["", "y"], name="/gru", hidden_size=UNITS),
        helper.make_node("Squeeze", ["y", "zero"], ["h"]),
        helper.make_node("MatMul", ["h", "d"], ["o"], name="/fc"),
    ]
    shapes = [value("x", (STEPS, 1, FEATURES))], [value("o", (1, CLASSES))]
    return model(nodes, *shapes, constants)


MADE = {"layers": (layers, (SAMPLES, 1, 256)), "GRU": (gru, (SAMPLES, STEPS, 1, FEATURES))}


@dataclass(frozen=True)
class Case:
    """A model, samples of its inputs, and the share of weights that become zeros first."""

    label: str
    model: Any
    samples: dict[str, Array]
    prune: float | None = None


def made(zeros: Sequence[float]) -> Iterator[Case]:
    for label, (build, shape) in MADE.items():
        for share in zeros:
            yield Case(f"{label} {share:.0%}", build(), {"x": random(*shape, seed=20)}, share)


def stored(folder: Path) -> Iterator[Case]:
    for case in sorted(folder.glob("mot_prune_*")):
        yield Case(case.name, case / "after.onnx", dict(np.load(case / "reps.npz")))


@dataclass(frozen=True)
class Measured:
    weights: int
    code: int
    instructions: int
    outputs: tuple[Array, ...]
    decided: tuple[bool, ...]

    @staticmethod
    def of(case: Case, target: str, scheme: str, sparse: str) -> Measured:
        given: dict[str, Any] = {}
        if scheme != "float32":
            given |= {"quantize": scheme, "calibration": case.samples, "calibrate_method": "minmax"}
        if case.prune is not None:
            given["prune"] = f"magnitude:{case.prune}"
        m = millrace.compile(case.model, name="m", target=target, sparse=sparse, **given)
        first = [
            a[0].reshape(s.shape) for a, s in zip(case.samples.values(), m.inputs, strict=True)
        ]
        done = m.emulate([first])
        decided = [d.text for d in m.report.decisions if d.by == "sparsify"]
        return Measured(
            m.report.weight_bytes,
            m.report.code_bytes,
            done.instructions,
            tuple(done.samples[0].outputs),
            tuple("stored without zeros" in text for text in decided),
        )

    def agrees(self, other: Measured, scheme: str) -> bool:
        pairs = list(zip(self.outputs, other.outputs, strict=True))
        if scheme != "float32":
            return all(np.array_equal(a, b) for a, b in pairs)
        return all(np.abs(a - b).max() <= TOLERANCE * np.ptp(b) for a, b in pairs)


def row(case: Case, target: str, scheme: str) -> tuple[str, bool]:
    dense, auto, least = (Measured.of(case, target, scheme, s) for s in ("never", "auto", "least"))
    same = auto.agrees(dense, scheme) and least.agrees(dense, scheme)
    better = auto.weights <= dense.weights and auto.instructions <= dense.instructions
    cells = [
        f"{case.label:16} {scheme:8} {target.removeprefix('cortex-'):4}",
        f"{dense.weights:8,} -> {auto.weights:8,}",
        f"{dense.code:6,} -> {auto.code:6,}",
        f"{dense.instructions:10,} -> {auto.instructions:10,}",
        f"{sum(auto.decided)} of {len(auto.decided)}",
        "same " if same else "OTHER",
        f"{least.weights:8,} {least.code:6,} {least.instructions:10,}",
    ]
    return "  ".join(cells), same and better


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--cases", type=Path, metavar="FOLDER", help="files of mot_prune_*, too")
    parser.add_argument("-k", default="", metavar="TEXT", help="models with TEXT in their label")
    parser.add_argument("--target", nargs="+", default=CORES, metavar="CORE")
    parser.add_argument("--scheme", nargs="+", default=SCHEMES, metavar="SCHEME")
    parser.add_argument("--zeros", nargs="+", type=float, default=ZEROS, metavar="SHARE")
    args = parser.parse_args(argv)
    cases = [*made(args.zeros), *(stored(args.cases) if args.cases is not None else ())]
    print(
        f"{'model':16} {'':8} {'core':4}  {'weights: all':>8} -> {'decided':8}  {'code':>6}"
        f"{'':11}  {'instructions':>12}{'':12}  matrices  outputs  least: weights, code, "
        "instructions"
    )
    results = []
    for target in args.target:
        for case in (c for c in cases if args.k in c.label):
            for scheme in args.scheme:
                text, right = row(case, target, scheme)
                results.append(right)
                print(text if right else f"{text}  WORSE", flush=True)
    print(f"{sum(results)} of {len(results)} rows are as they should be")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
