"""A small notation for arithmetic on scalars and vectors of one length.

``Lanes`` makes constants shaped like the value at hand; ``Num`` overloads the operators, so that
a polynomial reads as in a book. Floats may be contracted (``a * b + c`` becomes one instruction
where there is one), never reassociated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Union

from millrace.ir.attributes import Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import arith, math, scf, vector
from millrace.ir.types import (
    F32,
    F64,
    I1,
    I32,
    I64,
    ElementType,
    FloatType,
    Type,
    VectorType,
    element_of,
)

Operand = Union["Num", float, int]


class Lanes:
    """Emits operations before an operation, on types shaped like its result. ``f64``: the machine
    computes with such floats."""

    def __init__(self, b: Builder, like: Type, *, f64: bool = True) -> None:
        self.b = b
        self.f64 = f64
        self.width = like.shape[0] if isinstance(like, VectorType) else 0
        self._constants: dict[Scalar, Num] = {}

    def shaped(self, element: ElementType) -> ElementType | VectorType:
        return VectorType((self.width,), element) if self.width else element

    def const(self, value: float | int, element: ElementType = F32) -> Num:
        kind = float if isinstance(element, FloatType) else bool if element == I1 else int
        attr = Scalar(kind(value), self.shaped(element))
        found = self._constants.get(attr)
        if found is None:
            v = self.b.value(arith.Constant, value=attr)
            found = self._constants[attr] = Num(self, v)
        return found

    def emit(self, op: type[Operation], *xs: Num, **fields: Any) -> Num:
        return Num(self, self.b.value(op, *(x.value for x in xs), **fields))

    def cast(self, op: type[Operation], x: Num, element: ElementType) -> Num:
        return self.emit(op, x, result_types=[self.shaped(element)])

    def select(self, c: Num, x: Operand, y: Operand) -> Num:
        if isinstance(x, Num):
            return self.emit(arith.Select, c, x, x.like(y))
        assert isinstance(y, Num)
        return self.emit(arith.Select, c, y.like(x), y)

    def horner(self, x: Num, coefficients: Sequence[float]) -> Num:
        """The polynomial whose coefficients are given from the constant term on."""
        y = x.like(coefficients[-1])
        for c in reversed(coefficients[:-1]):
            y = y * x + c
        return y

    def polynomial(self, x: Num, square: Num, coefficients: Sequence[float]) -> Num:
        """c0 + c1 x + c2 x^2 ... with the square at hand: as many steps as :meth:`horner`, of
        which fewer wait for each other."""
        pairs = [coefficients[i : i + 2] for i in range(0, len(coefficients), 2)]
        parts = [x * p[1] + p[0] if len(p) == 2 else p[0] for p in pairs]
        value = parts[-1]
        for part in reversed(parts[:-1]):
            value = square * value + part
        assert isinstance(value, Num)
        return value

    def if_any(self, c: Num, then: Callable[[], Num], otherwise: Callable[[], Num]) -> Num:
        """``then()`` when the condition holds in any lane, else ``otherwise()``; one runs."""
        any_lane = c
        if self.width:
            any_lane = self.emit(vector.Reduction, c, kind="or")
        blocks = []
        types: list[Type] = []
        outer, self._constants = self._constants, {}
        for branch in (then, otherwise):
            self._constants = {}
            block = Block()
            with self.b.at_end_of(block):
                out = branch()
                self.b.create(scf.Yield, [out.value])
            types = [out.value.type]
            blocks.append(block)
        self._constants = outer
        op = self.b.create(
            scf.If,
            any_lane.value,
            then_block=blocks[0],
            else_block=blocks[1],
            result_types=types,
        )
        return Num(self, op.results[0])


@dataclass(frozen=True)
class Num:
    """A value with operators. Plain numbers on either side become constants of its type."""

    lanes: Lanes
    value: Value

    @property
    def element(self) -> ElementType:
        return element_of(self.value.type)

    def like(self, x: Operand) -> Num:
        return x if isinstance(x, Num) else self.lanes.const(x, self.element)

    def _binary(
        self, y: Operand, float_op: type[Operation] | None, int_op: type[Operation], swap: bool
    ) -> Num:
        a, b = (self.like(y), self) if swap else (self, self.like(y))
        if isinstance(self.element, FloatType):
            assert float_op is not None
            return self.lanes.emit(float_op, a, b, fastmath=arith.CONTRACT)
        return self.lanes.emit(int_op, a, b)

    def __add__(self, y: Operand) -> Num:
        return self._binary(y, arith.AddF, arith.AddI, False)

    def __radd__(self, y: Operand) -> Num:
        return self._binary(y, arith.AddF, arith.AddI, True)

    def __sub__(self, y: Operand) -> Num:
        return self._binary(y, arith.SubF, arith.SubI, False)

    def __rsub__(self, y: Operand) -> Num:
        return self._binary(y, arith.SubF, arith.SubI, True)

    def __mul__(self, y: Operand) -> Num:
        return self._binary(y, arith.MulF, arith.MulI, False)

    def __rmul__(self, y: Operand) -> Num:
        return self._binary(y, arith.MulF, arith.MulI, True)

    def __truediv__(self, y: Operand) -> Num:
        return self._binary(y, arith.DivF, arith.DivSI, False)

    def __rtruediv__(self, y: Operand) -> Num:
        return self._binary(y, arith.DivF, arith.DivSI, True)

    def __neg__(self) -> Num:
        return self.lanes.emit(arith.NegF, self)

    # ---- integers and truth values

    def __and__(self, y: Operand) -> Num:
        return self._binary(y, None, arith.AndI, False)

    def __or__(self, y: Operand) -> Num:
        return self._binary(y, None, arith.OrI, False)

    def __xor__(self, y: Operand) -> Num:
        return self._binary(y, None, arith.XOrI, False)

    def __lshift__(self, y: int) -> Num:
        return self._binary(y, None, arith.ShLI, False)

    def __rshift__(self, y: int) -> Num:
        """Arithmetic: keeps the sign."""
        return self._binary(y, None, arith.ShRSI, False)

    def shift_right_logical(self, y: int) -> Num:
        return self._binary(y, None, arith.ShRUI, False)

    # ---- floats

    def abs(self) -> Num:
        return self.lanes.emit(math.AbsF, self)

    def trunc(self) -> Num:
        return self.lanes.emit(math.Trunc, self)

    def at_least(self, low: float) -> Num:
        """The larger; NaN stays."""
        return self.lanes.emit(arith.MaximumF, self, self.like(low))

    def at_most(self, high: float) -> Num:
        """The smaller; NaN stays."""
        return self.lanes.emit(arith.MinimumF, self, self.like(high))

    def compare(self, relation: str, y: Operand) -> Num:
        """``relation`` is one of ``FLOAT_PREDICATES``: ``oeq``, ``olt``, ``uno``, ..."""
        predicate = arith.cmp_f(relation)
        return self.lanes.emit(arith.CmpF, self, self.like(y), predicate=predicate)

    def int_equals(self, y: int) -> Num:
        return self.lanes.emit(arith.CmpI, self, self.like(y), predicate=arith.cmp_i("eq"))

    # ---- casts

    def bits(self) -> Num:
        """The bits of a float as an integer of its width."""
        return self.lanes.cast(arith.Bitcast, self, I64 if self.element == F64 else I32)

    def as_float(self) -> Num:
        """The float with these bits."""
        return self.lanes.cast(arith.Bitcast, self, F64 if self.element == I64 else F32)

    def to_f64(self) -> Num:
        return self.lanes.cast(arith.ExtF, self, F64)

    def to_f32(self) -> Num:
        return self.lanes.cast(arith.TruncF, self, F32)

    def to_i32(self) -> Num:
        """The low 32 bits of an ``i64``."""
        return self.lanes.cast(arith.TruncI, self, I32)

    def int_to(self, element: FloatType) -> Num:
        """The float with the value of the signed integer."""
        return self.lanes.cast(arith.SIToFP, self, element)

    def extend(self) -> Num:
        """A truth value as ``i32``: 0 or 1."""
        return self.lanes.cast(arith.ExtUI, self, I32)
