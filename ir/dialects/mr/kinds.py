"""The kinds of tensor operations: what each owes, and the form it takes at KERNEL level.

Every concrete operation of the ``mr`` dialect has exactly one kind as a base class. Passes
dispatch on the kind, never on the operation.

==============  =================================  ==========================================
kind            owes, besides ``evaluate``          at KERNEL level
==============  =================================  ==========================================
Elementwise     ``scalar``                          a parallel ``linalg.generic``
Accumulating    ``nest``, ``neutral``, ``combine``  a ``linalg.generic`` with reduction loops
 - Reduction    ``neutral``, ``combine``            (nest from ``axes``)
 - Contraction  ``nest``                            (multiply and add)
 - Window       ``nest``, ``neutral``, ``combine``  (pooling)
Movement        ``access``                          a view, or a copying ``linalg.generic``
Assemble        ``pieces``                          piecewise writes into one buffer
Indexed         ``element``                         a parallel generic with ``tensor.extract``
Library         ``lower``                           loops written by the operation itself
Composite       ``decompose``                       gone: other operations of the dialect
Control         regions                             ``scf`` with calls of kernels
==============  =================================  ==========================================
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from millrace.ir.affine import AffineMap, cst, dim
from millrace.ir.core import Operation, OpResult, Value
from millrace.ir.dialects.mr.band import Band, Bands, read_bands
from millrace.ir.interval import Interval, moved, product
from millrace.ir.opdef import attr, grouped, operand, result
from millrace.ir.types import (
    BF16,
    F16,
    F32,
    ElementType,
    FloatType,
    TensorType,
    Type,
    tensor,
)

if TYPE_CHECKING:
    from millrace.ir.attributes import Dense
    from millrace.ir.builder import Builder
    from millrace.ir.scalar import LoopBuilder, ScalarBuilder, ScalarValue

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Tolerance:
    """What differential tests allow: ``ulp`` units in the last place for each element, or, for
    ``accumulates`` operations, 4 sqrt(K) eps sum|a b| evaluated with the data."""

    ulp: float = 0
    accumulates: bool = False
    absolute: float = 0.0


EXACT = Tolerance()


class TensorOp(Operation):
    """Base of all operations on tensors."""

    tolerance: ClassVar[Tolerance] = EXACT

    def evaluate(self, *args: Any) -> Any:
        """The numpy meaning: one argument an operand field (None for an absent optional one, a
        tuple for a variadic one), one array, or a tuple of arrays when there are more results.
        Arrays have exactly the operands' dtypes; results must have the results' dtypes."""
        raise NotImplementedError(f"{self.name} has no evaluate")

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        """Operation-specific folds: values that stand for the results, made of operands only,
        or None. ``constants[i]`` is operand i when it is constant."""
        return None

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        """A simpler form of this operation built with ``b``: the values that replace the
        results, or None when there is nothing to do."""
        return None

    def interval(self, *xs: Any) -> Interval | None:
        """Bounds of the (first) result from those of the operands, in i64 arithmetic: one argument
        an operand field, as for ``evaluate``. None when there is nothing to say. Bounds that the
        result's type cannot hold are taken for unknown."""
        return None

    def selects(self) -> bool:
        """True when each number in a result is one of the operands', chosen by position, by
        condition or by order: then the operation works on any code that keeps their order."""
        return False

    def operand_bands(self, band: Band) -> Bands | None:
        """What of each operand a band of the only result is made of; None when the operation
        cannot be computed in such bands."""
        return None

    def band_fields(self, band: Band) -> dict[str, Any]:
        """Attributes that differ where the operation makes a band of its result from the bands
        of its operands."""
        return {}

    def operand_type(self, index: int) -> TensorType:
        t = self.operands[index].type
        if not isinstance(t, TensorType):
            raise self.error(f"operand {index} is {t}, not a tensor")
        return t

    def result_shape(self) -> tuple[int, ...]:
        """Of the first result."""
        t = self.results[0].type
        assert isinstance(t, TensorType)
        return t.shape


