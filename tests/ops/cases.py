"""Examples of every tensor operation: tables in ``strategies_*.py``, collected here.

A strategies file has ``STRATEGIES``, a dict from operation name to a list of :class:`Example`.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects import func
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.kinds import TensorOp
from millrace.ir.registry import lookup
from millrace.ir.types import FunctionType, type_of_array

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Example:
    """Operands (one entry an operand field: an array, None for an absent one, a list for a
    variadic one) and attributes."""

    operands: list[Any]
    attributes: dict[str, Any] = field(default_factory=dict)
    label: str = ""


def example(*operands: Any, label: str = "", **attributes: Any) -> Example:
    return Example(list(operands), attributes, label)


@dataclass(frozen=True)
class Case:
    """An example of one operation."""

    op_name: str
    index: int
    example: Example

    def __str__(self) -> str:
        parts = [self.op_name.removeprefix("mr."), str(self.index), self.example.label]
        return "-".join(p for p in parts if p)

    @property
    def arrays(self) -> list[Array]:
        """The operands, flat."""
        flat: list[Array] = []
        for x in self.example.operands:
            if x is not None:
                flat.extend(x if isinstance(x, list) else [x])
        return [np.asarray(a) for a in flat]

    def build(self, b: Builder, values: list[Value]) -> TensorOp:
        """The operation on ``values``, which stand for :attr:`arrays`."""
        left = iter(values)
        operands: list[Any] = []
        for x in self.example.operands:
            if isinstance(x, list):
                operands.append([next(left) for _ in x])
            else:
                operands.append(None if x is None else next(left))
        cls = lookup(self.op_name)
        assert cls is not None, f"no operation {self.op_name}"
        op = b.create(cls, *operands, **self.example.attributes)
        op.verify_op()
        assert isinstance(op, TensorOp)
        return op

    def module(self) -> tuple[Module, TensorOp]:
        """A GRAPH module whose entry is the operation on its arguments."""
        block = Block([type_of_array(a) for a in self.arrays])
        b = Builder(block)
        op = self.build(b, list(block.args))
        b.create(func.Return, list(op.results))
        return module_of(block), op


def module_of(block: Block, name: str = "main", role: str = "entry") -> Module:
    """A module with the one function whose body is ``block``."""
    inputs = tuple(a.type for a in block.args)
    outputs = tuple(v.type for v in block.terminator.operands)
    f = func.Func(
        sym_name=name,
        function_type=FunctionType(inputs, outputs),
        role=role,
        arg_names=[f"in{i}" for i in range(len(inputs))],
        result_names=[f"out{i}" for i in range(len(outputs))],
        block=block,
    )
    outer = Block()
    Builder(outer).insert(f)
    return Module(block=outer)


def strategies() -> dict[str, list[Example]]:
    """All tables together; two files may both have examples of one operation."""
    found: dict[str, list[Example]] = {}
    for path in sorted(Path(__file__).parent.glob("strategies_*.py")):
        table = importlib.import_module(f"tests.ops.{path.stem}").STRATEGIES
        for name, examples in table.items():
            found.setdefault(name, []).extend(examples)
    return found


def cases() -> Iterator[Case]:
    for name, examples in sorted(strategies().items()):
        for i, e in enumerate(examples):
            yield Case(name, i, e)
