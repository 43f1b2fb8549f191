"""Structured operations, as upstream ``linalg``: the bodies of kernels."""

from __future__ import annotations

from collections.abc import Sequence

from millrace.ir.affine import AffineMap
from millrace.ir.attributes import Iterator
from millrace.ir.core import Block, Operation, OpResult, Value
from millrace.ir.opdef import attr, operand, operands, region, result, results
from millrace.ir.types import INDEX, Type


class Generic(Operation):
    """A perfect loop nest. The scalar body takes one element of each input and output (through
    ``indexing_maps``, iteration indices to element indices) and yields the new output elements.
    An output whose old element is not read by the body may come from ``tensor.empty``; the
    initial value of a reduction comes from ``linalg.fill``. ``ranges`` is the size of each loop
    (upstream derives it from the operands, which a pooling window does not allow)."""

    name = "linalg.generic"
    inputs: tuple[Value, ...] = operands()
    outputs: tuple[Value, ...] = operands()
    indexing_maps: tuple[AffineMap, ...] = attr()
    iterator_types: tuple[Iterator, ...] = attr()
    ranges: tuple[int, ...] = attr()
    block: Block = region()
    outs: tuple[Value, ...] = results()

    def infer(self) -> Sequence[Type]:
        return tuple(v.type for v in self.outputs)

    @property
    def num_loops(self) -> int:
        return len(self.iterator_types)

    @property
    def num_parallel(self) -> int:
        """Number of parallel loops; they come before the reduction loops."""
        return self.iterator_types.count(Iterator.PARALLEL)


class Fill(Operation):
    """A tensor of one value: ``output`` (a ``tensor.empty``) filled with a scalar."""

    name = "linalg.fill"
    value: Value = operand()
    output: Value = operand()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (self.output.type,)


class Index(Operation):
    """The current index of loop ``dim``, in a generic's body."""

    name = "linalg.index"
    dim: int = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (INDEX,)


class Yield(Operation):
    name = "linalg.yield"
    values: tuple[Value, ...] = operands()

    def infer(self) -> Sequence[Type]:
        return ()
