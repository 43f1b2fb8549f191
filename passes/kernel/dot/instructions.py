"""Instructions that multiply and add several elements of a reduction at once, a class each.

A dot product walks a reduction in *chunks*. An instruction says how many elements a chunk has, how
the operand that varies (``x``) must lie in scratch memory, how the elements of a chunk of weights
(``w``) are ordered, and what code one chunk takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from millrace.ir.core import Value
from millrace.ir.dialects import arith, arm, memref, vector
from millrace.ir.target import TargetInfo
from millrace.ir.types import I8, I16, I32, I64, ElementType, MemRefType, VectorType, storage_bytes
from millrace.passes.kernel.emit import Emitter
from millrace.passes.kernel.promote import Form


class Dot:
    """For elements ``x`` and ``w`` of 8 or 16 bits. ``registers(p, w)``: whether a tile of p rows
    of x by w rows of weights fits the register file; ``cost``: instructions for one chunk of such a
    tile."""

    name: ClassVar[str]
    lanes: ClassVar[int] = 1
    """Neighbouring channels that share a vector in what follows the reduction."""
    epilogue: ClassVar[float] = 7.0
    """Instructions that follow for each result: scaling, limits, the store."""
    any_place: ClassVar[bool] = False
    """Whether a chunk of weights may begin at any byte, at no cost."""

    def __init__(self, target: TargetInfo, x: ElementType = I8, w: ElementType = I8) -> None:
        self.x = x
        self.w = w
        self.registers = target.registers

    @property
    def chunk(self) -> int:
        raise NotImplementedError

    @property
    def chunk_bytes(self) -> int:
        """Of a chunk of weights."""
        return self.chunk * storage_bytes(self.w)

    @property
    def forms(self) -> tuple[Form, ...]:
        """How x may lie, best first; the first that the alignment of the rows allows is taken."""
        return (Form.SAME,)

    @property
    def transposes(self) -> bool:
        """Whether there are stores that bring the elements of a vector apart."""
        return False

    @property
    def kinds(self) -> str:
        """Of what it makes products, where that is not bytes: ``i16 by i8``."""
        return "" if self.x == self.w == I8 else f"{self.x} by {self.w}"

    def order(self, form: Form) -> tuple[int, ...]:
        """Which element of a chunk stands at each place among the weights."""
        return tuple(range(self.chunk))

    def fits(self, p: int, w: int) -> bool:
        raise NotImplementedError

    def cost(self, p: int, w: int) -> float:
        raise NotImplementedError

    def in_order(self, accumulators: int) -> bool:
        """Whether one chunk should be done with before the next begins."""
        return False

    def load_x(self, e: Emitter, memory: Value, at: int, aligned: bool) -> tuple[Value, ...]:
        """The chunk of x at byte ``at``, which may be ``aligned`` to words."""
        raise NotImplementedError

    def load_w(self, e: Emitter, memory: Value, at: int, alignment: int = 1) -> tuple[Value, ...]:
        """The chunk of weights at byte ``at``, aligned to so many bytes."""
        raise NotImplementedError

    def clear(self, e: Emitter, memory: Value, at: int) -> None:
        """Zeros for a chunk of x at byte ``at`` (where chunks may begin anywhere)."""
        raise NotImplementedError

    def first(self, e: Emitter, w: Sequence[Value], count: int) -> tuple[Value, ...]:
        """The first ``count`` weights of a chunk, and zeros (where chunks may begin anywhere)."""
        raise NotImplementedError

    def load_two_w(self, e: Emitter, memory: Value, at: int) -> tuple[tuple[Value, ...], ...]:
        """Two chunks of weights that follow each other, aligned to chunks."""
        size = self.chunk_bytes
        return tuple(self.load_w(e, memory, k, size) for k in (at, at + size))

    def accumulate(self, e: Emitter, acc: Value, x: Sequence[Value], w: Sequence[Value]) -> Value:
        raise NotImplementedError


def word(e: Emitter, memory: Value, at: int, alignment: int = 4) -> Value:
    view = e.b.value(memref.View, memory, e.index(at), result_types=[MemRefType((1,), I32)])
    return e.b.value(memref.Load, view, [e.index(0)], alignment=alignment, pinned=True)


def two_words(e: Emitter, memory: Value, at: int) -> tuple[Value, ...]:
    """By one instruction, ``ldrd``."""
    view = e.b.value(memref.View, memory, e.index(at), result_types=[MemRefType((1,), I64)])
    both = e.b.value(memref.Load, view, [e.index(0)], alignment=4, pinned=True)
    high = e.b.value(arith.ShRUI, both, e.constant(32, I64))
    return tuple(e.b.value(arith.TruncI, v, result_types=[I32]) for v in (both, high))


class Smlad(Dot):
    """The DSP extension: two products of halves an instruction. Bytes of x lie widened; a word of
    bytes of weights becomes two words of halves, which all rows of x share."""

    name = "smlad"
    chunk = 4

    @property
    def forms(self) -> tuple[Form, ...]:
        if self.x == I16:
            return (Form.SAME,)
        return (Form.PAIRS, Form.HALVES) if self.w == I8 else (Form.HALVES,)

    def order(self, form: Form) -> tuple[int, ...]:
        return (0, 2, 1, 3) if self.w == I8 and form is not Form.PAIRS else (0, 1, 2, 3)

    def fits(self, p: int, w: int) -> bool:
        unpacking = 1 if self.w == I8 else 0
        return p * w + 2 * min(p, w) + 4 + unpacking <= 12

    def cost(self, p: int, w: int) -> float:
        weights = 2 * w + (w + 1) // 2 if self.w == I8 else w
        rows = p if self.x == I8 else 2 * p  # halves are read where they are, aligned or not
        return weights + rows + 2 * p * w

    def in_order(self, accumulators: int) -> bool:
        """Straight code is reordered until it spills; with five accumulators there is no register
        left for the order."""
        return accumulators <= 4

    def load_x(self, e: Emitter, memory: Value, at: int, aligned: bool) -> tuple[Value, ...]:
        if aligned:
            return two_words(e, memory, at)
        return tuple(word(e, memory, at + k, 2) for k in (0, 4))

    def load_w(self, e: Emitter, memory: Value, at: int, alignment: int = 1) -> tuple[Value, ...]:
        if self.w == I16:
            return two_words(e, memory, at)
        return self._halves(e, word(e, memory, at))

    def load_two_w(self, e: Emitter, memory: Value, at: int) -> tuple[tuple[Value, ...], ...]:
        if self.w == I16:
            return super().load_two_w(e, memory, at)
        first, second = two_words(e, memory, at)
        return self._halves(e, first), self._halves(e, second)

    def _halves(self, e: Emitter, word: Value) -> tuple[Value, ...]:
        return e.b.value(arm.Sxtb16, word), e.b.value(arm.Sxtb16, word, rotate=8)

    def accumulate(self, e: Emitter, acc: Value, x: Sequence[Value], w: Sequence[Value]) -> Value:
        for a, b in zip(x, w, strict=True):
            acc = e.b.value(arm.Smlad, a, b, acc)
        return acc


class Vmladava(Dot):
    """MVE: sixteen products of bytes an instruction, or eight of halves, to which loads widen
    bytes."""

    name = "vmladava"
    lanes = 4
    any_place = True

    @property
    def chunk(self) -> int:
        return 16 if self.x == self.w == I8 else 8

    @property
    def transposes(self) -> bool:
        return self.x == self.w == I8

    def fits(self, p: int, w: int) -> bool:
        return p * w <= 4 and min(p, w) + 1 <= 7

    def cost(self, p: int, w: int) -> float:
        return p + w + p * w

    def _vector(
        self, e: Emitter, memory: Value, at: int, element: ElementType, alignment: int
    ) -> Value:
        """A chunk of elements as bytes or halves, as the instruction takes them."""
        t = VectorType((self.chunk,), element)
        view = e.b.value(memref.View, memory, e.index(at), result_types=[MemRefType(*_flat(t))])
        zero = [e.index(0)]
        loaded = e.b.value(vector.Load, view, zero, result_types=[t], alignment=alignment)
        if self.chunk == 16 or element == I16:
            return loaded
        return e.b.value(arith.ExtSI, loaded, result_types=[VectorType((self.chunk,), I16)])

    def load_x(self, e: Emitter, memory: Value, at: int, aligned: bool) -> tuple[Value, ...]:
        return (self._vector(e, memory, at, self.x, storage_bytes(self.x)),)

    def load_w(self, e: Emitter, memory: Value, at: int, alignment: int = 1) -> tuple[Value, ...]:
        return (self._vector(e, memory, at, self.w, alignment),)

    def clear(self, e: Emitter, memory: Value, at: int) -> None:
        t = VectorType((16,), I8)
        zero = e.b.value(vector.Broadcast, e.constant(0, I8), result_types=[t])
        view = e.b.value(memref.View, memory, e.index(at), result_types=[MemRefType(*_flat(t))])
        e.b.create(vector.Store, zero, view, [e.index(0)])

    def first(self, e: Emitter, w: Sequence[Value], count: int) -> tuple[Value, ...]:
        return tuple(e.b.value(arm.FirstLanes, v, count=count) for v in w)

    def accumulate(self, e: Emitter, acc: Value, x: Sequence[Value], w: Sequence[Value]) -> Value:
        return e.b.value(arm.Vmladava, acc, x[0], w[0])


def _flat(t: VectorType) -> tuple[tuple[int, ...], ElementType]:
    return t.shape, t.element


class Scalar(Dot):
    """One product at a time, on cores with nothing better; sharing loads is what counts."""

    name = "scalar"
    chunk = 1

    def fits(self, p: int, w: int) -> bool:
        """Accumulators, elements, two pointers and an index."""
        return p * w + min(p, w) + 1 + 3 <= self.registers

    def cost(self, p: int, w: int) -> float:
        return p + w + p * w

    def in_order(self, accumulators: int) -> bool:
        return True

    def _element(self, e: Emitter, memory: Value, at: int, element: ElementType) -> Value:
        if element != I8:
            t = MemRefType((1,), element)
            memory, at = e.b.value(memref.View, memory, e.index(at), result_types=[t]), 0
        loaded = e.b.value(memref.Load, memory, [e.index(at)])
        return e.b.value(arith.ExtSI, loaded, result_types=[I32])

    def load_x(self, e: Emitter, memory: Value, at: int, aligned: bool) -> tuple[Value, ...]:
        return (self._element(e, memory, at, self.x),)

    def load_w(self, e: Emitter, memory: Value, at: int, alignment: int = 1) -> tuple[Value, ...]:
        return (self._element(e, memory, at, self.w),)

    def accumulate(self, e: Emitter, acc: Value, x: Sequence[Value], w: Sequence[Value]) -> Value:
        return e.b.value(arith.AddI, acc, e.b.value(arith.MulI, x[0], w[0]))


def dot_of(target: TargetInfo) -> type[Dot] | None:
    """The best instruction of the target; None where vectors of the host do the work."""
    if target.mve:
        return Vmladava
    if target.dsp:
        return Smlad
    return Scalar if target.pointer_bytes == 4 and not target.vector_bytes else None
