"""What text cannot say: broken links and uses, levels of well-formed modules."""

from __future__ import annotations

import numpy as np
import pytest

from millrace.ir.attributes import Dense, Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Use
from millrace.ir.dialects import arith, func, memref
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.errors import IRError
from millrace.ir.levels import RULES, Level, check_level
from millrace.ir.location import Location
from millrace.ir.parser import parse_module
from millrace.ir.registry import all_ops
from millrace.ir.types import F32, MemRefType
from millrace.ir.verifier import verify


def find(module: Module, cls):
    return next(op for op in module.walk() if isinstance(op, cls))


def test_use_unknown_to_value(make):
    module = make("scalars")
    add = find(module, arith.AddF)
    del add.operands[1]._uses[Use(add, 1)]
    with pytest.raises(IRError, match=r"arith\.addf: operand 1 does not know of this use"):
        verify(module)


def test_use_that_does_not_exist(make):
    module = make("scalars")
    add = find(module, arith.AddF)
    add.operands[0]._uses[Use(add, 7)] = None
    with pytest.raises(IRError, match=r"a use by arith\.addf that does not exist"):
        verify(module)


def test_use_by_detached_operation(make):
    module = make("scalars")
    x = find(module, arith.Constant).result
    arith.NegF(x)
    with pytest.raises(IRError, match=r"used by arith\.negf, which is not in the module"):
        verify(module)


def test_value_of_detached_operation(make):
    module = make("scalars")
    add = find(module, arith.AddF)
    lost = arith.Constant(value=Scalar(1.0, add.result.type)).result
    lost.name_hint = "lost"
    add._set_operand(0, lost)
    with pytest.raises(IRError, match=r"operand 0 \(%lost\) is not visible here"):
        verify(module)


def test_wrong_parents(make):
    module = make("control")
    scan = next(op for op in module.walk() if op.name == "mr.scan")
    scan.body.first.parent = module.block
    with pytest.raises(IRError, match="not linked into its block"):
        verify(module)
    module = make("control")
    module.functions()[0].regions[0].parent = module
    with pytest.raises(IRError, match="a region does not know its operation"):
        verify(module)
    module = make("control")
    module.functions()[0].block.parent = None
    with pytest.raises(IRError, match="a block does not know its region"):
        verify(module)
    module = make("control")
    module.block.last = module.block.first
    with pytest.raises(IRError, match="last operation is not its last"):
        verify(module)


def test_errors_name_node_and_operation(make):
    module = make("scalars")
    add = find(module, arith.AddF)
    add.loc = Location("/fc/Add", "net.onnx")
    add.attributes["fastmath"] = "fast"
    with pytest.raises(IRError, match=r'^net.onnx: node "/fc/Add": arith.addf: attribute'):
        verify(module)


LEVELS = {
    "constants": {Level.GRAPH},
    "control": {Level.GRAPH, Level.KERNEL},  # control flow alone stands at both
    "kernel": {Level.KERNEL},
}


@pytest.mark.parametrize("name", LEVELS)
@pytest.mark.parametrize("level", [Level.GRAPH, Level.KERNEL, Level.LOOP])
def test_levels(make, name: str, level: Level):
    if level in LEVELS[name]:
        verify(make(name), level)
    else:
        with pytest.raises(IRError, match=f"at {level.name} level"):
            verify(make(name), level)


def test_loop_level(make):
    module = make("loop")
    check_level(module, Level.LOOP)
    verify(module, Level.LOOP)
    with pytest.raises(IRError, match="at GRAPH level"):
        verify(module, Level.GRAPH)


def test_bufferized_plan():
    """Between bufferization and the lowering of kernels: a plan on memory, kernels on tensors."""
    module = Module()
    buffer = MemRefType((4,), F32)
    Builder(module.block).insert(memref.Global(sym_name="w", value=Dense(np.ones(4, np.float32))))
    from_text = parse_module("""
    "builtin.module"() ({
      "func.func"() <{sym_name = "k", function_type = (tensor<4xf32>) -> tensor<4xf32>,
                      role = "kernel", layouts = [array<i64: 1>, array<i64: 1>]}> ({
      ^bb0(%0: tensor<4xf32>):
        "func.return"(%0) : (tensor<4xf32>) -> ()
      }) : () -> ()
      "func.func"() <{sym_name = "main", function_type = (memref<4xf32>, memref<4xf32>) -> (),
                      role = "entry", num_inputs = 1}> ({
      ^bb0(%x: memref<4xf32>, %y: memref<4xf32>):
        "func.call"(%x, %y) <{callee = @k}> : (memref<4xf32>, memref<4xf32>) -> ()
        "func.return"() : () -> ()
      }) : () -> ()
    }) : () -> ()""")
    verify(from_text, Level.KERNEL)
    assert find(from_text, func.Call).operands[0].type == buffer
    tensors = make_constant_in(from_text)
    with pytest.raises(IRError, match=r"mr\.constant: not admitted in a bufferized plan"):
        verify(tensors, Level.KERNEL)


def make_constant_in(module: Module) -> Module:
    entry = module.entry.block
    Builder.before(entry.first).create(Constant, value=Dense(np.ones(4, np.float32)))
    return module


def test_flow_level_has_graph_regions():
    text = """
    "builtin.module"() ({
      "func.func"() <{sym_name = "main", function_type = (i64) -> i64}> ({
      ^bb0(%x: i64):
        %0 = "arith.addi"(%1, %x) : (i64, i64) -> i64
        %1 = "arith.addi"(%0, %x) : (i64, i64) -> i64
        "func.return"(%0) : (i64) -> ()
      }) : () -> ()
    }) : () -> ()"""
    verify(parse_module(text), Level.FLOW)
    with pytest.raises(IRError, match="before it is defined"):
        verify(parse_module(text), Level.GRAPH)


def test_operations_named_by_levels_exist():
    known = set(all_ops())
    for level in (Level.GRAPH, Level.KERNEL, Level.LOOP):
        for admits in RULES[level].places.values():
            assert admits.names <= known
            assert admits.dialects <= {name.partition(".")[0] for name in known}


def test_all_fields_have_known_types():
    """Field annotations of every operation resolve, and none accepts everything by accident."""
    from typing import Any

    from millrace.ir.fieldtypes import attr_types

    for cls in all_ops().values():
        assert Any not in attr_types(cls).values(), cls