def broadcast_shapes(op: Operation, *shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape after numpy broadcasting; an error of ``op`` when there is none."""
    rank = max((len(s) for s in shapes), default=0)
    out = [1] * rank
    for s in shapes:
        for i, n in enumerate(s, rank - len(s)):
            if n != 1 and out[i] not in (1, n):
                text = " with ".join("x".join(map(str, q)) or "scalar" for q in shapes)
                raise op.error(f"cannot broadcast {text}")
            if n != 1:
                out[i] = n
    return tuple(out)


def reduced_shape(
    op: Operation, shape: tuple[int, ...], axes: Sequence[int], keepdims: bool
) -> tuple[int, ...]:
    """``shape`` without ``axes``, or with 1 in their place; an error of ``op`` unless the axes
    are sorted, unique and in range."""
    if list(axes) != sorted(set(axes)) or any(not 0 <= a < len(shape) for a in axes):
        raise op.error(f"axes {tuple(axes)} of a tensor of rank {len(shape)}")
    kept = enumerate(shape)
    return tuple(1 if i in axes else n for i, n in kept if keepdims or i not in axes)


def broadcast_map(shape: tuple[int, ...], rank: int) -> AffineMap:
    """From the dims of a result of ``rank`` to the indices of an operand of ``shape``."""
    lead = rank - len(shape)
    return AffineMap(rank, tuple(cst(0) if n == 1 else dim(lead + i) for i, n in enumerate(shape)))


class Elementwise(TensorOp):
    """Operands broadcast to one shape; each result element depends on one element of each."""

    def result_element(self, *elements: ElementType) -> ElementType:
        """The result's element type; the first operand's unless overridden."""
        return elements[0]

    def infer(self) -> Sequence[Type]:
        types = [self.operand_type(i) for i in range(len(self.operands))]
        shape = broadcast_shapes(self, *(t.shape for t in types))
        return (tensor(shape, self.result_element(*(t.element for t in types))),)

    def operand_bands(self, band: Band) -> Bands | None:
        shape = self.result_shape()
        shapes = [self.operand_type(i).shape for i in range(len(self.operands))]
        return read_bands([broadcast_map(s, len(shape)) for s in shapes], shape, band)

    def tables(self) -> tuple[Dense, ...]:
        """Constants that the operation reads at places that its operands name."""
        return ()

    def scalar(self, b: ScalarBuilder, *xs: Any) -> ScalarValue:
        """The same meaning on scalars: one :class:`ScalarValue` an operand, then one
        :class:`TensorInput` a table, to be read with ``b.read``."""
        raise NotImplementedError(f"{self.name} has no scalar body")


@dataclass(frozen=True)
class Nest:
    """An iteration space and how each input is read in it. The first ``parallel`` loops index
    the output directly; the others reduce. The result type is a reshape of the output."""

    extents: tuple[int, ...]
    parallel: int
    maps: tuple[AffineMap, ...]


class Accumulating(TensorOp):
    """Reduces over loops: accumulators start at ``neutral`` and take in one element of each
    input at every point of the nest; ``finish`` makes the result element of them."""

    tolerance = Tolerance(accumulates=True)

    def nest(self) -> Nest:
        raise NotImplementedError(self.name)

    def operand_bands(self, band: Band) -> Bands | None:
        """Along dimensions that the nest's loops index one by one."""
        nest, shape = self.nest(), self.result_shape()
        direct = nest.extents[: nest.parallel][: band.axis + 1] == shape[: band.axis + 1]
        return read_bands(nest.maps, nest.extents, band) if direct else None

    def accumulators(self) -> tuple[ElementType, ...]:
        """Element types of the accumulators; by default one, of the first input's type, f32 for
        narrower floats."""
        e = self.operand_type(0).element
        return (F32 if e in (F16, BF16) else e,)

    def neutral(self) -> tuple[bool | int | float, ...]:
        raise NotImplementedError(self.name)

    def combine(
        self,
        b: ScalarBuilder,
        accs: tuple[ScalarValue, ...],
        xs: tuple[ScalarValue, ...],
        indices: tuple[ScalarValue, ...],
    ) -> tuple[ScalarValue, ...]:
        """The accumulators after one point. ``indices`` are the nest's loop indices (``index``);
        inputs come in their own element type."""
        raise NotImplementedError(self.name)

    def padding(self, element: ElementType) -> bool | int | float | None:
        """An input element of that type which leaves the accumulators as they are, to stand
        behind the end of a dimension whose size is known at run time only; None: there is none."""
        return None

    def finish(self, b: ScalarBuilder, accs: tuple[ScalarValue, ...]) -> tuple[ScalarValue, ...]:
        """The result elements, one a result; the first accumulator cast to the result's type
        unless overridden."""
        t = self.results[0].type
        assert isinstance(t, TensorType)
        return (b.cast(accs[0], t.element),)


class Reduction(Accumulating):
    """Reduces ``axes`` (non-negative, sorted) of one tensor."""

    input: Value = operand()
    axes: tuple[int, ...] = attr()
    keepdims: bool = attr(False)
    result: OpResult = result()

    def result_element(self, element: ElementType) -> ElementType:
        return element

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        shape = reduced_shape(self, t.shape, self.axes, self.keepdims)
        return (tensor(shape, self.result_element(t.element)),)

    def nest(self) -> Nest:
        t = self.operand_type(0)
        kept = [i for i in range(t.rank) if i not in self.axes]
        order = kept + list(self.axes)
        position = {axis: k for k, axis in enumerate(order)}
        m = AffineMap(t.rank, tuple(dim(position[i]) for i in range(t.rank)))
        return Nest(tuple(t.shape[i] for i in order), len(kept), (m,))

    @property
    def count(self) -> int:
        """Number of elements reduced into one."""
        t = self.operand_type(0)
        return int(np.prod([t.shape[a] for a in self.axes], dtype=np.int64))


class Contraction(Accumulating):
    """The sum of products of two inputs over a nest: matmul, convolution, einsum."""

    lhs: Value = operand()
    rhs: Value = operand()
    result: OpResult = result()

    def neutral(self) -> tuple[bool | int | float, ...]:
        return (0.0 if isinstance(self.accumulators()[0], FloatType) else 0,)

    def padding(self, element: ElementType) -> bool | int | float | None:
        return 0

    def combine(
        self,
        b: ScalarBuilder,
        accs: tuple[ScalarValue, ...],
        xs: tuple[ScalarValue, ...],
        indices: tuple[ScalarValue, ...],
    ) -> tuple[ScalarValue, ...]:
        x, y = (b.cast(v, accs[0].type) for v in xs)
        return (b.add(accs[0], b.mul(x, y)),)

    def interval(self, x: Interval, y: Interval) -> Interval | None:
        nest = self.nest()
        terms = math.prod(nest.extents[nest.parallel :])
        one = product(x.whole(), y.whole())
        return None if one is None else product(one, Interval.of(terms, terms))


class Window(Accumulating):
    """Pooling: reduces over a window that slides over the spatial dimensions (channels last)."""


class Movement(TensorOp):
    """Each result element is one input element; which, says one affine map."""

    input: Value = operand()

    def selects(self) -> bool:
        return True

    def access(self) -> AffineMap:
        """From result indices to input indices."""
        raise NotImplementedError(self.name)

    def operand_bands(self, band: Band) -> Bands | None:
        return read_bands([self.access()], self.result_shape(), band)

    def interval(self, x: Interval) -> Interval | None:
        return moved(self.evaluate, [x], [self.operand_type(0).shape])


@dataclass(frozen=True)
class Piece:
    """Operand ``operand`` fills the result elements ``offsets + steps * index``."""

    operand: int
    offsets: tuple[int, ...]
    steps: tuple[int, ...]


class Assemble(TensorOp):
    """The result is put together from operands side by side; the rest is ``fill_value``."""

    def pieces(self) -> tuple[Piece, ...]:
        raise NotImplementedError(self.name)

    def fill_value(self) -> bool | int | float | None:
        """What stands where no piece does; None when the pieces cover the result."""
        return None

    def interval(self, *xs: Any) -> Interval | None:
        flat = [x for given in xs for x in (given if isinstance(given, tuple) else (given,))]
        shapes = [self.operand_type(i).shape for i in range(len(self.operands))]
        return moved(lambda *arrays: self.evaluate(*grouped(self, arrays)), flat, shapes)


class Indexed(TensorOp):
    """Each result element is a function of its index that reads any elements of the inputs,
    data-dependent ones too: gather, resize, one-hot, range, triangle masks."""

    def element(
        self, b: ScalarBuilder, index: tuple[ScalarValue, ...], inputs: tuple[Any, ...]
    ) -> ScalarValue:
        """The element at ``index`` (``index`` scalars). ``inputs`` has one entry an operand
        field, to be read with ``b.read(input, indices)``; indices that come from data go through
        ``b.checked_index`` first."""
        raise NotImplementedError(self.name)


class Library(TensorOp):
    """None of the other kinds: sort, top-k, scatter, cumulative sums. Writes its own loops."""

    def lower(self, b: LoopBuilder, inputs: tuple[Any, ...], outputs: tuple[Any, ...]) -> None:
        """Emit loops that read ``inputs`` (one buffer an operand field) and fill ``outputs``."""
        raise NotImplementedError(self.name)


class Composite(TensorOp):
    """Defined by other operations of the dialect."""

    def decompose(self, b: Builder) -> Sequence[Value]:
        """The values that replace the results, built with ``b`` from the operands."""
        raise NotImplementedError(self.name)


class Control(TensorOp):
    """Carries regions; executed by the plan, not by a kernel."""
