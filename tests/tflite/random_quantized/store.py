"""Models that the tests hold, with what LiteRT computes of them (``stored*.npz``).

    python -m tests.tflite.random_quantized.store

writes the files, for which it needs ``ai-edge-litert``. Small models are drawn until each operator
has occurred on numbers of each type in two of them, or in none, where LiteRT refuses it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from millrace.frontend.tflite import schema
from tests.tflite.random_quantized.compose import RandomModel, random_model
from tests.tflite.random_quantized.control import random_control
from tests.tflite.random_quantized.hybrid import hybrid_models
from tests.tflite.random_quantized.litert import Array, Refused, reference

PLACE = Path(__file__).with_name("stored.npz")
FLOATS = Path(__file__).with_name("stored_floats.npz")
SEED, CASES, BYTES, TIMES, SAMPLES = 41, 2500, 5000, 2, 3
"""``BYTES`` are those of a file, at most; thrice as many where an operator has not occurred."""
FORMS = ("WHILE", "IF", "VAR_HANDLE")
UNSUPPORTED = {"LOG_SOFTMAX"}


@dataclass(frozen=True)
class Stored:
    """A model, its inputs and LiteRT's outputs sample by sample."""

    case: int
    kinds: Sequence[str]
    data: bytes
    carries: bool
    inputs: Sequence[Sequence[Array]]
    outputs: Sequence[Sequence[Array]]


@dataclass
class _Packed:
    """Arrays one behind the other, and where each is."""

    bytes: bytearray = field(default_factory=bytearray)

    def add(self, a: Array) -> list[Any]:
        start = len(self.bytes)
        self.bytes += np.ascontiguousarray(a).tobytes()
        return [str(a.dtype), a.shape, start]

    def get(self, entry: Sequence[Any]) -> Array:
        kind, shape, start = entry
        count = int(np.prod(shape))
        a = np.frombuffer(self.bytes, kind, count, start)
        return np.asarray(a).reshape(shape)


def stored(place: Path = PLACE) -> Iterator[Stored]:
    with np.load(place) as file:
        index, packed = json.loads(bytes(file["index"])), _Packed(bytearray(file["bytes"]))
    for e in index:
        xs, ys = ([[packed.get(a) for a in s] for s in e[way]] for way in ("inputs", "outputs"))
        data = packed.get(e["model"]).tobytes()
        yield Stored(e["case"], e["kinds"], data, e["carries"], xs, ys)


def write(place: Path, models: Sequence[Stored]) -> None:
    packed, index = _Packed(), []
    for m in models:
        entry = {"case": m.case, "kinds": m.kinds, "carries": m.carries}
        entry["model"] = packed.add(np.frombuffer(m.data, np.uint8))
        entry["inputs"] = [[packed.add(x) for x in s] for s in m.inputs]
        entry["outputs"] = [[packed.add(y) for y in s] for s in m.outputs]
        index.append(entry)
    text = np.frombuffer(json.dumps(index).encode(), np.uint8)
    np.savez_compressed(place, index=text, bytes=np.frombuffer(bytes(packed.bytes), np.uint8))
    print(f"{place.name}: {len(index)} models, {place.stat().st_size} bytes")


def covers(m: RandomModel) -> set[tuple[str, str]]:
    """Operators and the types that they are on."""
    return {(node.kind, m.types[node.inputs[0]]) for node in m.writer.graphs[0].nodes}


def drawn() -> list[Stored]:
    """Models in which operators occur that have not occurred often enough."""
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for case in range(CASES):
        m = random_model([SEED, case])
        data = m.writer.bytes()
        some = min(seen[c] for c in covers(m))
        if some >= TIMES or len(data) > (BYTES if some else 3 * BYTES):
            continue
        if UNSUPPORTED & set(m.kinds):
            continue
        samples = m.samples[-SAMPLES:]
        try:
            results = reference(data, samples, m.carries)
        except Refused:
            continue
        if any(np.ptp(np.stack(ys).astype(np.int64)) == 0 for ys in zip(*results, strict=True)):
            continue  # there is little to be seen in it
        seen.update(covers(m))
        found.append(Stored(case, m.kinds, data, m.carries, samples, results))
    return found


def controlled() -> Iterator[Stored]:
    """Models with loops, branches and variables."""
    seen: Counter[str] = Counter()
    for case in range(CASES):
        m = random_control([SEED, case])
        form = next(k for k in FORMS if k in m.kinds)
        if seen[form] >= 2 * TIMES:
            continue
        samples, data = m.samples[-SAMPLES:], m.writer.bytes()
        try:
            results = reference(data, samples, m.carries)
        except Refused:
            continue
        seen[form] += 1
        yield Stored(CASES + case, m.kinds, data, m.carries, samples, results)
        if sum(seen.values()) == 2 * TIMES * len(FORMS):
            break


def with_floats() -> Iterator[Stored]:
    """Models of floats with quantized weights."""
    for case, (kind, w) in enumerate(hybrid_models()):
        data, main = w.bytes(), w.graphs[0]
        shape = tuple(main.tensors[main.inputs[0]][schema.TENSOR["shape"].slot][1])
        rng = np.random.default_rng([SEED, case])
        samples = [[rng.normal(size=shape).astype(np.float32) * s] for s in (1.0, 0.01)]
        samples.append([np.abs(samples[0][0])])
        yield Stored(case, [kind], data, True, samples, reference(data, samples, True))


def main() -> None:
    write(PLACE, [*drawn(), *controlled()])
    write(FLOATS, list(with_floats()))


if __name__ == "__main__":
    main()
