"""Promotion: the part of an operand that some loops read is copied into scratch memory first.

What Halide calls ``compute_at`` of a copy and TVM ``cache_read``. The copy is a dense box of the
operand's coordinates, in any order of them: reductions become one contiguous run, whatever the
strides of the operand are; padding is part of the copy, so that no other loop knows of it; and
bytes may be widened on the way, once, where an instruction wants halves.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass

from millrace.ir.core import Block, Value
from millrace.ir.dialects import arith, arm, memref, scf, vector
from millrace.ir.types import (
    I8,
    I16,
    I32,
    INDEX,
    ElementType,
    IntegerType,
    MemRefType,
    VectorType,
    element_of,
    storage_bytes,
)
from millrace.passes.kernel.emit import Emitter
from millrace.passes.kernel.stage import Access, Coordinate


class Form(enum.Enum):
    """How elements lie in the scratch memory."""

    SAME = "as they are"
    HALVES = "bytes as halves"
    PAIRS = "bytes as halves; of each four the even ones, then the odd ones"


BELOW = arith.INT_PREDICATES.index("ult")
SHORT = 8
"""Steps of a loop over single words that are written out."""
UNROLL = 4
"""Of them a step of a longer loop, where ``SHORT`` would leave more of them over."""
SLACK = 16
"""Elements behind the last one that may be read, though not used: vectors end there."""


@dataclass(frozen=True)
class Promotion:
    """``extents``: for each dimension of the stage, how far it runs within the copy (1: not at
    all). ``order``: the coordinates of the access, outermost first."""

    access: Access
    extents: tuple[int, ...]
    order: tuple[int, ...]
    form: Form = Form.SAME
    lanes: int = 1
    """Bytes that lie side by side in the operand, and one step of the first of ``order`` apart in
    the copy: so many are copied together."""

    @property
    def steps(self) -> tuple[int, ...]:
        """How far neighbours in the box are apart along each coordinate of ``order``: what lies
        between the taps of a dilated window is left out."""
        coordinates = self.access.coordinates
        moving = [d for d, n in enumerate(self.extents) if n > 1]
        return tuple(math.gcd(*(coordinates[k].coeffs[d] for d in moving)) or 1 for k in self.order)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Elements of the box along each coordinate of ``order``."""
        coordinates = self.access.coordinates
        return tuple(
            (coordinates[k].reach(self.extents) - 1) // step + 1
            for k, step in zip(self.order, self.steps, strict=True)
        )

    @property
    def strides(self) -> tuple[int, ...]:
        """The same order; in elements."""
        sizes = self.sizes
        return tuple(math.prod(sizes[i + 1 :]) for i in range(len(sizes)))

    @property
    def coefficients(self) -> tuple[int, ...]:
        """Elements of scratch memory that one step of each dimension goes."""
        out = [0] * len(self.extents)
        for k, step, stride in zip(self.order, self.steps, self.strides, strict=True):
            for d, c in enumerate(self.access.coordinates[k].coeffs):
                if self.extents[d] > 1:
                    out[d] += c // step * stride
        return tuple(out)

    @property
    def element(self) -> ElementType:
        return self.access.element if self.form is Form.SAME else I16

    @property
    def elements(self) -> int:
        return math.prod(self.sizes) + SLACK

    @property
    def nbytes(self) -> int:
        return self.elements * storage_bytes(self.element)

    @property
    def type(self) -> MemRefType:
        """Of the scratch buffer: bytes when it is accessed in words."""
        if storage_bytes(self.access.element) == 1:
            return MemRefType((self.nbytes,), I8)
        return MemRefType((self.elements,), self.element)

    @property
    def run(self) -> tuple[int, int]:
        """(coordinates, elements) at the end of the order that lie side by side in the operand,
        too."""
        n, levels = 1, 0
        places = zip(self.order, self.sizes, self.steps, strict=True)
        for k, size, step in reversed(list(places)):
            c = self.access.coordinates[k]
            if c.padded or (size > 1 and c.stride * step != n):
                break
            n *= size
            levels += 1
        return levels, n


def can_promote(access: Access) -> bool:
    """Only walks forward: the box then starts at the first element."""
    return all(min(c.coeffs) >= 0 for c in access.coordinates)


class Part(enum.Enum):
    """What of a box is written."""

    ALL = "all of it"
    BORDER = "what lies outside of the operand"
    INSIDE = "what lies inside"


