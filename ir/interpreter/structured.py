"""``linalg``: generics are evaluated on whole arrays over their iteration space.

The body runs once per chunk of the space, its values being arrays that broadcast over the
chunk. Where a reduction combines its accumulator by one associative operation the elements are
computed over the whole space and folded by numpy; any other reduction steps through its
reduction loops in Python, still on whole arrays over the parallel loops.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from millrace.ir.affine import AffineMap, Const, Dim
from millrace.ir.attributes import Iterator as LoopKind
from millrace.ir.core import Operation, Value
from millrace.ir.dialects import arith, linalg
from millrace.ir.errors import RunError
from millrace.ir.interpreter.machine import Handler, Machine
from millrace.ir.interpreter.scalars import FUNCTIONS, unsigned

Array = Any
CHUNK = 1 << 21
"""Largest number of points of the iteration space that are evaluated at once."""


def _fold_bits(ufunc: np.ufunc) -> Callable[..., Array]:
    """A fold of unsigned integers held as signed ones."""
    return lambda x, axis: ufunc.reduce(unsigned(x), axis=axis).view(x.dtype)


def _fold(ufunc: np.ufunc) -> Callable[..., Array]:
    return lambda x, axis: ufunc.reduce(x, axis=axis, dtype=x.dtype)


FOLDS: Mapping[type[Operation], Callable[..., Array]] = MappingProxyType(
    {
        arith.AddF: _fold(np.add),
        arith.AddI: _fold(np.add),
        arith.MulF: _fold(np.multiply),
        arith.MulI: _fold(np.multiply),
        arith.MaximumF: _fold(np.maximum),
        arith.MinimumF: _fold(np.minimum),
        arith.MaxNumF: _fold(np.fmax),
        arith.MinNumF: _fold(np.fmin),
        arith.MaxSI: _fold(np.maximum),
        arith.MinSI: _fold(np.minimum),
        arith.MaxUI: _fold_bits(np.maximum),
        arith.MinUI: _fold_bits(np.minimum),
        arith.AndI: _fold(np.bitwise_and),
        arith.OrI: _fold(np.bitwise_or),
        arith.XOrI: _fold(np.bitwise_xor),
    }
)
"""How numpy folds along axes what an associative operation combines."""


@dataclass(frozen=True)
class Combiner:
    """``op`` combines the accumulator with ``element``."""

    op: Operation
    element: Value


def find_combiners(op: linalg.Generic) -> list[Combiner] | None:
    """One an output when every accumulator is used by nothing but one associative operation
    whose result is yielded in its place; else None."""
    found = []
    accumulators = op.block.args[len(op.inputs) :]
    for acc, out in zip(accumulators, op.block.terminator.operands, strict=True):
        combine = out.defining_op
        if combine is None or type(combine) not in FOLDS or combine.parent is not op.block:
            return None
        if not (out.has_one_use and acc.has_one_use and acc.users == (combine,)):
            return None
        if out.type != acc.type or (str(acc.type) == "i1" and type(combine) in _NUMERIC):
            return None
        lhs, rhs = combine.operands
        found.append(Combiner(combine, rhs if lhs is acc else lhs))
    return found


_NUMERIC = frozenset({arith.AddI, arith.MulI, arith.MaxSI, arith.MinSI, arith.MaxUI, arith.MinUI})
"""Folds that numpy does differently on truth values."""


def read(array: Array, m: AffineMap, dims: Sequence[Array]) -> Array:
    """The elements of ``array`` at ``m(dims)``, as an array that broadcasts over the grids."""
    if not m.results:
        return array[()]
    at = [np.asarray(i) for i in m.evaluate(dims)]
    for i, n in zip(at, array.shape, strict=True):
        if i.size and (i.min() < 0 or i.max() >= n):
            raise RunError(f"linalg.generic reads outside of a tensor: {m} of {array.shape}")
    if _is_plain(m):
        return _read_plain(array, m, dims)
    return array[tuple(at)]


def _is_plain(m: AffineMap) -> bool:
    """True when the results are distinct dims and constants."""
    loops = [e.index for e in m.results if isinstance(e, Dim)]
    constants = sum(isinstance(e, Const) for e in m.results)
    return len(loops) + constants == len(m.results) and len(set(loops)) == len(loops)


def _read_plain(array: Array, m: AffineMap, dims: Sequence[Array]) -> Array:
    """By slicing and transposing: no index arrays."""
    slices: list[Any] = []
    loops = []
    for e in m.results:
        if isinstance(e, Const):
            slices.append(e.value)
            continue
        assert isinstance(e, Dim)
        grid = np.asarray(dims[e.index])
        if grid.ndim == 0:
            slices.append(int(grid))
            continue
        flat = grid.reshape(-1)
        slices.append(slice(int(flat[0]), int(flat[-1]) + 1))
        loops.append(e.index)
    part = array[tuple(slices)]
    if not loops:
        return part
    order = sorted(range(len(loops)), key=lambda k: loops[k])
    shape = [1] * np.ndim(np.asarray(dims[loops[0]]))
    for axis, loop in enumerate(loops):
        shape[loop] = part.shape[axis]
    return part.transpose(order).reshape(shape)


def write(array: Array, m: AffineMap, dims: Sequence[Array], value: Array) -> None:
    """``array[m(dims)] = value``; reduction dims are scalars here."""
    if not m.results:
        array[()] = np.asarray(value).reshape(())
        return
    at = [np.asarray(i) for i in m.evaluate(dims)]
    for i, n in zip(at, array.shape, strict=True):
        if i.size and (i.min() < 0 or i.max() >= n):
            raise RunError(f"linalg.generic writes outside of a tensor: {m} of {array.shape}")
    array[tuple(at)] = value


class Evaluation:
    """One run of a generic."""

    def __init__(self, machine: Machine, op: linalg.Generic, args: list[Any]) -> None:
        self.machine = machine
        self.op = op
        n = len(op.inputs)
        self.inputs = args[:n]
        self.outputs = [np.array(a) for a in args[n:]]
        self.in_maps = op.indexing_maps[:n]
        self.out_maps = op.indexing_maps[n:]
        self.extents = op.ranges
        self.reduced = [d for d, k in enumerate(op.iterator_types) if k is LoopKind.REDUCTION]

    def run(self) -> list[Array]:
        if 0 in self.extents:
            return self.outputs
        combiners = find_combiners(self.op) if self.reduced else None
        if self.reduced and combiners is None:
            self._step_through()
        else:
            for dims in chunks(self.extents, range(len(self.extents))):
                self._chunk(dims, combiners)
        self._forget()
        return self.outputs

    def _forget(self) -> None:
        """Let go of the body's values."""
        block, env = self.op.block, self.machine.env
        for v in (*block.args, *(r for inner in block for r in inner.results)):
            env.pop(v, None)

    def _step_through(self) -> None:
        parallel = [d for d in range(len(self.extents)) if d not in self.reduced]
        for dims in chunks(self.extents, parallel):
            spaces = [range(self.extents[d]) for d in self.reduced]
            for point in itertools.product(*spaces):
                here = list(dims)
                for d, i in zip(self.reduced, point, strict=True):
                    here[d] = np.int64(i)
                self._chunk(here, None)

    def _chunk(self, dims: Sequence[Array], combiners: list[Combiner] | None) -> None:
        """Evaluate the body at the grids ``dims`` and update the outputs."""
        m = self.machine
        values = [read(x, f, dims) for x, f in zip(self.inputs, self.in_maps, strict=True)]
        old = [read(x, f, dims) for x, f in zip(self.outputs, self.out_maps, strict=True)]
        saved, m.dims = m.dims, tuple(dims)
        skip = {c.op for c in combiners or ()}
        try:
            for arg, value in zip(self.op.block.args, (*values, *old), strict=True):
                m.env[arg] = value
            end = self.op.block.terminator
            for step in m.steps_of(self.op.block):
                if step.op not in skip:
                    m.execute(step)
            if combiners is None:
                new = [m.env[v] for v in end.operands]
            else:
                new = [
                    self._folded(c, m.env[c.element], acc, dims)
                    for c, acc in zip(combiners, old, strict=True)
                ]
        finally:
            m.dims = saved
        here = list(dims)
        if combiners is not None:
            for d in self.reduced:
                here[d] = np.int64(0)
            shape = np.broadcast_shapes(*(np.shape(g) for g in here)) if here else ()
            new = [v if np.ndim(v) == 0 else v.reshape(_fit(v.shape, shape)) for v in new]
        for x, f, value in zip(self.outputs, self.out_maps, new, strict=True):
            write(x, f, here, value)

    def _folded(self, c: Combiner, element: Array, acc: Array, dims: Sequence[Array]) -> Array:
        """The accumulator after the whole chunk."""
        shape = [np.asarray(g).size for g in dims]
        full = [n if d in self.reduced else 1 for d, n in enumerate(shape)]
        element = np.asarray(element)
        spread = np.broadcast_shapes(element.shape, tuple(full))
        folded = FOLDS[type(c.op)](np.broadcast_to(element, spread), tuple(self.reduced))
        kept = [1 if d in self.reduced else n for d, n in enumerate(spread)]
        return FUNCTIONS[type(c.op)](acc, np.asarray(folded).reshape(kept))


