"""Every tensor operation as native code: all examples of one operation are one model."""

from __future__ import annotations

import pytest

from millrace.codegen import compile_module, io_of_graph, load, target
from millrace.driver.pipelines import STAGES
from millrace.ir.builder import Builder
from millrace.ir.core import Block
from millrace.ir.dialects import func
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.kinds import TensorOp
from millrace.ir.interpreter import interpret
from millrace.ir.types import type_of_array
from millrace.passes.base import PassContext
from millrace.passes.manager import run_pipeline
from tests.ops.cases import Array, Case, cases, module_of
from tests.ops.comparison import assert_close


def by_operation() -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for case in cases():
        found.setdefault(case.op_name, []).append(case)
    return found


def model_of(examples: list[Case]) -> tuple[Module, list[TensorOp]]:
    """A model with all examples side by side."""
    block = Block([type_of_array(a) for case in examples for a in case.arrays])
    b = Builder(block)
    left = iter(block.args)
    ops = [case.build(b, [next(left) for _ in case.arrays]) for case in examples]
    b.create(func.Return, [r for op in ops for r in op.results])
    return module_of(block), ops


def run_native(module: Module, arrays: list[Array]) -> list[Array]:
    host = target("host")
    module.attributes["target"] = host.to_attr()
    inputs, outputs = io_of_graph(module.entry)
    context, level = PassContext(), None
    for stage in STAGES.values():
        level = run_pipeline(module, stage, context=context, level=level).level
    compiled = compile_module(module, host, name="ops", inputs=inputs, outputs=outputs)
    return load(compiled)(*arrays)


BY_OPERATION = by_operation()


@pytest.mark.parametrize("name", BY_OPERATION)
def test_native_code_agrees(name: str) -> None:
    examples = BY_OPERATION[name]
    arrays = [a for case in examples for a in case.arrays]
    module, ops = model_of(examples)
    expected = interpret(module, arrays)
    results = [len(op.results) for op in ops]
    got = iter(zip(expected, run_native(module, arrays), strict=True))
    for case, count in zip(examples, results, strict=True):
        _, op = case.module()
        for _ in range(count):
            assert_close(op, case, *next(got))
