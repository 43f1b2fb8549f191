"""Builders of small GRAPH modules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from millrace.ir.attributes import Dense, Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects import arith, func
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.types import F32, ElementType, FunctionType, Type, tensor
from millrace.ir.verifier import verify


@dataclass
class Graph:
    """``main`` adds the entry; ``check`` verifies and counts operations by name."""

    block: Block = field(default_factory=Block)

    def function(
        self,
        name: str,
        inputs: Sequence[Type],
        build: Callable[..., Sequence[Value]],
        role: str = "function",
    ) -> func.Func:
        body = Block(inputs)
        b = Builder(body)
        outs = list(build(b, *body.args) or ())
        b.create(func.Return, outs)
        types = FunctionType(tuple(inputs), tuple(v.type for v in outs))
        f = func.Func(sym_name=name, function_type=types, role=role, block=body)
        return Builder(self.block).insert(f)

    def main(self, inputs: Sequence[Type], build: Callable[..., Sequence[Value]]) -> Module:
        self.function("main", inputs, build, "entry")
        return Module(block=self.block)


def const(b: Builder, value: Any, dtype: Any = np.float32) -> Value:
    return b.value(Constant, value=Dense(np.asarray(value, dtype)))


def scalar(b: Builder, value: Any, t: ElementType = F32) -> Value:
    return b.value(arith.Constant, value=Scalar(value, t))


def names(module: Module, function: str = "main") -> list[str]:
    """The names of all operations in a function but the terminators, in order."""
    verify(module)
    skipped = ("func.func", "func.return", "scf.yield", "scf.condition")
    return [op.name for op in module.function(function).walk() if op.name not in skipped]


def vec(*shape: int) -> Type:
    return tensor(shape, F32)


@dataclass(frozen=True)
class Kit:
    """What the tests need, as one fixture (test modules cannot import each other)."""

    graph: Callable[[], Graph] = Graph
    const: Callable[..., Value] = const
    scalar: Callable[..., Value] = scalar
    names: Callable[..., list[str]] = names
    vec: Callable[..., Type] = vec


@pytest.fixture
def kit() -> Kit:
    return Kit()
