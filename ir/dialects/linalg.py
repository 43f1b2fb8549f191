"""Structured operations, as upstream ``linalg``: the bodies of kernels."""

from __future__ import annotations

from collections.abc import Sequence

from millrace.ir.affine import AffineMap
from millrace.ir.attributes import Iterator
from millrace.ir.core import Block, Operation, OpResult, Value
from millrace.ir.opdef import attr, operand, operands, region, result, results
from millrace.ir.types import INDEX, TensorType, Type


class Generic(Operation):
    """A perfect loop nest. The scalar body takes one element of each input and output (through
    ``indexing_maps``, iteration indices to element indices) and yields the new output elements.
    An output whose old element is not read by the body may come from ``tensor.empty``; the
    initial value of a reduction comes from ``linalg.fill``."""

    name = "linalg.generic"
    inputs: tuple[Value, ...] = operands()
    outputs: tuple[Value, ...] = operands()
    indexing_maps: tuple[AffineMap, ...] = attr()
    iterator_types: tuple[Iterator, ...] = attr()
    block: Block = region()
    outs: tuple[Value, ...] = results()

    def infer(self) -> Sequence[Type]:
        return tuple(v.type for v in self.outputs)

    @property
    def num_loops(self) -> int:
        return len(self.iterator_types)

    def extents(self) -> tuple[int, ...]:
        """The size of each loop, from operands whose map has the bare dim as a result.
        Raises IRError when a loop's size follows from no operand."""
        from millrace.ir.affine import Dim

        found: dict[int, int] = {}
        for v, m in zip(self.operands, self.indexing_maps, strict=True):
            assert isinstance(v.type, TensorType)
            for e, n in zip(m.results, v.type.shape, strict=True):
                if isinstance(e, Dim):
                    found.setdefault(e.index, n)
        missing = [d for d in range(self.num_loops) if d not in found]
        if missing:
            raise self.error(f"no operand gives the size of loops {missing}")
        return tuple(found[d] for d in range(self.num_loops))


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
