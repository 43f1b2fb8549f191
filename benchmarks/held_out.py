"""Makes recurrent models that nobody has looked at, quantizes them with samples of their own, and
prints how often they keep what quantization promises.

    python benchmarks/held_out.py                            40 models, int8 and int16x8
    python benchmarks/held_out.py --first 100 --count 10 --scheme int16x8 -v

Number N of a model decides everything about it: the cell (LSTM, GRU of both kinds, RNN, a minimal
gated unit as a Scan; one or two layers, one or both directions), how many units, features and steps
it has, and what is read out: classes of the last state or of each step, or numbers. They have
random weights, what reads them out is fitted to the task (which melody is played in the noise).
Ranges come from 64 samples; the largest error, as a part of the outputs' range, and the arg-max are
those of 16 others, against ONNX Runtime on floats.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from quantize import AGREEMENT, LIMITS, agreement, error_of

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import millrace

Array = np.ndarray[Any, Any]
FIT, CALIBRATE, TEST = 400, 64, 16
GATES = {"LSTM": 4, "GRU": 3, "GRU after": 3, "RNN": 1, "MGU": 2}
READOUTS = ("classes", "classes a step", "numbers")


@dataclass(frozen=True)
class Design:
    """What a number stands for."""

    seed: int
    cell: str
    layers: int
    both: bool
    units: int
    features: int
    steps: int
    classes: int
    readout: str
    gain: float
    noise: float

    @staticmethod
    def of(seed: int) -> Design:
        rng = np.random.default_rng(seed)
        cell = str(rng.choice(list(GATES)))
        both = cell != "MGU" and bool(rng.uniform() < 0.2)
        return Design(
            seed,
            cell,
            int(rng.choice([1, 1, 2])),
            both,
            int(rng.choice([6, 10, 16, 24, 32, 48, 64])),
            int(rng.choice([1, 3, 6, 10, 16, 28])),
            int(rng.choice([8, 20, 40, 80, 150])),
            int(rng.choice([2, 4, 8])),
            str(rng.choice(READOUTS)),
            float(rng.uniform(0.5, 1.0)),
            float(rng.choice([0.1, 0.3, 0.6])),
        )

    def __str__(self) -> str:
        form = "bidirectional " if self.both else ""
        return (
            f"{self.seed:4} {self.layers} x {form}{self.cell} {self.features}>{self.units} "
            f"T{self.steps}, {self.classes} {self.readout}"
        )


# ---- the task


def melodies(d: Design, count: int, seed: int) -> tuple[Array, Array]:
    """Inputs (sample, step, 1, feature) and classes."""
    rng = np.random.default_rng([d.seed, seed])
    own = np.random.default_rng([d.seed, 0])
    pitch = own.uniform(0.1, 1.2, (d.classes, d.features))
    size = own.uniform(0.3, 3.0, d.features)
    labels = rng.integers(0, d.classes, count)
    phase = rng.uniform(0, 1, (count, 1, d.features))
    time = np.arange(d.steps)[None, :, None]
    x = np.sin(pitch[labels][:, None] * time + phase)
    x += d.noise * rng.normal(size=(count, d.steps, d.features))
    return (size * x)[:, :, None].astype(np.float32), labels


# ---- the model


def value(name: str, *shape: int) -> Any:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


@dataclass
class Parts:
    nodes: list[Any]
    constants: dict[str, Array]


def recurrence(d: Design, rng: np.random.Generator) -> tuple[Parts, int]:
    """All states, (step, 1, width), as ``states``; and their width."""
    parts = Parts([], {})
    width, name = d.features, "x"
    for i in range(d.layers):
        out = "states" if i == d.layers - 1 else f"states{i}"
        layer = mgu if d.cell == "MGU" else operator
        width = layer(d, rng, parts, f"l{i}", name, width, out)
        name = out
    return parts, width


def drawn(d: Design, rng: np.random.Generator, width: int) -> tuple[Array, Array, Array]:
    rows = GATES[d.cell] * d.units
    w = rng.normal(0, 0.7 / np.sqrt(width), (rows, width)).astype(np.float32)
    r = rng.normal(0, d.gain / np.sqrt(d.units), (rows, d.units)).astype(np.float32)
    b = rng.normal(0, 0.3, rows).astype(np.float32)
    if d.cell == "LSTM":
        b[2 * d.units : 3 * d.units] += 1  # the forget gate
    return w, r, b


def operator(
    d: Design, rng: np.random.Generator, parts: Parts, at: str, x: str, width: int, out: str
) -> int:
    sides = [drawn(d, rng, width) for _ in range(2 if d.both else 1)]
    w, r, b = (np.stack(a) for a in zip(*sides, strict=True))
    parts.constants |= {f"{at}w": w, f"{at}r": r, f"{at}b": np.concatenate([b, 0 * b], 1)}
    parts.constants["rows"] = np.array([0, 0, -1])
    given = {"direction": "bidirectional"} if d.both else {}
    if d.cell == "GRU after":
        given["linear_before_reset"] = 1
    op = d.cell.split()[0]
    parts.nodes += [
        helper.make_node(
            op,
            [x, f"{at}w", f"{at}r", f"{at}b"],
            [f"{at}y"],
            f"/{at}/{op}",
            hidden_size=d.units,
            **given,
        ),
        helper.make_node("Transpose", [f"{at}y"], [f"{at}t"], f"/{at}/turn", perm=[0, 2, 1, 3]),
        helper.make_node("Reshape", [f"{at}t", "rows"], [out], f"/{at}/rows"),
    ]
    return d.units * len(sides)


def mgu(
    d: Design, rng: np.random.Generator, parts: Parts, at: str, x: str, width: int, out: str
) -> int:
    """f = sigmoid(.), n = tanh(. with f h for h), h' = (1 - f) h + f n."""
    w, r, b = drawn(d, rng, width)
    for i, gate in enumerate("fn"):
        rows = slice(i * d.units, (i + 1) * d.units)
        parts.constants |= {f"{at}w{gate}": w[rows].T, f"{at}r{gate}": r[rows].T}
        parts.constants[f"{at}b{gate}"] = b[rows]
    parts.constants[f"{at}zero"] = np.zeros((1, d.units), np.float32)

    def gate(name: str, state: str, function: str) -> list[Any]:
        v = f"{at}_{name}"
        return [
            helper.make_node("MatMul", [f"{at}xt", f"{at}w{name}"], [f"{v}x"], f"/{v}/input"),
            helper.make_node("MatMul", [state, f"{at}r{name}"], [f"{v}h"], f"/{v}/state"),
            helper.make_node("Sum", [f"{v}x", f"{v}h", f"{at}b{name}"], [f"{v}s"], f"/{v}/sum"),
            helper.make_node(function, [f"{v}s"], [v], f"/{v}"),
        ]

    f, n, h0, h1 = (f"{at}_{s}" for s in ("f", "n", "h0", "h1"))
    step = [
        *gate("f", h0, "Sigmoid"),
        helper.make_node("Mul", [f, h0], [f"{at}_left"], f"/{at}/forget"),
        *gate("n", f"{at}_left", "Tanh"),
        helper.make_node("Sub", [n, h0], [f"{at}_gap"], f"/{at}/gap"),
        helper.make_node("Mul", [f, f"{at}_gap"], [f"{at}_part"], f"/{at}/part"),
        helper.make_node("Add", [h0, f"{at}_part"], [h1], f"/{at}/mix"),
        helper.make_node("Identity", [h1], [f"{at}_out"], f"/{at}/out"),
    ]
    ins = [value(h0, 1, d.units), value(f"{at}xt", 1, width)]
    outs = [value(h1, 1, d.units), value(f"{at}_out", 1, d.units)]
    body = helper.make_graph(step, at, ins, outs)
    parts.nodes.append(
        helper.make_node(
            "Scan", [f"{at}zero", x], [f"{at}end", out], f"/{at}", body=body, num_scan_inputs=1
        )
    )
    return d.units