def _fit(shape: tuple[int, ...], target: tuple[int, ...]) -> tuple[int, ...]:
    """``shape`` without the leading ones that the target does not have."""
    return shape[len(shape) - len(target) :]


def chunks(extents: Sequence[int], loops: Sequence[int]) -> Iterator[list[Array]]:
    """Grids of indices, one a loop, that cover the product of ``loops`` in pieces of at most
    about CHUNK points; loops not in ``loops`` get the scalar 0."""
    rank = len(extents)
    size = list(extents)
    order = list(loops)
    points = int(np.prod([extents[d] for d in order], dtype=np.int64))
    for d in order:  # outer loops are cut first
        if points <= CHUNK:
            break
        points //= size[d]
        size[d] = max(1, min(size[d], CHUNK // max(points, 1)))
        points *= size[d]
    starts = [range(0, extents[d], size[d]) for d in order]
    for point in itertools.product(*starts):
        dims: list[Array] = [np.int64(0)] * rank
        for d, start in zip(order, point, strict=True):
            shape = [1] * rank
            shape[d] = -1
            stop = min(start + size[d], extents[d])
            dims[d] = np.arange(start, stop, dtype=np.int64).reshape(shape)
        yield dims


def _generic(m: Machine, op: linalg.Generic, args: list[Any]) -> Sequence[Any]:
    return Evaluation(m, op, args).run()


def _fill(m: Machine, op: linalg.Fill, args: list[Any]) -> Sequence[Any]:
    return (np.full(np.shape(args[1]), args[0], np.asarray(args[1]).dtype),)


def _index(m: Machine, op: linalg.Index, args: list[Any]) -> Sequence[Any]:
    return (m.dims[op.dim],)


HANDLERS: Mapping[type[Operation], Handler] = MappingProxyType(
    {linalg.Generic: _generic, linalg.Fill: _fill, linalg.Index: _index}
)
