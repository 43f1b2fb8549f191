"""Calls of models with run-time sizes: from the arrays' shapes to the sizes, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.driver.specs import Array, TensorSpec, describe
from millrace.ir.affine import AffineExpr, dims_of, evaluate
from millrace.ir.errors import RunError
from millrace.ir.text.affine import affine_map

if TYPE_CHECKING:
    from millrace.driver.report import Report

Shapes = Sequence[tuple[int, ...]]
Part = tuple[slice, ...] | None
"""What counts of a tensor of the largest sizes; None for all of it."""


@dataclass(frozen=True)
class Plan:
    """All that follows from the shapes of one call's inputs: the sizes as arrays, which part of
    each input and output they cover, and the inputs' largest shapes with their types."""

    sizes: tuple[Array, ...]
    inputs: tuple[tuple[tuple[int, ...], np.dtype[Any]], ...]
    parts: tuple[Part, ...]
    cuts: tuple[tuple[int, Any, bool], ...]
    """Results of which the sizes say a part: number, what counts of it, whether that is dense."""
    outputs: tuple[tuple[int, tuple[AffineExpr, ...]], ...]
    """Results whose shapes follow from data: number, and shape by sizes."""
    count: int
    """Results; behind them come the sizes that follow from data."""
    whole: bool
    """All of each result counts."""

    def widened(self, arrays: Sequence[Array]) -> list[Array]:
        """The inputs as tensors of the largest sizes, then the sizes."""
        found: list[Array] = []
        for array, (shape, dtype), part in zip(arrays, self.inputs, self.parts, strict=True):
            if part is not None:
                whole = np.zeros(shape, dtype)
                whole[part] = array
                array = whole
            found.append(array)
        return [*found, *self.sizes]

    def leave(self, results: list[Array]) -> list[Array]:
        """The part of each result that counts; behind the results come the sizes that follow from
        data."""
        for i, part, dense in self.cuts:
            cut = results[i][part]
            results[i] = cut if dense else np.ascontiguousarray(cut)
        if len(results) == self.count:
            return results
        sizes = [*self.sizes, *results[self.count :]]
        for i, shape in self.outputs:
            cut = results[i][tuple([slice(int(evaluate(e, sizes))) for e in shape])]
            results[i] = np.ascontiguousarray(cut)
        return results[: self.count]


class RunTimeShapes:
    """The run-time sizes of a model, in the order in which it takes and gives them."""

    def __init__(self, report: Report) -> None:
        self.sizes = report.sizes
        self.found = report.found
        self.inputs = report.inputs
        self.outputs = report.outputs
        self._ins = [self._shape(s) for s in report.inputs]
        self._outs = [self._shape(s) for s in report.outputs]

    def _shape(self, spec: TensorSpec) -> tuple[AffineExpr, ...]:
        names = {s.name: f"d{i}" for i, s in enumerate((*self.sizes, *self.found))}
        words = [" ".join(names.get(w, w) for w in _words(d)) for d in spec.dims or ()]
        texts = words or [str(n) for n in spec.shape]
        dims = ", ".join(names.values())
        return affine_map(f"affine_map<({dims}) -> ({', '.join(texts)})>").results

    def plan(self, shapes: Shapes) -> Plan:
        """What follows from the shapes of the inputs. RunError when they do not fit each other."""
        sizes = self._solved(shapes)
        cuts, outputs = [], []
        for i, (shape, spec) in enumerate(zip(self._outs, self.outputs, strict=True)):
            if any(k >= len(sizes) for e in shape for k in dims_of(e)):
                outputs.append((i, shape))
                continue
            dims = tuple(int(evaluate(e, sizes)) for e in shape)
            if dims != spec.shape:
                dense = dims[1:] == spec.shape[1:]
                part = slice(dims[0]) if dense else tuple(slice(n) for n in dims)
                cuts.append((i, part, dense))
        return Plan(
            tuple(np.array(n, np.int32) for n in sizes),
            tuple((s.shape, s.dtype) for s in self.inputs),
            tuple(_part(n, s.shape) for n, s in zip(shapes, self.inputs, strict=True)),
            tuple(cuts),
            tuple(outputs),
            len(self.outputs),
            whole=not self.found and not cuts,
        )

    def _solved(self, shapes: Shapes) -> tuple[int, ...]:
        """The sizes that the inputs' shapes say."""
        found: dict[int, int] = {}
        for dims, shape in zip(shapes, self._ins, strict=True):
            for n, e in zip(dims, shape, strict=True):
                self._solve(n, e, found)
        sizes = tuple(found.get(i, s.most) for i, s in enumerate(self.sizes))
        for given, spec, shape in zip(shapes, self.inputs, self._ins, strict=True):
            if given != tuple(evaluate(e, sizes) for e in shape):
                raise RunError(
                    f"input {spec.name!r}: expected {spec.described()}, got "
                    f"{describe(given, spec.dtype)}{self._where(sizes)}"
                )
        for n, s in zip(sizes, self.sizes, strict=True):
            if not s.least <= n <= s.most:
                raise RunError(f"{s.name} is {n}, not {s.least} to {s.most}")
        return sizes

    def _solve(self, n: int, e: AffineExpr, found: dict[int, int]) -> None:
        """The size of a symbol from the first dimension that gives it."""
        symbols = dims_of(e)
        if len(symbols) != 1:
            return
        (i,) = symbols
        if i in found:
            return
        at = [0] * (len(self.sizes) + len(self.found))
        start = int(evaluate(e, at))
        at[i] = 1
        slope = int(evaluate(e, at)) - start
        if slope and (n - start) % slope == 0:
            found[i] = (n - start) // slope

    def _where(self, sizes: Sequence[int]) -> str:
        text = ", ".join(f"{s.name} = {n}" for s, n in zip(self.sizes, sizes, strict=True))
        return f" (with {text})"


def _words(text: str) -> list[str]:
    return text.replace("(", " ( ").replace(")", " ) ").split()


def _part(sizes: tuple[int, ...], largest: tuple[int, ...]) -> Part:
    return None if sizes == largest else tuple(slice(n) for n in sizes)
