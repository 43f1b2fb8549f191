"""``--quantize-report``: what each value loses by its integers, by interpreting both forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.driver.calibration import Samples
from millrace.driver.specs import Array
from millrace.ir.core import Block, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.interpreter.machine import Machine, Step
from millrace.ir.interpreter.run import initial_states
from millrace.passes.base import describe
from millrace.passes.quantize.arithmetic import Fixed, Stored
from millrace.passes.quantize.rewrite import Quantizer

SAMPLES = 4
"""Samples that are interpreted."""


@dataclass(frozen=True)
class Loss:
    """One value: where it is made, its storage, the ratio of signal to noise in decibels, and the
    largest error as a part of its range."""

    where: str
    operation: str
    storage: str
    decibels: float
    largest: float


class _Recorder(Machine):
    """Keeps all that chosen values ever are."""

    def __init__(self, module: Module, chosen: set[Value]) -> None:
        super().__init__(module, max_steps=1 << 40)
        self.chosen = chosen
        self.seen: dict[Value, list[Array]] = {}

    def run_block(self, block: Block, args: Sequence[Any]) -> list[Any]:
        for a, x in zip(block.args, args, strict=True):
            self._record(a, x)
        return super().run_block(block, args)

    def execute(self, step: Step) -> None:
        results = [r for r in step.results if r in self.chosen]
        if any(r in step.dead for r in results):
            step.dead = tuple(v for v in step.dead if v not in results)
        super().execute(step)
        for r in results:
            self._record(r, self.env[r])

    def _record(self, v: Value, x: Any) -> None:
        if v in self.chosen:
            self.seen.setdefault(v, []).append(np.array(x))


def losses(
    before: Module, after: Module, twins: Mapping[Value, Value], q: Quantizer, samples: Samples
) -> list[Loss]:
    """In the order of the model. ``twins`` has for each value of the model that was quantized that
    of its copy ``before``."""
    pairs = {v: x for v, x in q.numbers.items() if v in twins}
    real = _recorded(before, {twins[v] for v in pairs}, samples)
    stored = _recorded(after, {x.value for x in pairs.values()}, samples)
    found = []
    for v, x in pairs.items():
        want, got = real.get(twins[v]), stored.get(x.value)
        if want and got and len(want) == len(got):
            found.append(_loss(v, x, _flat(want), _flat([_decoded(x, g) for g in got])))
    return found


def _recorded(module: Module, chosen: set[Value], samples: Samples) -> dict[Value, list[Array]]:
    entry = module.entry
    machine = _Recorder(module, chosen)
    for row in samples.first(SAMPLES).rows:
        with np.errstate(all="ignore"):
            machine.call(entry, [*row, *initial_states(entry)])
    return machine.seen


def _flat(arrays: Sequence[Array]) -> Array:
    return np.concatenate([np.ravel(a).astype(np.float64) for a in arrays])


def _decoded(x: Stored | Fixed, stored: Array) -> Array:
    if isinstance(x, Stored):
        return x.format.decode(stored)
    return np.asarray(stored * np.asarray(x.scale, np.float64))


def _loss(v: Value, x: Stored | Fixed, want: Array, got: Array) -> Loss:
    noise, signal = float(np.mean((want - got) ** 2)), float(np.mean(want**2))
    decibels = 10 * np.log10(max(signal, 1e-30) / max(noise, 1e-30))
    op = v.defining_op
    return Loss(
        "an argument" if op is None or not op.loc else describe(op),
        "" if op is None else op.name,
        str(x.format) if isinstance(x, Stored) else "i32 accumulator",
        float(min(decibels, 200.0)),
        float(np.abs(want - got).max() / max(float(np.ptp(want)), 1e-30)),
    )


def to_text(found: Sequence[Loss], worst: int = 12) -> str:
    """The values that lose most, then all in the order of the model."""
    ranked = sorted(found, key=lambda loss: loss.decibels)[:worst]
    lines = ["values that lose most (signal to noise in dB, largest error as part of the range):"]
    lines += [_line(loss) for loss in ranked]
    lines += ["", "in the order of the model:", *map(_line, found)]
    return "\n".join(lines) + "\n"


def _line(loss: Loss) -> str:
    return (
        f"  {loss.decibels:6.1f} dB {loss.largest:7.2%}  {loss.operation:18} "
        f"{loss.storage:44} {loss.where}"
    )
