"""Writes a function again on integers.

The new function is built beside the old one, operation by operation. For a real number of the old
one there is a :class:`Stored` or a :class:`Fixed` in the new one; all other values have plain
counterparts. How an operation is written is a row of ``RULES``; one without a row works on floats
between conversions (an *island*), which the report names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from millrace.ir.attributes import FrozenDict
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value, clone
from millrace.ir.dialects.func import Func
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.kinds import TensorOp
from millrace.ir.dialects.mr.support import constant_of
from millrace.ir.types import FunctionType, TensorType, Type, element_of
from millrace.passes.base import PassContext
from millrace.passes.quantize.arithmetic import Arithmetic, Fixed, Stored
from millrace.passes.quantize.contractions import Accumulators
from millrace.passes.quantize.formats import Array, Format, Range, narrow
from millrace.passes.quantize.plan import Plan
from millrace.passes.quantize.values import is_constant, is_real

FACTOR = float(1 << 15)
"""Of two numbers that are not larger the product fits in 32 bits."""
CONSTANT = float(1 << 30)
"""The largest constant: sums with it fit in 32 bits."""

Rule = Callable[["Quantizer", Any], Sequence[Stored | Fixed | Value]]


@dataclass(frozen=True)
class Options:
    """``bits`` of what is stored; ``float_io``: the entry takes and gives floats; ``tolerance``:
    the error of tabulated functions, as a part of their range."""

    bits: int = 8
    float_io: bool = True
    tolerance: float = 2.0**-11


@dataclass
class Quantizer:
    plan: Plan
    accumulators: Accumulators
    operands: Mapping[Value, Format]
    """In which formats products read their operands."""
    rules: Mapping[type[Operation], Rule]
    options: Options
    ctx: PassContext
    numbers: dict[Value, Stored | Fixed] = field(default_factory=dict)
    exact: dict[Value, Fixed] = field(default_factory=dict)
    """Numbers of which more is known than their formats hold: whole multiples of a unit."""
    plain: dict[Value, Value] = field(default_factory=dict)
    _made: dict[tuple[Value, Any], Stored] = field(default_factory=dict)
    _in_unit: dict[Value, Fixed] = field(default_factory=dict)
    builder: Builder | None = None

    # ---- what rules ask for

    @property
    def b(self) -> Builder:
        assert self.builder is not None
        return self.builder

    @property
    def math(self) -> Arithmetic:
        return Arithmetic(self.b)

    def format(self, v: Value) -> Format:
        return self.plan.format(v)

    def operand_format(self, v: Value) -> Format:
        """In which format products read a value."""
        array = constant_of(v)
        return self.operands[v] if array is None else narrow(Range.of(array))

    def stored(self, v: Value, to: Format | None = None) -> Stored:
        """A real number in a format, by default that of its class."""
        if to is None:
            to = self.format(v)
        array = constant_of(v)
        if array is not None:
            return Stored(self.math.const(to.encode(array), to.element), to)
        x = self.numbers[v]
        if isinstance(x, Stored) and x.format == to:
            return x
        key = (v, to)
        if key not in self._made:
            self._made[key] = self._converted(v, x, to)
        return self._made[key]

    def _converted(self, v: Value, x: Stored | Fixed, to: Format) -> Stored:
        """Right behind the number itself, so that it serves all users of it."""
        math = Arithmetic(_behind(x.value))
        return math.stored(math.opened(x) if isinstance(x, Stored) else x, to)

    def opened(self, v: Value) -> Fixed:
        """A real number as i32, in the format of its class unless it has it already."""
        x = self.numbers.get(v)
        if not isinstance(x, Fixed):
            return self.math.opened(self.stored(v))
        if v not in self.accumulators.values:
            return x
        if not self.plan.in_registers(v):
            return self.math.opened(self.stored(v))
        if v not in self._in_unit:
            self._in_unit[v] = Arithmetic(_behind(x.value)).in_unit(x, self.format(v).scale)
        return self._in_unit[v]

    def constant_in(self, array: Array, unit: Any) -> Fixed:
        """A constant in whole multiples of a unit."""
        q = np.rint(array.astype(np.float64) / unit)
        q = np.clip(q, -CONSTANT, CONSTANT)
        bound = float(np.abs(q).max(initial=0.0))
        return Fixed(self.math.const(q.astype(np.int32)), unit, bound)

    def finish(self, result: Value, y: Fixed) -> Stored | Fixed:
        """A number on its way in the format of the result's class; in its unit only, as long as it
        stays in registers."""
        if self.plan.in_registers(result):
            return self.math.in_unit(y, self.format(result).scale)
        return self.math.stored(y, self.format(result))

    def factor(self, v: Value) -> Fixed:
        """A real number that can be multiplied: of 16 bits."""
        x = self.opened(v)
        return x if x.bound <= FACTOR else self.math.opened(self.stored(v))

    # ---- the walk

    def function(self, f: Func) -> Func:
        """The function on integers."""
        types = tuple(self._argument_type(f, a) for a in f.block.args)
        block = Block(types)
        self.builder = Builder(block)
        for old, new in zip(f.block.args, block.args, strict=True):
            new.name_hint = old.name_hint
            if old in _states(f) or not is_real(old):
                self.bind(old, new)
            elif self.options.float_io:
                self.numbers[old] = self.math.quantized(new, self.format(old))
            else:
                given = Stored(new, self.outside(old))
                self.numbers[old] = self.converted(given, self.format(old))
        self.body(f.block)
        end = f.block.terminator
        n = len(end.operands) - f.num_states
        outs = [self.given(v) for v in end.operands[:n]]
        states = zip(end.operands[n:], _states(f), strict=True)
        outs += [self.entering(v, state) for v, state in states]
        with self.b.at_loc(end.loc):
            self.b.create(type(end), outs)
        fields = dict(f.attributes)
        fields["function_type"] = FunctionType(types, tuple(v.type for v in outs))
        if f.state_init is not None:
            fields["state_init"] = self._states(f)
        if f.role == "entry":
            fields["quantization"] = self._declared(f)
        return Func(block=block, loc=f.loc, **fields)

    def outside(self, v: Value) -> Format:
        """The format of an input or output that is no float: of 8 bits."""
        return self.format(v) if self.format(v).element.width == 8 else self.plan.narrow(v)

    def given(self, v: Value) -> Value:
        """What stands for an output."""
        array = constant_of(v)
        if not is_real(v) or array is not None:
            return self.value(v)
        if self.options.float_io:
            return self.math.real(self.stored(v), element_of(v.type))
        return self.stored(v, self.outside(v)).value

    def converted(self, x: Stored, to: Format) -> Stored:
        return x if x.format == to else self.math.stored(self.math.opened(x), to)

    def _declared(self, f: Func) -> tuple[FrozenDict, ...]:
        """What the integers of inputs, outputs and states stand for."""
        args, ends = f.block.args, f.block.terminator.operands
        io = [*args[: len(args) - f.num_states], *ends[: len(ends) - f.num_states]]
        known = [None if self.options.float_io else self._format_of_io(v) for v in io]
        known += [self.format(v) if is_real(v) else None for v in _states(f)]
        return tuple(FrozenDict({}) if q is None else q.to_attr() for q in known)

    def _format_of_io(self, v: Value) -> Format | None:
        return self.outside(v) if is_real(v) and not is_constant(v) else None

    def _argument_type(self, f: Func, a: Value) -> Type:
        if not is_real(a) or (self.options.float_io and a not in _states(f)):
            return a.type
        own = self.format(a) if a in _states(f) else self.outside(a)
        assert isinstance(a.type, TensorType)
        return a.type.with_element(own.element)

    def _states(self, f: Func) -> tuple[Any, ...]:
        from millrace.ir.attributes import Dense

        assert f.state_init is not None
        return tuple(
            Dense(self.format(a).encode(d.array)) if is_real(a) else d
            for a, d in zip(_states(f), f.state_init, strict=True)
        )

    def stored_type(self, v: Value) -> Type:
        if not is_real(v):
            return v.type
        assert isinstance(v.type, TensorType)
        return v.type.with_element(self.format(v).element)

    def bind(self, old: Value, new: Value) -> None:
        """An argument of a block of the old function and of the new one."""
        if is_real(old):
            self.numbers[old] = Stored(new, self.format(old))
        else:
            self.plain[old] = new

    def entering(self, v: Value, like: Value) -> Value:
        """What stands for a value that becomes ``like``, an argument or result of a block."""
        if not is_real(v):
            return self.value(v)
        return self.stored(v, self.format(like)).value

    def value(self, v: Value) -> Value:
        """A value that is no real number."""
        op = v.defining_op
        if v not in self.plain and isinstance(op, Constant):
            return self.math.const(op.value.array, element_of(v.type))
        return self.plain[v]

    def body(self, block: Block) -> None:
        """All operations of a block but the last."""
        for op in block.ops[:-1]:
            if not isinstance(op, Constant):
                with self.b.at_loc(op.loc):
                    self.operation(op)

    def operation(self, op: Operation) -> None:
        rule = next((self.rules[c] for c in type(op).__mro__ if c in self.rules), None)
        real = any(map(is_real, [*op.operands, *op.results]))
        if rule is not None and (real or op.regions):
            results = rule(self, op)
        elif not real:
            results = self.copied(op, [self.value(v) for v in op.operands])
        elif isinstance(op, TensorOp) and op.selects():
            results = self.selected(op)
        else:
            results = self.island(op)
        for old, new in zip(op.results, results, strict=True):
            if isinstance(new, Value):
                self.plain[old] = new
            else:
                self.numbers[old] = new
                if new.value.name_hint is None:
                    new.value.name_hint = old.name_hint

    def copied(self, op: Operation, operands: Sequence[Value]) -> Sequence[Value]:
        mapping = dict(zip(op.operands, operands, strict=True))
        return self.b.insert(clone(op, mapping)).results

    def selected(self, op: TensorOp) -> Sequence[Stored | Fixed | Value]:
        """The same operation on the stored numbers."""
        from millrace.ir.opdef import fields_with

        real = next(v for v in [*op.results, *op.operands] if is_real(v) and not is_constant(v))
        to = self.format(real)
        operands = [self.stored(v, to).value if is_real(v) else self.value(v) for v in op.operands]
        new = self.b.create(type(op), **fields_with(op, operands))
        return [
            Stored(n, to) if is_real(r) else n for r, n in zip(op.results, new.results, strict=True)
        ]

    def island(self, op: Operation) -> Sequence[Stored | Fixed | Value]:
        """The operation on floats."""
        self.ctx.remark(op, f"{op.name} stays on floats: there is no integer form of it")
        operands = [self.as_float(v) if is_real(v) else self.value(v) for v in op.operands]
        results = self.copied(op, operands)
        return [
            self.math.quantized(n, self.format(r)) if is_real(r) else n
            for r, n in zip(op.results, results, strict=True)
        ]

    def as_float(self, v: Value) -> Value:
        array = constant_of(v)
        if array is not None:
            return self.math.const(array, element_of(v.type))
        return self.math.real(self.stored(v), element_of(v.type))


def _states(f: Func) -> Sequence[Value]:
    """The arguments that are states."""
    return f.block.args[len(f.block.args) - f.num_states :]


def _behind(v: Value) -> Builder:
    op = v.defining_op
    if op is not None:
        return Builder.after(op)
    block = v.parent_block
    return Builder(block, block.first)