def emit_fill(
    e: Emitter, p: Promotion, scratch: Value, outer: Collection[int], part: Part = Part.ALL
) -> None:
    """Copy the box that starts where the loops over the dimensions ``outer`` stand now."""
    filler = (Filler if p.lanes == 1 else Transposer)(e, p, scratch, outer)
    filler.part = part
    filler.fill()


@dataclass(frozen=True)
class Offset:
    """``value + const`` elements; no value: just the number."""

    value: Value | None
    const: int


class Filler:
    first = 0
    """The place of the order from which on each element is gone to."""
    part = Part.ALL

    def __init__(self, e: Emitter, p: Promotion, scratch: Value, outer: Collection[int]) -> None:
        self.e = e
        self.outer = outer
        self.p = p
        self.scratch = scratch
        self.source = e.memrefs[p.access.buffer]
        levels, self.run = self._run()
        self.depth = len(p.order) - levels
        """Places of the order before the run."""
        self.unit = math.gcd(*p.strides[: self.depth], self.run)
        """Divides every offset in the scratch memory."""
        size = storage_bytes(p.access.element)
        self.word = 4 // size if isinstance(p.access.element, IntegerType) else 0
        """Elements of a word of the operand; 0: it is read by the element."""
        whole = self.word and self.unit % self.word == 0
        self.words = self.word > 1 and (whole or (self.depth == 0 and p.form is Form.SAME))
        """Copied a word at a time; what is left of a single run by the element."""

    def _run(self) -> tuple[int, int]:
        return self.p.run

    # ---- coordinates

    def fill(self) -> None:
        """The whole box. Coordinates that are checked at run time come first, so that they are
        checked as seldom as possible."""
        levels = sorted(range(self.first, self.depth), key=lambda k: not self._is_checked(k))
        self._level(tuple(levels), Offset(None, 0), Offset(None, 0))

    def _coordinate(self, k: int) -> Coordinate:
        """That of place ``k`` of the order."""
        return self.p.access.coordinates[self.p.order[k]]

    def _is_checked(self, k: int) -> bool:
        """Padded, and where it starts is known at run time only."""
        c = self._coordinate(k)
        return c.padded and any(
            c.coeffs[d] and self.e.bases[d].counter is not None for d in self.outer if d >= 0
        )

    def _level(self, todo: tuple[int, ...], source: Offset, target: Offset) -> None:
        """The part of the box along the places ``todo`` of the order, and the run behind."""
        if not todo:
            starts = source
            for k in (*range(self.first), *range(self.depth, len(self.p.order))):
                c = self._coordinate(k)
                starts = self._plus(starts, self._start(c), c.stride)
            self._copy(starts, target)
            return
        k, rest = todo[0], todo[1:]
        if self._is_checked(k):
            self._checked(k, rest, source, target)
            return
        c, size, stride = self._coordinate(k), self.p.sizes[k], self.p.strides[k]
        start, step = self._start(c), self.p.steps[k]
        low, high = 0, size
        if c.padded:
            low = min(max(-(start.const // step), 0), size)
            high = max(min(-((start.const - c.extent) // step), size), low)
            self._border(k, rest, target, 0, low)
            self._border(k, rest, target, high, size)
        first = self._plus(source, start, c.stride)

        def body(i: Offset) -> None:
            self._level(rest, self._plus(first, i, c.stride * step), self._plus(target, i, stride))

        if not rest and self.run <= 4:
            self._several(low, high, body)
        else:
            self._loop(low, high, body)

    def _checked(self, k: int, rest: tuple[int, ...], source: Offset, to: Offset) -> None:
        c = self._coordinate(k)
        start = self._start(c)

        def body(i: Offset) -> None:
            at = self._plus(start, i, self.p.steps[k])
            here, end = self._value(at), self.e.index(c.extent)
            inside = self.e.b.value(arith.CmpI, here, end, predicate=BELOW)
            target = self._plus(to, i, self.p.strides[k])
            blocks = [Block(), Block()]
            for block, copy in zip(blocks, (True, False), strict=True):
                self.e.push()
                with self.e.b.at_end_of(block):
                    if copy:
                        self._level(rest, self._plus(source, at, c.stride), target)
                    else:
                        self._outside(rest, target)
                    self.e.b.create(scf.Yield)
                self.e.pop()
            self.e.b.create(
                scf.If, inside, then_block=blocks[0], else_block=blocks[1], result_types=[]
            )

        self._loop(0, self.p.sizes[k], body)

    def _border(self, k: int, rest: tuple[int, ...], target: Offset, first: int, end: int) -> None:
        """The steps from ``first`` to ``end`` of place ``k``, outside of the operand."""
        stride = self.p.strides[k]
        if rest == tuple(range(k + 1, self.depth)):
            self._pad(Offset(target.value, target.const + first * stride), (end - first) * stride)
            return
        self._loop(first, end, lambda i: self._outside(rest, self._plus(target, i, stride)))

    def _outside(self, todo: tuple[int, ...], target: Offset) -> None:
        """A part of the box that lies outside of the operand."""
        if not todo:
            self._pad(target, self.run)
        elif todo == tuple(range(todo[0], self.depth)):
            self._pad(target, self.p.sizes[todo[0]] * self.p.strides[todo[0]])
        else:
            self._border(todo[0], todo[1:], target, 0, self.p.sizes[todo[0]])

    def _start(self, c: Coordinate) -> Offset:
        """The coordinate's first value here."""
        total, const = None, c.const
        for d, factor in enumerate(c.coeffs):
            if factor and d in self.outer:
                base = self.e.bases[d]
                const += factor * base.const
                if base.counter is not None:
                    total = self._sum(total, base.counter, factor)
        return Offset(total, const)

    # ---- elements

    def _pad(self, target: Offset, count: int) -> None:
        if self.part is Part.INSIDE:
            return
        fill = self.p.access.fill
        if self.words:
            per_word = 4 // storage_bytes(self.p.element)
            value = self.e.constant(_word_of(int(fill), per_word), I32)
            self._steps(
                count // per_word, lambda i: self._put(value, self._plus(target, i, per_word))
            )
            return
        value = self.e.constant(fill, self.p.element)
        self._steps(count, lambda i: self._put(value, self._plus(target, i, 1)))

    def _copy(self, source: Offset, target: Offset) -> None:
        if self.part is Part.BORDER:
            return

        def word(i: Offset) -> None:
            self._copy_word(self._plus(source, i, self.word), self._plus(target, i, self.word))

        def element(i: Offset) -> None:
            at = self._value(self._plus(source, i, 1))
            value = self.e.b.value(memref.Load, self.source, [at])
            if self.p.form is not Form.SAME:
                value = self.e.b.value(arith.ExtSI, value, result_types=[I16])
            self._put(value, self._plus(target, i, 1))

        done = self.run // self.word * self.word if self.words else 0
        self._steps(done // self.word if done else 0, word)
        rest = Offset(None, done)
        source, target = self._plus(source, rest, 1), self._plus(target, rest, 1)
        self._steps(self.run - done, element)

    def _copy_word(self, source: Offset, target: Offset) -> None:
        b, size = self.e.b, storage_bytes(self.p.access.element)
        at = self._value(self._plus(Offset(None, 0), source, size))
        view = b.value(memref.View, self.source, at, result_types=[MemRefType((1,), I32)])
        word = b.value(memref.Load, view, [self.e.index(0)], alignment=size)
        if self.p.form is Form.SAME:
            self._put(word, target)
            return
        even = b.value(arm.Sxtb16, word)
        odd = b.value(arm.Sxtb16, word, rotate=8)
        if self.p.form is Form.HALVES:
            sixteen, low = self.e.constant(16, I32), self.e.constant(0xFFFF, I32)
            high = self.e.constant(-0x10000, I32)
            first = b.value(arith.OrI, b.value(arith.AndI, even, low), _shl(b, odd, sixteen))
            rest = b.value(arith.ShRUI, even, sixteen)
            even, odd = first, b.value(arith.OrI, rest, b.value(arith.AndI, odd, high))
        self._put(even, target)
        self._put(odd, Offset(target.value, target.const + 2))

    def _put(self, value: Value, at: Offset) -> None:
        """Store a word or an element."""
        b = self.e.b
        if element_of(self.scratch.type) == value.type:
            b.create(memref.Store, value, self.scratch, [self._value(at)])
            return
        size = storage_bytes(self.p.element)
        shift = self._plus(Offset(None, 0), at, size)
        t = MemRefType((1,), element_of(value.type))
        view = b.value(memref.View, self.scratch, self._value(shift), result_types=[t])
        b.create(memref.Store, value, view, [self.e.index(0)])

    # ---- loops and sums

    def _steps(self, count: int, body: Callable[[Offset], None]) -> None:
        """A loop of small steps, a few of them at a time."""
        unroll = next((u for u in (4, 2) if count % u == 0), 1)
        if count <= 4:
            unroll = max(count, 1)

        def several(i: Offset) -> None:
            for k in range(unroll):
                body(Offset(i.value, i.const + k))

        self._loop(0, count, several, unroll)

    def _several(self, low: int, high: int, body: Callable[[Offset], None]) -> None:
        """Single elements, which lie apart: without a loop around them, or some of them a step of
        a loop."""
        count = high - low
        unroll = SHORT if count % SHORT <= count % UNROLL else UNROLL
        looped = 0 if count <= SHORT else count // unroll * unroll

        def several(i: Offset) -> None:
            for k in range(unroll):
                body(Offset(i.value, i.const + k))

        self._loop(low, low + looped, several, unroll)
        for i in range(low + looped, high):
            body(Offset(None, i))

    def _loop(self, low: int, high: int, body: Callable[[Offset], None], step: int = 1) -> None:
        if high <= low:
            return
        if high - low == step:
            body(Offset(None, low))
            return
        block = Block([INDEX])
        self.e.push()
        with self.e.b.at_end_of(block):
            body(Offset(block.args[0], 0))
            self.e.b.create(scf.Yield)
        self.e.pop()
        bounds = (self.e.index(low), self.e.index(high), self.e.index(step))
        self.e.b.create(scf.For, *bounds, [], block=block)

    def _sum(self, total: Value | None, v: Value, factor: int) -> Value:
        term = v if factor == 1 else self.e.b.value(arith.MulI, v, self.e.index(factor))
        return term if total is None else self.e.b.value(arith.AddI, total, term)

    def _plus(self, a: Offset, b: Offset, factor: int) -> Offset:
        value = a.value if b.value is None else self._sum(a.value, b.value, factor)
        return Offset(value, a.const + b.const * factor)

    def _value(self, at: Offset) -> Value:
        return self.e.add_index(at.value, at.const)


class Transposer(Filler):
    """Vectors along the first coordinate, whose bytes come to lie apart (MVE)."""

    first = 1

    def _run(self) -> tuple[int, int]:
        return 0, 1

    def _pad(self, target: Offset, count: int) -> None:
        half = VectorType((self.p.lanes,), I16)
        several = self.e.b.value(
            vector.Broadcast, self.e.constant(self.p.access.fill, I16), result_types=[half]
        )
        one = self.e.constant(self.p.access.fill, I8)

        def put(i: Offset) -> None:
            at = self._plus(target, i, 1)
            self._lanes(lambda k: self._scatter(several, at, k), lambda k: self._single(one, at, k))

        self._steps(count, put)

    def _copy(self, source: Offset, target: Offset) -> None:
        b = self.e.b
        bytes_ = VectorType((self.p.lanes,), I8)
        half = VectorType((self.p.lanes,), I16)

        def several(k: int) -> None:
            at = [self._value(self._plus(source, Offset(None, k), 1))]
            value = b.value(vector.Load, self.source, at, result_types=[bytes_], alignment=1)
            self._scatter(b.value(arith.ExtSI, value, result_types=[half]), target, k)

        def one(k: int) -> None:
            at = [self._value(self._plus(source, Offset(None, k), 1))]
            self._single(b.value(memref.Load, self.source, at), target, k)

        self._lanes(several, one)

    def _lanes(self, several: Callable[[int], None], one: Callable[[int], None]) -> None:
        """Whole vectors along the first coordinate, then what is left."""
        size, lanes = self.p.sizes[0], self.p.lanes
        for k in range(0, size - lanes + 1, lanes):
            several(k)
        for k in range(size - size % lanes, size):
            one(k)

    def _scatter(self, value: Value, target: Offset, k: int) -> None:
        at = self._value(self._plus(target, Offset(None, k), self.p.strides[0]))
        self.e.b.create(arm.ScatterBytes, value, self.scratch, at, stride=self.p.strides[0])

    def _single(self, value: Value, target: Offset, k: int) -> None:
        at = self._plus(target, Offset(None, k), self.p.strides[0])
        self.e.b.create(memref.Store, value, self.scratch, [self._value(at)])


def _shl(b: object, v: Value, count: Value) -> Value:
    return b.value(arith.ShLI, v, count)  # type: ignore[attr-defined,no-any-return]


def _word_of(fill: int, count: int) -> int:
    """The fill value in each byte (of four) or half (of two) of a word, as a signed number."""
    bits = (fill & 0xFF) * 0x01010101 if count == 4 else (fill & 0xFFFF) * 0x00010001
    return bits - (1 << 32) if bits >> 31 else bits
