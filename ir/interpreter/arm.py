"""``arm_dsp`` and ``arm_mve``: the operations say what they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from millrace.ir.core import Operation
from millrace.ir.dialects import arm
from millrace.ir.interpreter.machine import Handler, Machine


def _evaluate(m: Machine, op: arm.Instruction, args: list[Any]) -> Sequence[Any]:
    return (op.evaluate(*args),)


def _in_order(m: Machine, op: arm.InOrder, args: list[Any]) -> Sequence[Any]:
    return args


HANDLERS: Mapping[type[Operation], Handler] = MappingProxyType(
    {**dict.fromkeys((arm.Sxtb16, arm.Smlad, arm.Vmladava), _evaluate), arm.InOrder: _in_order}
)
