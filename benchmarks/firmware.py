"""Runs models on emulated Cortex-M boards: exact? how many instructions, how many bytes?

    python benchmarks/firmware.py ../shared/models
    python benchmarks/firmware.py ../shared/models -k kws -k ad_int8 --core cortex-m4 --json f.json

``MODELS/NAME/`` holds a model file, ``inputs.npz`` and ``outputs.npz`` (arrays ``in0..`` and
``out0..`` with a leading sample axis, each sample from fresh state) and for models with state
perhaps ``outputs_state_carried.npz``. Integer outputs have to agree in every bit, floats within
1e-5 of the outputs' range. All figures of a row belong to the same object, built with default
options. Columns: instructions of NAME_run (largest of all samples), those of TFLite-Micro where
they are known, and the quotient; instructions a multiply-accumulate; code; weights and their
quotient by the constants' bytes in the file; arena; state; stack as computed and as used.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import millrace

Array = np.ndarray[Any, Any]
CORES = ("cortex-m0", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55")
TOLERANCE = 1e-5

# TFLite-Micro (August 2026) with CMSIS-NN, GCC 12, core -Os, kernels -O2: instructions of one
# inference in QEMU, as measured in ../shared/BASELINES.md, section 1.
TFLM: Mapping[str, Mapping[str, int]] = {
    "kws_int8": {"cortex-m4": 7_697_901, "cortex-m55": 1_813_689, "cortex-m0": 28_995_863},
    "ic_int8": {"cortex-m4": 29_861_685, "cortex-m55": 4_910_117, "cortex-m0": 97_549_310},
    "ad_int8": {"cortex-m4": 582_963, "cortex-m55": 149_996, "cortex-m0": 1_763_061},
    "mnist_lstm_int8": {"cortex-m4": 574_900, "cortex-m55": 261_350},
    "t49_lstm_int8": {"cortex-m4": 1_487_563, "cortex-m55": 619_190, "cortex-m0": 3_749_539},
    "t49_gru_unrolled_int8": {"cortex-m4": 3_869_470},
    "t49_gru_f32": {"cortex-m4": 2_454_515, "cortex-m55": 2_223_129},
    "t49_rnn_f32": {"cortex-m4": 1_055_407},
}


@dataclass(frozen=True)
class Row:
    """A model on a core. ``error``: why there are no figures; ``verdict``: how the outputs agree,
    ``right``: whether well enough."""

    model: str
    core: str
    right: bool = False
    verdict: str = ""
    error: str = ""
    instructions: int = 0
    init_instructions: int = 0
    tflm_instructions: int = 0
    macs: int = 0
    code_bytes: int = 0
    weight_bytes: int = 0
    constant_bytes: int = 0
    arena_bytes: int = 0
    state_bytes: int = 0
    stack_bytes: int = 0
    stack_used_bytes: int = 0
    io_bytes: int = 0
    samples: int = 0

    def cells(self) -> list[str]:
        name = [self.model, self.core.removeprefix("cortex-")]
        if self.error:
            return [*name, self.error]
        return [
            *name,
            f"{self.instructions:,}",
            f"{self.tflm_instructions:,}" if self.tflm_instructions else "-",
            _quotient(self.instructions, self.tflm_instructions, 2),
            _quotient(self.instructions, self.macs, 3),
            f"{self.code_bytes:,}",
            f"{self.weight_bytes:,}",
            _quotient(self.weight_bytes, self.constant_bytes, 3),
            f"{self.arena_bytes:,}",
            f"{self.state_bytes:,}",
            f"{self.stack_bytes:,}",
            f"{self.stack_used_bytes:,}",
            self.verdict,
        ]


HEAD = "model core instructions TFLM ratio /mac code weights /file arena state stack used outputs"


def _quotient(a: int, b: int, digits: int) -> str:
    return f"{a / b:.{digits}f}" if b else "-"


# ---- models


def find_models(folder: Path, parts: Sequence[str]) -> list[Path]:
    """The folders that have a model and outputs, in order of names."""
    found = []
    for path in sorted(folder.glob("*/outputs.npz")):
        name = path.parent.name
        if not parts or any(p in name for p in parts):
            found.append(path.parent)
    return found


def model_file(folder: Path) -> Path:
    return next(p for p in sorted(folder.glob("model.*")) if p.suffix in (".tflite", ".onnx"))


def constant_bytes(path: Path) -> int:
    """Bytes of the constants in a model file."""
    if path.suffix == ".tflite":
        from millrace.frontend.tflite.model import decode

        model = decode(path.read_bytes(), path.name)
        tensors = [t for g in model.subgraphs for t in g.tensors]
        # Several tensors may share a buffer: then they share its memory.
        return sum({_address(t.data): len(t.data) for t in tensors if t.data}.values())
    import onnx

    return sum(onnx.numpy_helper.to_array(t).nbytes for t in _tensors(onnx.load(path).graph))


def _tensors(graph: Any) -> Iterator[Any]:
    """The constants of an ONNX graph and of those inside it."""
    yield from graph.initializer
    for attribute in (a for node in graph.node for a in node.attribute):
        if attribute.HasField("t"):
            yield attribute.t
        for inner in (attribute.g, *attribute.graphs):
            yield from _tensors(inner)


def _address(view: memoryview) -> int:
    return int(np.frombuffer(view, np.uint8).ctypes.data)


def numbered(arrays: Any, prefix: str) -> list[Array]:
    found: list[Array] = []
    while (name := f"{prefix}{len(found)}") in arrays:
        found.append(arrays[name])
    return found


# ---- running


def measure(folder: Path, core: str, limit: int, timeout: float) -> Row:
    """Compile, run all samples, compare."""
    try:
        model = millrace.compile(model_file(folder), target=core, name=folder.name)
        inputs = numbered(np.load(folder / "inputs.npz"), "in")
        samples = [
            [x[i].reshape(s.shape) for x, s in zip(inputs, model.inputs, strict=True)]
            for i in range(min(limit, len(inputs[0])))
        ]
        emulation = model.emulate(samples, timeout=timeout)
        verdicts = [compare(emulation.outputs(), folder / "outputs.npz")]
        carried = folder / "outputs_state_carried.npz"
        if carried.exists():
            again = model.emulate(samples, carry_state=True, timeout=timeout)
            verdicts.append(compare(again.outputs(), carried))
    except (millrace.CompileError, millrace.RunError) as e:
        return Row(folder.name, core, error=str(e).splitlines()[0])
    report = model.report
    return Row(
        model=folder.name,
        core=core,
        right=all(right for right, _ in verdicts),
        verdict=", carried ".join(text for _, text in verdicts),
        instructions=emulation.instructions,
        init_instructions=emulation.init_instructions,
        tflm_instructions=TFLM.get(folder.name, {}).get(core, 0),
        macs=report.macs,
        code_bytes=report.code_bytes,
        weight_bytes=report.weight_bytes,
        constant_bytes=constant_bytes(model_file(folder)),
        arena_bytes=report.arena_bytes,
        state_bytes=report.state_bytes,
        stack_bytes=report.stack_bytes,
        stack_used_bytes=emulation.stack_bytes,
        io_bytes=report.io_bytes,
        samples=len(samples),
    )


def compare(got: Sequence[Array], reference: Path) -> tuple[bool, str]:
    """Whether outputs agree with stored ones, and how well."""
    right, texts = True, []
    for a, b in zip(got, numbered(np.load(reference), "out"), strict=True):
        b = b[: len(a)]
        a = a.reshape(b.shape)
        different = int(np.count_nonzero(a != b))
        if not different:
            texts.append("exact")
        elif b.dtype.kind == "f":
            error = np.abs(a.astype(np.float64) - b) / (float(np.ptp(b)) or 1.0)
            # A NaN is not within any tolerance.
            right = right and bool((error <= TOLERANCE).all())
            texts.append(f"{error.max():.1e}")
        else:
            right = False
            texts.append(f"{different} of {b.size} differ")
    return right, " ".join(texts) + ("" if right else " WRONG")


# ---- the table


def table(rows: Sequence[Row]) -> str:
    """All rows with aligned columns; what failed in one line each behind them."""
    heads = HEAD.split()
    cells = [heads, *(r.cells() for r in rows if not r.error)]
    widths = [max(len(c[i]) for c in cells) for i in range(len(heads))]
    lines = [
        "  ".join(
            text.ljust(w) if i in (0, 1, len(heads) - 1) else text.rjust(w)
            for i, (text, w) in enumerate(zip(c, widths, strict=True))
        ).rstrip()
        for c in cells
    ]
    lines += [": ".join(r.cells()) for r in rows if r.error]
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=Path("../shared/models"))
    parser.add_argument(
        "-k", action="append", default=[], metavar="TEXT", help="models with TEXT in their name"
    )
    parser.add_argument(
        "--core", action="append", metavar="TARGET", help=f"default: {', '.join(CORES)}"
    )
    parser.add_argument("--samples", type=int, default=1 << 30, help="at most so many a model")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds for an emulation")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures as JSON")
    args = parser.parse_args(argv)
    rows = []
    for folder in find_models(args.folder, args.k):
        for core in args.core or CORES:
            started = time.perf_counter()
            rows.append(measure(folder, core, args.samples, args.timeout))
            seconds = time.perf_counter() - started
            print(f"{folder.name} on {core}: {seconds:.1f} s", file=sys.stderr, flush=True)
    if not rows:
        print(f"{args.folder}: no models", file=sys.stderr)
        return 1
    print(table(rows))
    if args.json:
        args.json.write_text(json.dumps([asdict(r) for r in rows], indent=1) + "\n")
    return 0 if all(r.right for r in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
