"""Builders for scalar code: the bodies of ``linalg.generic`` and the loops of Library operations.

A :class:`ScalarValue` is an SSA value with its GRAPH element type, so that signed and unsigned
integers stay apart although KERNEL integers are signless. The builder picks the operation:
``b.div(x, y)`` becomes ``divf``, ``divsi`` or ``divui``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from millrace.ir.attributes import DialectAttr, Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import arith, linalg, memref, scf, tensor
from millrace.ir.dialects import math as m
from millrace.ir.location import UNKNOWN, Location
from millrace.ir.types import (
    BF16,
    F16,
    F32,
    I1,
    I32,
    INDEX,
    UI64,
    ElementType,
    FloatType,
    IndexType,
    IntegerType,
    signless,
)

Number = bool | int | float


@dataclass(frozen=True)
class ScalarValue:
    """An SSA scalar and its GRAPH element type."""

    value: Value
    type: ElementType


@dataclass(frozen=True)
class TensorInput:
    """A tensor readable by :meth:`ScalarBuilder.read`; ``element`` is its GRAPH element type."""

    tensor: Value
    shape: tuple[int, ...]
    element: ElementType


@dataclass(frozen=True)
class Buffer:
    """A flat memory view with a shape, for :class:`LoopBuilder`. Strides in elements."""

    memref: Value
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    element: ElementType


class ScalarBuilder:
    """Emits scalar operations at a builder's insertion point. Both operands of binary methods
    must have one type; ``cast`` first. f16 and bf16 are computed in f32 and rounded after each
    operation, as numpy does."""

    def __init__(self, builder: Builder, *, strict: bool = False) -> None:
        self.b = builder
        self.fastmath: DialectAttr | None = None if strict else arith.CONTRACT

    # ---- constants and casts

    def const(self, value: Number, type: ElementType) -> ScalarValue:
        if isinstance(type, FloatType):
            value = float(value)
        elif isinstance(type, IntegerType) and type.width == 1:
            value = bool(value)
        else:
            value = int(value)
            if isinstance(type, IntegerType) and value >= 1 << (type.width - 1):
                value -= 1 << type.width  # signless: keep the bits
        return ScalarValue(self.b.value(arith.Constant, value=Scalar(value, signless(type))), type)

    def const_like(self, value: Number, x: ScalarValue) -> ScalarValue:
        return self.const(value, x.type)

    def cast(self, x: ScalarValue, type: ElementType) -> ScalarValue:
        """Numeric conversion: truth to 0/1, anything to truth by ``!= 0``, float to integer
        saturating toward zero, integer to integer wrapping, float to float rounding."""
        if x.type == type:
            return x
        src, dst = x.type, type
        if isinstance(dst, IntegerType) and dst.width == 1:
            return self.ne(x, self.const_like(0, x))
        if isinstance(src, IntegerType) and src.width == 1:
            wide = self._emit(arith.ExtUI, I32, x, result_types=[I32])
            return self.cast(wide, dst)
        if isinstance(src, FloatType) and isinstance(dst, FloatType):
            return self._cast_float(x, src, dst)
        if isinstance(src, FloatType):
            return self._float_to_int(x, dst)
        if isinstance(dst, FloatType):
            return self._int_to_float(x, dst)
        return self._cast_int(x, dst)

    def _cast_float(self, x: ScalarValue, src: FloatType, dst: FloatType) -> ScalarValue:
        if src.width == dst.width:  # f16 <-> bf16
            return self.cast(self.cast(x, F32), dst)
        op = arith.ExtF if src.width < dst.width else arith.TruncF
        return self._emit(op, dst, x, result_types=[dst])

    def _float_to_int(self, x: ScalarValue, dst: ElementType) -> ScalarValue:
        if isinstance(dst, IndexType):
            return self.cast(self.cast(x, IntegerType(64)), INDEX)
        unsigned = isinstance(dst, IntegerType) and dst.unsigned
        op = arith.FPToUI if unsigned else arith.FPToSI
        wide = self._wide(x)  # LLVM's saturating conversion of f16 vectors is wrong for NaN
        return self._emit(op, dst, wide, result_types=[signless(dst)])

    def _int_to_float(self, x: ScalarValue, dst: FloatType) -> ScalarValue:
        if isinstance(x.type, IndexType):
            return self.cast(self.cast(x, IntegerType(64)), dst)
        if dst.width == 16:
            return self.cast(self.cast(x, F32), dst)
        unsigned = isinstance(x.type, IntegerType) and x.type.unsigned
        op = arith.UIToFP if unsigned else arith.SIToFP
        return self._emit(op, dst, x, result_types=[dst])

    def _cast_int(self, x: ScalarValue, dst: ElementType) -> ScalarValue:
        unsigned = isinstance(x.type, IntegerType) and x.type.unsigned
        if isinstance(x.type, IndexType) or isinstance(dst, IndexType):
            op = arith.IndexCastUI if unsigned else arith.IndexCast
            return self._emit(op, dst, x, result_types=[signless(dst)])
        if x.type.width == dst.width:
            return ScalarValue(x.value, dst)
        if x.type.width > dst.width:
            return self._emit(arith.TruncI, dst, x, result_types=[signless(dst)])
        ext = arith.ExtUI if unsigned else arith.ExtSI
        return self._emit(ext, dst, x, result_types=[signless(dst)])

    def bitcast(self, x: ScalarValue, type: ElementType) -> ScalarValue:
        """The same bits as another type of equal width."""
        if signless(x.type) == signless(type):
            return ScalarValue(x.value, type)
        return self._emit(arith.Bitcast, type, x, result_types=[signless(type)])

    # ---- arithmetic

    def add(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return self._arith(x, y, arith.AddF, arith.AddI, arith.AddI)

    def sub(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return self._arith(x, y, arith.SubF, arith.SubI, arith.SubI)

    def mul(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return self._arith(x, y, arith.MulF, arith.MulI, arith.MulI)

    def div(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        """Floats: IEEE. Integers: truncating; by zero 0; MIN / -1 wraps."""
        return self._arith(x, y, arith.DivF, arith.DivSI, arith.DivUI)

    def floordiv(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        """Integers only: rounds toward minus infinity."""
        return self._arith(x, y, None, arith.FloorDivSI, arith.DivUI)

    def rem(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        """C remainder: the sign of the dividend."""
        return self._arith(x, y, arith.RemF, arith.RemSI, arith.RemUI)

    def maximum(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        """NaN if either is NaN."""
        return self._arith(x, y, arith.MaximumF, arith.MaxSI, arith.MaxUI)

    def minimum(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        """NaN if either is NaN."""
        return self._arith(x, y, arith.MinimumF, arith.MinSI, arith.MinUI)

    def mul_high(
        self, x: ScalarValue, y: ScalarValue, high: ScalarValue, low: ScalarValue
    ) -> ScalarValue:
        """Bits 32 to 63 of x y + 2^32 high + low, all i32, ``low`` unsigned."""
        from millrace.ir.dialects.mr.high_product import MulHigh

        return self._emit(MulHigh, x.type, x, y, high, low)

    def neg(self, x: ScalarValue) -> ScalarValue:
        if isinstance(x.type, FloatType):
            return self._float_op(arith.NegF, x)
        return self.sub(self.const_like(0, x), x)

    def abs(self, x: ScalarValue) -> ScalarValue:
        if isinstance(x.type, FloatType):
            return self._float_op(m.AbsF, x)
        if isinstance(x.type, IntegerType) and x.type.unsigned:
            return x
        return self._emit(m.AbsI, x.type, x)

    # ---- bits

    def and_(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return self._emit(arith.AndI, x.type, x, y)

    def or_(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return self._emit(arith.OrI, x.type, x, y)

    def xor(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return self._emit(arith.XOrI, x.type, x, y)

    def not_(self, x: ScalarValue) -> ScalarValue:
        """All bits flipped; of a truth value, its negation."""
        truth = isinstance(x.type, IntegerType) and x.type.width == 1
        return self.xor(x, self.const_like(True if truth else -1, x))

    def shl(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return self._emit(arith.ShLI, x.type, x, y)

    def shr(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        """Arithmetic for signed, logical for unsigned."""
        unsigned = isinstance(x.type, IntegerType) and x.type.unsigned
        return self._emit(arith.ShRUI if unsigned else arith.ShRSI, x.type, x, y)

    def count_leading_zeros(self, x: ScalarValue) -> ScalarValue:
        """How many bits before the first one are zero; the width of 0."""
        return self._emit(m.CountLeadingZeros, x.type, x)

    # ---- comparisons (ordered: false with NaN, except ``ne``)

    def lt(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return self._compare(x, y, "lt")

    def le(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return self._compare(x, y, "le")

    def gt(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return self._compare(x, y, "gt")

    def ge(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return self._compare(x, y, "ge")

    def eq(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return self._compare(x, y, "eq")

    def ne(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return self._compare(x, y, "ne")

    def isnan(self, x: ScalarValue) -> ScalarValue:
        return self._emit(m.IsNaN, I1, self._wide(x))

    def isinf(self, x: ScalarValue) -> ScalarValue:
        return self._emit(m.IsInf, I1, self._wide(x))

    def select(self, c: ScalarValue, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return self._emit(arith.Select, x.type, c, x, y)

    # ---- elementary functions (floats)

    def unary(self, op: type[Operation], x: ScalarValue) -> ScalarValue:
        """Any one-operand operation of the ``math`` dialect: ``b.unary(math.Tanh, x)``."""
        return self._float_op(op, x)

    def binary(self, op: type[Operation], x: ScalarValue, y: ScalarValue) -> ScalarValue:
        """Any two-operand operation of the ``math`` dialect: ``b.binary(math.Atan2, x, y)``."""
        return self._float_op(op, x, y)

    def exp(self, x: ScalarValue) -> ScalarValue:
        return self._float_op(m.Exp, x)

    def log(self, x: ScalarValue) -> ScalarValue:
        return self._float_op(m.Log, x)

    def tanh(self, x: ScalarValue) -> ScalarValue:
        return self._float_op(m.Tanh, x)

    def sqrt(self, x: ScalarValue) -> ScalarValue:
        return self._float_op(m.Sqrt, x)

    def erf(self, x: ScalarValue) -> ScalarValue:
        return self._float_op(m.Erf, x)

    def floor(self, x: ScalarValue) -> ScalarValue:
        return self._float_op(m.Floor, x)

    def ceil(self, x: ScalarValue) -> ScalarValue:
        return self._float_op(m.Ceil, x)

    def round_even(self, x: ScalarValue) -> ScalarValue:
        return self._float_op(m.RoundEven, x)

    def pow(self, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return self._float_op(m.PowF, x, y)

    def sigmoid(self, x: ScalarValue) -> ScalarValue:
        """1 / (1 + exp(-x))."""
        wide = self._wide(x)
        one = self.const_like(1.0, wide)
        y = self.div(one, self.add(one, self.exp(self.neg(wide))))
        return self.cast(y, x.type)

    # ---- reading tensors (bodies of Indexed operations)

    def index_const(self, value: int) -> ScalarValue:
        return self.const(value, INDEX)

    def loop_index(self, dim: int) -> ScalarValue:
        """The current index of loop ``dim`` of the enclosing ``linalg.generic``."""
        return ScalarValue(self.b.value(linalg.Index, dim=dim), INDEX)

    def read(self, source: TensorInput, indices: Sequence[ScalarValue]) -> ScalarValue:
        """The element at ``indices`` (``index`` scalars known to be in range)."""
        idx = [i.value for i in indices]
        # Signless even while ``structure`` has yet to retype an unsigned tensor.
        types = [signless(source.element)]
        value = self.b.value(tensor.Extract, source.tensor, idx, result_types=types)
        return ScalarValue(value, source.element)

    def checked_index(
        self, i: ScalarValue, size: int, *, wrap_negative: bool = True
    ) -> ScalarValue:
        """``i`` (any integer type) as an ``index`` in [0, size). Negative values count from the
        end when ``wrap_negative``; outside, the run fails with code ``index`` and 0 is used
        meanwhile. One unsigned comparison says both; it is made as wide as ``i``, so that no
        bits of a place are lost where an ``index`` has 32."""
        from millrace.ir.dialects.mr.control import Check

        wide = isinstance(i.type, IntegerType) and i.type.width == 64
        x = i if wide else self.cast(i, INDEX)
        zero, n = self.const_like(0, x), self.const_like(size, x)
        if wrap_negative and x.type != UI64:
            x = self.select(self.lt(x, zero), self.add(x, n), x)
        ok = self._emit(arith.CmpI, I1, x, n, predicate=arith.cmp_i("ult"))
        self.b.create(Check, ok.value, code="index")
        return self.cast(self.select(ok, x, zero), INDEX)

    def clamp(self, x: ScalarValue, lo: ScalarValue, hi: ScalarValue) -> ScalarValue:
        return self.minimum(self.maximum(x, lo), hi)

    # ---- helpers

    def _wide(self, x: ScalarValue) -> ScalarValue:
        return self.cast(x, F32) if x.type in (F16, BF16) else x

    def _emit(
        self, op: type[Operation], type: ElementType, *xs: ScalarValue, **fields: Any
    ) -> ScalarValue:
        return ScalarValue(self.b.value(op, *(x.value for x in xs), **fields), type)

    def _float_op(self, op: type[Operation], *xs: ScalarValue) -> ScalarValue:
        """A float operation, narrow floats through f32."""
        wide = [self._wide(x) for x in xs]
        y = self._emit(op, wide[0].type, *wide, fastmath=self.fastmath)
        return self.cast(y, xs[0].type)

    def _arith(
        self,
        x: ScalarValue,
        y: ScalarValue,
        float_op: type[Operation] | None,
        signed_op: type[Operation],
        unsigned_op: type[Operation],
    ) -> ScalarValue:
        assert x.type == y.type, f"{x.type} and {y.type}"
        if isinstance(x.type, FloatType):
            assert float_op is not None
            return self._float_op(float_op, x, y)
        unsigned = isinstance(x.type, IntegerType) and (x.type.unsigned or x.type.width == 1)
        return self._emit(unsigned_op if unsigned else signed_op, x.type, x, y)

    def _compare(self, x: ScalarValue, y: ScalarValue, relation: str) -> ScalarValue:
        assert x.type == y.type, f"{x.type} and {y.type}"
        if isinstance(x.type, FloatType):
            name = "une" if relation == "ne" else f"o{relation}"
            wide = (self._wide(x), self._wide(y))
            return self._emit(arith.CmpF, I1, *wide, predicate=arith.cmp_f(name))
        if relation not in ("eq", "ne"):
            unsigned = isinstance(x.type, IntegerType) and (x.type.unsigned or x.type.width == 1)
            relation = f"{'u' if unsigned else 's'}{relation}"
        return self._emit(arith.CmpI, I1, x, y, predicate=arith.cmp_i(relation))


class LoopBuilder(ScalarBuilder):
    """Adds loops, branches and memory, for Library operations."""

    def load(self, buf: Buffer, indices: Sequence[ScalarValue]) -> ScalarValue:
        at = self.address(buf, indices)
        return ScalarValue(self.b.value(memref.Load, buf.memref, [at.value]), buf.element)

    def store(self, buf: Buffer, indices: Sequence[ScalarValue], x: ScalarValue) -> None:
        assert x.type == buf.element, f"storing {x.type} to {buf.element}"
        self.b.create(memref.Store, x.value, buf.memref, [self.address(buf, indices).value])

    def address(self, buf: Buffer, indices: Sequence[ScalarValue]) -> ScalarValue:
        """The flat element index of multi-dimensional ``indices``."""
        at = self.index_const(0)
        for i, s in zip(indices, buf.strides, strict=True):
            if s:
                term = i if s == 1 else self.mul(i, self.index_const(s))
                at = self.add(at, term)
        return at

    def for_(
        self,
        lower: ScalarValue | int,
        upper: ScalarValue | int,
        body: Callable[..., Sequence[ScalarValue] | None],
        inits: Sequence[ScalarValue] = (),
    ) -> list[ScalarValue]:
        """``body(i, *carried)`` returns the next carried values; returns the last ones."""
        lo, hi = (v if isinstance(v, ScalarValue) else self.index_const(v) for v in (lower, upper))
        types = [signless(x.type) for x in inits]
        block = Block([INDEX, *types])
        with self.b.at_end_of(block):
            args = [ScalarValue(a, x.type) for a, x in zip(block.args[1:], inits, strict=True)]
            out = body(ScalarValue(block.args[0], INDEX), *args) or ()
            self.b.create(scf.Yield, [x.value for x in out])
        one = self.index_const(1)
        loop = self.b.create(
            scf.For, lo.value, hi.value, one.value, [x.value for x in inits], block=block
        )
        return [ScalarValue(r, x.type) for r, x in zip(loop.results, inits, strict=True)]

    def nest(self, shape: Sequence[int], body: Callable[[tuple[ScalarValue, ...]], None]) -> None:
        """A loop over each dimension of ``shape``; ``body`` takes the indices."""

        def level(d: int, indices: tuple[ScalarValue, ...]) -> None:
            if d == len(shape):
                body(indices)
            else:
                self.for_(0, shape[d], lambda i: level(d + 1, (*indices, i)))

        level(0, ())

    def if_(
        self,
        condition: ScalarValue,
        then: Callable[[], Sequence[ScalarValue] | None],
        otherwise: Callable[[], Sequence[ScalarValue] | None] | None = None,
    ) -> list[ScalarValue]:
        """Both branches return values of the same types."""
        blocks, outs = [], []
        for branch in (then, otherwise):
            block = Block()
            with self.b.at_end_of(block):
                out = (branch() if branch is not None else None) or ()
                self.b.create(scf.Yield, [x.value for x in out])
            blocks.append(block)
            outs.append(list(out))
        types = [signless(x.type) for x in outs[0]]
        op = self.b.create(
            scf.If,
            condition.value,
            then_block=blocks[0],
            else_block=blocks[1],
            result_types=types,
        )
        return [ScalarValue(r, x.type) for r, x in zip(op.results, outs[0], strict=True)]

    def while_(
        self,
        inits: Sequence[ScalarValue],
        condition: Callable[..., ScalarValue],
        body: Callable[..., Sequence[ScalarValue]],
    ) -> list[ScalarValue]:
        """Repeats ``body(*carried)`` while ``condition(*carried)``."""
        types = [signless(x.type) for x in inits]
        before, after = Block(types), Block(types)
        with self.b.at_end_of(before):
            args = [ScalarValue(a, x.type) for a, x in zip(before.args, inits, strict=True)]
            c = condition(*args)
            self.b.create(scf.Condition, c.value, list(before.args))
        with self.b.at_end_of(after):
            args = [ScalarValue(a, x.type) for a, x in zip(after.args, inits, strict=True)]
            self.b.create(scf.Yield, [x.value for x in body(*args)])
        op = self.b.create(
            scf.While,
            [x.value for x in inits],
            before=before,
            after=after,
            result_types=types,
        )
        return [ScalarValue(r, x.type) for r, x in zip(op.results, inits, strict=True)]


def scalar_builder(block: Block, loc: Location = UNKNOWN, *, strict: bool = False) -> ScalarBuilder:
    return ScalarBuilder(Builder(block, None, loc), strict=strict)
