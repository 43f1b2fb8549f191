"""Compiles networks with masks and without them, and recurrences with and without units that do not
matter, and prints whether objects, weights and instructions are the same.

    python benchmarks/prune.py                               networks that are made here
    python benchmarks/prune.py --cases ../shared/cases       the files of mot_prune_*, too
    python benchmarks/prune.py -k GRU --target cortex-m55

A row is a pair, as floats or quantized to int8: bytes of code (instructions and read-only data of
the object, its weights excepted), bytes of weights, instructions of a run in QEMU, and whether each
is the same in both. ``other`` has the second number where it is not.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import millrace
from millrace.codegen.elf import SHF_ALLOC, SHT_NOBITS, Object
from tests.passes.pruned_models import (
    FEATURES,
    FORMS,
    ORDER,
    RULES,
    STEPS,
    UNITS,
    masked,
    network,
    random,
    weights,
)

SAMPLES = 16
SCHEMES = (None, "int8")


@dataclass(frozen=True)
class Pair:
    """Two models that should become one, and samples for their calibration."""

    label: str
    models: tuple[Any, Any]
    samples: dict[str, Any]


def made() -> Iterator[Pair]:
    x = {"x": random(SAMPLES, STEPS, 1, FEATURES, seed=1)}
    for form in FORMS:
        yield Pair(f"{form}, masks", (masked(form, True), masked(form, False)), x)
    for op in ORDER:
        live = weights(op, UNITS, seed=7)
        for name, rule in RULES.items():
            yield Pair(f"{op}, {name}", (network(op, live), network(op, rule(op, live))), x)


def stored(folder: Path) -> Iterator[Pair]:
    """The unstripped file of a case and each of the stripped ones, where it can be read."""
    for case in sorted(folder.glob("mot_prune_*")):
        samples = dict(np.load(case / "reps.npz"))
        for before in sorted(case.glob("before.f32.tflite")):
            for after in sorted(case.glob("after.*")):
                if after.name.endswith((".f32.tflite", ".onnx", ".pb")):
                    yield Pair(f"{case.name} {after.name}", (before, after), samples)


@dataclass(frozen=True)
class Measured:
    code: bytes
    weights: bytes
    instructions: int

    @staticmethod
    def of(model: Any, target: str, scheme: str | None, samples: dict[str, Any]) -> Measured:
        given = {} if scheme is None else {"quantize": scheme, "calibration": samples}
        m = millrace.compile(model, name="m", target=target, **given)
        first = [a[0].reshape(s.shape) for a, s in zip(samples.values(), m.inputs, strict=True)]
        done = m.emulate([first])
        compiled = m._artifact.compiled
        return Measured(loaded(compiled.code), bytes(compiled.weights), done.instructions)


def loaded(data: bytes) -> bytes:
    """What of an object is loaded, in the order in which it stands there."""
    parts = [
        data[s.offset : s.offset + s.size]
        for s in Object(data).sections
        if s.flags & SHF_ALLOC and s.type != SHT_NOBITS
    ]
    return b"".join(parts)


def row(pair: Pair, target: str, scheme: str | None) -> tuple[str, bool]:
    a, b = (Measured.of(m, target, scheme, pair.samples) for m in pair.models)
    cells = [
        cell(len(a.code), len(b.code), a.code == b.code),
        cell(len(a.weights), len(b.weights), a.weights == b.weights),
        cell(a.instructions, b.instructions, a.instructions == b.instructions),
    ]
    label = f"{pair.label:38} {scheme or 'float32':8}"
    return label + " ".join(cells), a == b


def cell(first: int, second: int, same: bool) -> str:
    other = "same" if same else f"other: {second:,}"
    return f"{first:9,} {other:14}"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--cases", type=Path, metavar="FOLDER", help="files of mot_prune_*, too")
    parser.add_argument("-k", default="", metavar="TEXT", help="pairs with TEXT in their label")
    parser.add_argument("--target", default="cortex-m4", metavar="CORE")
    args = parser.parse_args(argv)
    pairs = [*made(), *(stored(args.cases) if args.cases is not None else ())]
    print(f"{'pair':38} {'':8}{'code':>9} {'':14} {'weights':>9} {'':14} {'instructions':>9}")
    results = []
    for pair in pairs:
        for scheme in SCHEMES if args.k in pair.label else ():
            text, same = row(pair, args.target, scheme)
            results.append(same)
            print(text, flush=True)
    print(f"{sum(results)} of {len(results)} pairs are the same")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
