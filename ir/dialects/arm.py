"""Instructions of Arm's DSP and MVE extensions on registers, as upstream's ``arm_neon`` has NEON's.

Passes choose them by the target; each has the exact meaning of the instruction of its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from millrace.ir.core import Operation, OpResult, Value
from millrace.ir.opdef import attr, operand, operands, result, results
from millrace.ir.types import I8, I16, I32, Type, VectorType

BYTES = VectorType((16,), I8)
HALVES = VectorType((8,), I16)


class Instruction(Operation):
    """Base: operands of ``operand_types``, one i32 result. ``evaluate`` takes and gives numpy
    scalars and arrays."""

    operand_types: ClassVar[tuple[Type, ...]] = ()

    def infer(self) -> Sequence[Type]:
        for v, t in zip(self.operands, self.operand_types, strict=True):
            if v.type != t:
                raise self.error(f"operand is {v.type}, not {t}")
        return (I32,)

    def evaluate(self, *args: Any) -> Any:
        raise NotImplementedError(self.name)


class Sxtb16(Instruction):
    """Bytes 0 and 2 of ``source``, rotated right by ``rotate`` bits first, sign-extended to the
    two halves of the result."""

    name = "arm_dsp.sxtb16"
    operand_types = (I32,)
    source: Value = operand()
    rotate: int = attr(0)
    result: OpResult = result()

    def evaluate(self, source: Any) -> Any:
        word = int(source) & 0xFFFFFFFF
        word = (word >> self.rotate | word << (32 - self.rotate)) & 0xFFFFFFFF
        low, high = (np.int8((word >> s & 0xFF) - (word >> s & 0x80) * 2) for s in (0, 16))
        return np.array([low, high], np.int16).view(np.int32)[0]


class Smlad(Instruction):
    """``acc`` plus the products of the two signed halves of ``lhs`` and ``rhs``."""

    name = "arm_dsp.smlad"
    operand_types = (I32, I32, I32)
    lhs: Value = operand()
    rhs: Value = operand()
    acc: Value = operand()
    result: OpResult = result()

    def evaluate(self, lhs: Any, rhs: Any, acc: Any) -> Any:
        x, y = (np.array([v], np.int32).view(np.int16).astype(np.int64) for v in (lhs, rhs))
        return np.array([int(acc) + int((x * y).sum())], np.int64).astype(np.int32)[0]


class InOrder(Operation):
    """The values, unchanged: what makes them stands before this, what uses them behind. Compilers
    order straight code as they like and run out of registers; this takes no instruction."""

    name = "arm_dsp.in_order"
    values: tuple[Value, ...] = operands()
    ordered: tuple[Value, ...] = results()

    def infer(self) -> Sequence[Type]:
        return tuple(v.type for v in self.values)


class Vmladava(Instruction):
    """``acc`` plus the products of 16 pairs of signed bytes, or of 8 pairs of signed halves."""

    name = "arm_mve.vmladava"
    acc: Value = operand()
    lhs: Value = operand()
    rhs: Value = operand()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        if self.acc.type != I32 or self.lhs.type not in (BYTES, HALVES):
            raise self.error(f"products of {self.lhs.type}, added to {self.acc.type}")
        if self.rhs.type != self.lhs.type:
            raise self.error(f"products of {self.lhs.type} and {self.rhs.type}")
        return (I32,)

    def evaluate(self, acc: Any, lhs: Any, rhs: Any) -> Any:
        total = int(acc) + int((lhs.astype(np.int64) * rhs.astype(np.int64)).sum())
        return np.array([total], np.int64).astype(np.int32)[0]


class FirstLanes(Operation):
    """The first ``count`` bytes of ``source``, and zeros behind them."""

    name = "arm_mve.first_lanes"
    source: Value = operand()
    count: int = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        if self.source.type != BYTES or not 0 <= self.count <= BYTES.shape[0]:
            raise self.error(f"the first {self.count} bytes of {self.source.type}")
        return (BYTES,)


class ScatterBytes(Operation):
    """The low byte of lane i of ``value`` to ``memref[index + i * stride]`` (``vstrb.16`` with
    offsets, which are unsigned and have 16 bits)."""

    name = "arm_mve.scatter_bytes"
    value: Value = operand()
    memref: Value = operand()
    index: Value = operand()
    stride: int = attr()

    def infer(self) -> Sequence[Type]:
        if self.value.type != HALVES or not 0 < self.stride * (HALVES.shape[0] - 1) < 1 << 16:
            raise self.error(f"{self.value.type}, {self.stride} bytes apart")
        return ()
