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
    outputs: tuple[tuple[AffineExpr, ...] | None, ...]
    """The shapes of the results that may be smaller than the largest."""
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
        count = len(self.outputs)
        sizes = [*self.sizes, *results[count:]]
        for i, shape in enumerate(self.outputs):
            if shape is not None:
                part = tuple([slice(int(evaluate(e, sizes))) for e in shape])
                results[i] = np.ascontiguousarray(results[i][part])
        return results[:count]


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
        outputs = tuple(
            None if self._is_largest(shape, s.shape, sizes) else shape
            for shape, s in zip(self._outs, self.outputs, strict=True)
        )
        return Plan(
            tuple(np.array(n, np.int32) for n in sizes),
            tuple((s.shape, s.dtype) for s in self.inputs),
            tuple(_part(n, s.shape) for n, s in zip(shapes, self.inputs, strict=True)),
            outputs,
            whole=not self.found and all(shape is None for shape in outputs),
        )

    def _is_largest(
        self, shape: tuple[AffineExpr, ...], largest: tuple[int, ...], sizes: tuple[int, ...]
    ) -> bool:
        """Whether a result is sure to have its largest shape."""
        known = all(i < len(sizes) for e in shape for i in dims_of(e))
        return known and tuple(evaluate(e, sizes) for e in shape) == largest

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
