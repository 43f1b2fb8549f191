"""Run-time sizes of inputs: ``--shape x=1,T<=100,16``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from millrace.driver.sources import Shapes
from millrace.ir.dialects.builtin import Module
from millrace.ir.errors import CompileError
from millrace.ir.types import OpenSize
from millrace.passes.sizes.join import join
from millrace.passes.sizes.symbols import Sample, Symbols

SIZE = re.compile(r"(?:(\d+)\s*<=\s*)?([A-Za-z_]\w*)\s*(?:<=\s*(\d+))?")
MOST_TRIES = 12
"""Smallest sizes that are tried until the model takes one."""

Load = Callable[[Shapes], Module]
Prepare = Callable[[Module], None]


@dataclass(frozen=True)
class OpenShapes:
    """Shapes in which some sizes are names of run-time sizes."""

    symbols: Symbols
    shapes: Mapping[str, Sequence[int | str]]

    def at(self, sample: Sample) -> Shapes:
        """The shapes with numbers for the names."""
        sizes = dict(zip(self.symbols.names, sample, strict=True))
        return {
            name: tuple(OpenSize(sizes[_named(d)[1]]) if isinstance(d, str) else d for d in dims)
            for name, dims in self.shapes.items()
        }


def open_shapes(shapes: Shapes | None) -> OpenShapes | None:
    """The run-time sizes among ``shapes``; None when there are none. A size with a bound
    (``T<=100``, also ``4<=T<=100``) may stand elsewhere by its name."""
    low: dict[str, int] = {}
    high: dict[str, int] = {}
    for input_name, dims in (shapes or {}).items():
        for least, name, most in (_named(d) for d in dims if isinstance(d, str)):
            for side, text in ((low, least), (high, most)):
                if text is not None and side.setdefault(name, text) != text:
                    raise CompileError(f"--shape {input_name}: two bounds of {name}")
            low.setdefault(name, 1)
            high.setdefault(name, 0)
    if not high or shapes is None:
        return None
    for name, bound in high.items():
        if bound < max(low[name], 1):
            what = "has no bound" if not bound else f"cannot be {low[name]} to {bound}"
            raise CompileError(f"run-time size {name} {what}: give one, as in {name}<=100")
    symbols = Symbols(tuple(high), tuple(low[n] for n in high), tuple(high.values()))
    return OpenShapes(symbols, shapes)


def _named(text: str) -> tuple[int | None, str, int | None]:
    m = SIZE.fullmatch(text.strip())
    if m is None:
        raise CompileError(f"{text!r} is not a size: give a number, or a name as in T<=100")
    return (int(m[1]) if m[1] else None, m[2], int(m[3]) if m[3] else None)


def load_open(given: OpenShapes, load: Load, prepare: Prepare) -> Module:
    """The model with its run-time sizes as inputs. ``load`` imports it at given shapes, ``prepare``
    brings each instance to where they are compared."""
    symbols = Symbols(given.symbols.names, _least(given, load), given.symbols.most)

    def instance(sample: Sample) -> tuple[Sample, Module]:
        module = _instance(given, sample, load)
        prepare(module)
        return sample, module

    return join(symbols, [*map(instance, symbols.samples())], [*map(instance, symbols.ones())])


def _least(given: OpenShapes, load: Load) -> Sample:
    """The smallest sizes that the model takes: a convolution needs as many elements as it has
    taps. CompileError when it takes no other size than the largest."""
    low, high = given.symbols.least, given.symbols.most
    return tuple(
        _least_of(i, low[i], high, lambda sample: _instance(given, sample, load))
        for i in range(len(high))
    )


def _least_of(i: int, low: int, high: Sample, load: Callable[[Sample], Module]) -> int:
    """The smallest size of symbol ``i``, the others at their largest."""
    if low == high[i]:
        return low
    problem: CompileError | None = None
    tried: list[int] = [*range(low, min(low + MOST_TRIES, high[i])), high[i] - 1]
    for n in tried:
        try:
            load((*high[:i], n, *high[i + 1 :]))
            return n
        except CompileError as e:
            problem = e
    assert problem is not None
    raise problem


def _instance(given: OpenShapes, sample: Sample, load: Load) -> Module:
    """The model at one choice of sizes."""
    try:
        return load(given.at(sample))
    except CompileError as e:
        sizes = zip(given.symbols.names, sample, strict=True)
        text = ", ".join(f"{n} = {k}" for n, k in sizes)
        raise CompileError(f"{e} (with the run-time size {text})") from e