def model(d: Design, parts: Parts, output: Any) -> bytes:
    stored = [numpy_helper.from_array(np.asarray(a), n) for n, a in parts.constants.items()]
    graph = helper.make_graph(
        parts.nodes, "g", [value("x", d.steps, 1, d.features)], [output], stored
    )
    imports = [helper.make_opsetid("", 17)]
    proto = helper.make_model(graph, opset_imports=imports, ir_version=8)
    return bytes(proto.SerializeToString())


def made(d: Design) -> bytes:
    """The recurrence and a layer that is fitted to the task."""
    parts, width = recurrence(d, np.random.default_rng([d.seed, 1]))
    x, labels = melodies(d, FIT, seed=2)
    states = run(model(d, parts, value("states", d.steps, 1, width)), x)[:, :, 0]
    if d.readout == "classes a step":
        known = states[:, d.steps // 4 :: 3]
        wanted = np.repeat(labels, known.shape[1])
        known = known.reshape(-1, width)
    else:
        known, wanted = states[:, -1], labels
    known = np.concatenate([known, np.ones((len(known), 1))], axis=1)
    aims = 6.0 * np.eye(d.classes)[wanted]
    gram = known.T @ known + 0.001 * len(known) * np.eye(width + 1)
    fitted = np.linalg.solve(gram, known.T @ aims).astype(np.float32)
    parts.constants |= {"wo": fitted[:-1], "bo": fitted[-1]}
    source, rows = "states", d.steps
    if d.readout != "classes a step":
        parts.constants["last"] = np.array([-1])
        parts.nodes.append(helper.make_node("Gather", ["states", "last"], ["end"], "/end", axis=0))
        source, rows = "end", 1
    logits = "y" if d.readout == "numbers" else "logits"
    parts.nodes += [
        helper.make_node("MatMul", [source, "wo"], ["product"], "/readout"),
        helper.make_node("Add", ["product", "bo"], [logits], "/bias"),
    ]
    if logits != "y":
        parts.nodes.append(helper.make_node("Softmax", [logits], ["y"], "/softmax", axis=-1))
    return model(d, parts, value("y", rows, 1, d.classes))


def run(data: bytes, x: Array) -> Array:
    """ONNX Runtime, a sample at a time."""
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    return np.stack([session.run(None, {"x": sample})[0] for sample in x])


# ---- measuring


@dataclass(frozen=True)
class Result:
    scheme: str
    error: float
    argmax: float
    widened: int
    weights: int
    parameters: int

    @property
    def kept(self) -> bool:
        return self.error <= LIMITS[self.scheme] and self.argmax >= AGREEMENT


def measure(d: Design, scheme: str) -> Result:
    data = made(d)
    m = millrace.compile(
        data,
        name="held_out",
        quantize=scheme,
        calibration={"x": melodies(d, CALIBRATE, seed=3)[0]},
    )
    x, _ = melodies(d, TEST, seed=4)
    want = run(data, x)
    got = np.stack([m(sample) for sample in x]).reshape(want.shape)
    texts = [decision.text for decision in m.report.decisions]
    return Result(
        scheme,
        error_of(got, want),
        agreement(got, want) if d.readout != "numbers" else 1.0,
        sum("16 bits" in t for t in texts),
        m.report.weight_bytes,
        parameters(data),
    )


def parameters(data: bytes) -> int:
    import onnx

    graph = onnx.load_from_string(data).graph
    sizes = [int(np.prod(t.dims)) for t in graph.initializer if t.data_type == TensorProto.FLOAT]
    return sum(sizes)


def summary(scheme: str, results: Sequence[Result]) -> str:
    errors = np.array([r.error for r in results])
    low = sum(r.argmax < AGREEMENT for r in results)
    wide = sum(r.weights for r in results) / sum(r.parameters for r in results)
    return (
        f"{scheme}: {len(results)} models, errors: median {np.median(errors):.4f}, "
        f"9 of 10 below {np.quantile(errors, 0.9):.4f}, largest {errors.max():.4f}; "
        f"{int((errors > LIMITS[scheme]).sum())} above {LIMITS[scheme]}; "
        f"{low} with another arg-max too often; {wide:.2f} bytes a parameter"
    )


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--first", type=int, default=0, metavar="N")
    parser.add_argument("--count", type=int, default=40, metavar="N")
    parser.add_argument("--scheme", choices=LIMITS, help="one of the schemes (default: both)")
    parser.add_argument("-v", "--verbose", action="store_true", help="each model")
    args = parser.parse_args(argv)
    short = 0
    for scheme in LIMITS if args.scheme is None else (args.scheme,):
        results = []
        for seed in range(args.first, args.first + args.count):
            d = Design.of(seed)
            r = measure(d, scheme)
            results.append(r)
            if args.verbose or not r.kept:
                print(
                    f"{scheme:8} {d!s:60} {r.error:8.4f} {r.argmax:7.4f} {r.widened:4} "
                    f"{r.weights:7} {r.parameters:7}{'' if r.kept else ' short'}",
                    flush=True,
                )
        print(summary(scheme, results), flush=True)
        short += sum(not r.kept for r in results)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
