"""Run-time sizes: of inputs (``--shape x=1,T<=100,16``), and what follows from data
(``--bound /decoder/Loop=40``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from millrace.driver.sources import Shapes
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.bounded import Bounded
from millrace.ir.errors import CompileError
from millrace.ir.sizes import ANY, SizeBook
from millrace.ir.types import OpenSize
from millrace.passes.sizes.join import join
from millrace.passes.sizes.symbols import Sample, Symbols

SIZE = re.compile(r"(?:(\d+)\s*<=\s*)?([A-Za-z_]\w*)\s*(?:<=\s*(\d+))?")
MOST_TRIES = 12
"""Smallest sizes that are tried until the model takes one."""

Load = Callable[[Shapes | None, SizeBook], Module]
Prepare = Callable[[Module], None]


@dataclass(frozen=True)
class OpenShapes:
    """Shapes in which some sizes are names of run-time sizes, and the bounds of what follows from
    data."""

    symbols: Symbols
    shapes: Shapes | None
    bounds: Mapping[str, int]

    def load(self, sample: Sample, load: Load) -> tuple[Module, SizeBook]:
        """The model with the sizes of ``sample`` in place of names."""
        sizes = dict(zip(self.symbols.names, sample, strict=True))
        shapes = None
        if self.shapes is not None:
            shapes = {name: _filled(dims, sizes) for name, dims in self.shapes.items()}
        book = SizeBook(self.bounds, sizes)
        try:
            return load(shapes, book), book
        except CompileError as e:
            pairs = zip(self.symbols.names[: self.symbols.given], sample, strict=False)
            at = ", ".join(f"{n} = {k}" for n, k in pairs)
            if not at:
                raise
            raise CompileError(f"{e} (with the run-time size {at})") from e

    def with_least(self, least: Sample) -> OpenShapes:
        return replace(self, symbols=replace(self.symbols, least=least))

    def with_found(self, found: Mapping[str, int]) -> OpenShapes:
        """With symbols that follow from data, and their bounds."""
        s = self.symbols
        symbols = Symbols(
            (*s.names, *found),
            (*s.least, *(0 for _ in found)),
            (*s.most, *found.values()),
            tuple(found),
        )
        return replace(self, symbols=symbols)


def _filled(dims: Sequence[int | str], sizes: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(OpenSize(sizes[_named(d)[1]]) if isinstance(d, str) else d for d in dims)


def open_shapes(shapes: Shapes | None, bounds: Mapping[str, int] | None) -> OpenShapes:
    """The run-time sizes among ``shapes``. A size with a bound (``T<=100``, also ``4<=T<=100``)
    may stand elsewhere by its name."""
    low: dict[str, int] = {}
    high: dict[str, int] = {}
    for input_name, dims in (shapes or {}).items():
        for least, name, most in (_named(d) for d in dims if isinstance(d, str)):
            for side, text in ((low, least), (high, most)):
                if text is not None and side.setdefault(name, text) != text:
                    raise CompileError(f"--shape {input_name}: two bounds of {name}")
            low.setdefault(name, 1)
            high.setdefault(name, 0)
    for name, bound in high.items():
        if bound < max(low[name], 1):
            what = "has no bound" if not bound else f"cannot be {low[name]} to {bound}"
            raise CompileError(f"run-time size {name} {what}: give one, as in {name}<=100")
    symbols = Symbols(tuple(high), tuple(low[n] for n in high), tuple(high.values()))
    return OpenShapes(symbols, shapes, bounds or {})


def _named(text: str) -> tuple[int | None, str, int | None]:
    m = SIZE.fullmatch(text.strip())
    if m is None:
        raise CompileError(f"{text!r} is not a size: give a number, or a name as in T<=100")
    return (int(m[1]) if m[1] else None, m[2], int(m[3]) if m[3] else None)


def load_open(given: OpenShapes, load: Load, prepare: Prepare) -> Module:
    """The model; its run-time sizes are inputs and outputs. ``load`` imports it at given shapes,
    ``prepare`` brings each instance to where they are compared."""
    largest, book = given.load(given.symbols.most, load)
    _check_names(given.bounds, book)
    if not given.symbols.names and not _found_in(largest):
        return largest
    prepare(largest)
    given = given.with_least(_least(given, load)).with_found(_found_in(largest))

    def instance(sample: Sample) -> tuple[Sample, Module]:
        module = given.load(sample, load)[0]
        prepare(module)
        return sample, module

    first, *samples = given.symbols.samples()
    instances = [(first, largest), *map(instance, samples)]
    return join(given.symbols, instances, [*map(instance, given.symbols.ones())])


def _check_names(bounds: Mapping[str, int], book: SizeBook) -> None:
    for name in bounds:
        if name not in book.used and name != ANY:
            raise CompileError(
                f"--bound {name}: no node of this name has a size that follows from data"
            )


def _found_in(module: Module) -> dict[str, int]:
    """The symbols of ``mr.bounded`` operations, with the largest sizes."""
    return {op.symbol: op.size for op in module.walk() if isinstance(op, Bounded)}


def _least(given: OpenShapes, load: Load) -> Sample:
    """The smallest sizes that the model takes: a convolution needs as many elements as it has
    taps. CompileError when it takes no other size than the largest."""
    low, high = given.symbols.least, given.symbols.most
    return tuple(
        _least_of(i, low[i], high, lambda sample: given.load(sample, load)[0])
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
