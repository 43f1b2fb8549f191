"""``arm_dsp`` and ``arm_mve``: the operations say what they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from millrace.ir.core import Operation
from millrace.ir.dialects import arm
from millrace.ir.errors import RunError
from millrace.ir.interpreter.machine import Handler, Machine


def _evaluate(m: Machine, op: arm.Instruction, args: list[Any]) -> Sequence[Any]:
    return (op.evaluate(*args),)


def _in_order(m: Machine, op: arm.InOrder, args: list[Any]) -> Sequence[Any]:
    return args


def _first_lanes(m: Machine, op: arm.FirstLanes, args: list[Any]) -> Sequence[Any]:
    return (np.where(np.arange(len(args[0])) < op.count, args[0], np.int8(0)),)


def _scatter_bytes(m: Machine, op: arm.ScatterBytes, args: list[Any]) -> Sequence[Any]:
    value, memory, index = args
    at = int(index) + op.stride * np.arange(len(value))
    if at[0] < 0 or at[-1] >= len(memory):
        raise RunError(f"{op!r}: bytes {at[0]} to {at[-1]} of {len(memory)}")
    memory[at] = value.astype(np.int8)
    return ()


HANDLERS: Mapping[type[Operation], Handler] = MappingProxyType(
    {
        **dict.fromkeys((arm.Sxtb16, arm.Smlad, arm.Vmladava), _evaluate),
        arm.InOrder: _in_order,
        arm.FirstLanes: _first_lanes,
        arm.ScatterBytes: _scatter_bytes,
    }
)
