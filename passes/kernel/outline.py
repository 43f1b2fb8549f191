"""Outlining: a cluster of generics moves into a kernel function; equal kernels are shared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from millrace.ir.attributes import SymbolRef
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value, clone
from millrace.ir.dialects import arith, func, linalg, tensor
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.assemble import Pad
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import Check
from millrace.ir.target import TargetInfo
from millrace.ir.types import I32, FunctionType, TensorType, Type
from millrace.passes.base import PassContext


class Outliner:
    """Makes kernel functions of a module, one for each distinct structure."""

    def __init__(self, module: Module, ctx: PassContext) -> None:
        self.module = module
        self.rw = ctx.rewriter
        target = TargetInfo.from_attr(module.target) if module.target else None
        self.absorbs = target is not None and target.bare
        """Whether kernels pad what they read themselves: a padded copy of a whole tensor costs
        memory that small machines do not have."""
        self.known: dict[Any, str] = {}
        self.count = 0

    def outline(self, members: Sequence[linalg.Generic]) -> func.Call:
        """Replace ``members`` (in program order, in one block) by a call of a kernel."""
        inside: set[Operation] = set(members)
        inputs = _inputs(members, inside)
        pads = [v.defining_op for v in inputs if self.absorbs and _is_border(v, inside)]
        padded: dict[Value, Value] = {p.result: p.input for p in pads if isinstance(p, Pad)}
        inputs = list(dict.fromkeys(padded.get(v, v) for v in inputs))
        outputs = [
            r for g in members for r in g.results if any(_outside(u, inside) for u in r.users)
        ]
        block = Block([v.type for v in inputs])
        mapping: dict[Value, Value] = dict(zip(inputs, block.args, strict=True))
        b = Builder(block)
        for v in padded:
            assert v.defining_op is not None
            b.insert(clone(v.defining_op, mapping))
        for g in members:
            for init in g.outputs:
                _clone_init(init, b, mapping)
            b.insert(clone(g, mapping))
        b.create(func.Return, [mapping[v] for v in outputs])
        types: tuple[Type, ...] = tuple(v.type for v in outputs)
        name = self._function(block, tuple(v.type for v in inputs), types, _location(members))
        last = members[-1]
        call = self.rw.before(last).create(
            func.Call, inputs, callee=SymbolRef(name), result_types=types, loc=_location(members)
        )
        for old, new in zip(outputs, call.results, strict=True):
            self.rw.replace_value(old, new)
        for g in reversed(members):
            self.rw.erase(g)
        for v in padded:
            if v.is_unused and v.defining_op is not None:
                self.rw.erase(v.defining_op)
        return call

    def _function(
        self, block: Block, inputs: tuple[Type, ...], outputs: tuple[Type, ...], loc: Any
    ) -> str:
        key = structural_key(block)
        if key in self.known and not has_checks(block):
            return self.known[key]
        name = f"k{self.count}"
        self.count += 1
        f = func.Func(
            sym_name=name,
            function_type=FunctionType(inputs, outputs),
            role="kernel",
            block=block,
            loc=loc,
        )
        entry = self.module.block.first
        self.module.block._insert_before(entry, f)
        self.known[key] = name
        return name


def has_checks(block: Block) -> bool:
    """Kernels that can fail are not shared: the error names the node they came from."""
    return any(isinstance(op, Check) for g in block for op in g.walk())


def _location(members: Sequence[linalg.Generic]) -> Any:
    """Of the first reduction, else of the last member."""
    for g in members:
        if g.num_loops > g.num_parallel and g.loc:
            return g.loc
    return members[-1].loc


def _inputs(members: Sequence[linalg.Generic], inside: set[Operation]) -> list[Value]:
    """Tensors that come from outside, in order of first use; bodies may read tensors too."""
    found: dict[Value, None] = {}
    for g in members:
        local = {r for op in g.walk() for r in op.results}
        for op in g.walk():
            values = g.inputs if op is g else op.operands
            for v in values:
                if isinstance(v.type, TensorType) and v not in local:
                    producer = v.defining_op
                    if producer is None or producer not in inside:
                        found[v] = None
    return list(found)


def _is_border(v: Value, inside: set[Operation]) -> bool:
    """A tensor with a border of one value that only reductions of the cluster read."""
    pad = v.defining_op
    if not isinstance(pad, Pad) or any(pad.all_interior) or min((*pad.low, *pad.high)) < 0:
        return False
    if isinstance(pad.input.defining_op, Constant):
        return False
    return all(
        isinstance(u.op, linalg.Generic)
        and u.index < len(u.op.inputs)
        and u.op.num_parallel < u.op.num_loops
        for u in v.uses
        if u.op in inside
    ) and all(u.op in inside or not _outside_of(u.op, inside) for u in v.uses)


def _outside_of(user: Operation, inside: set[Operation]) -> bool:
    """An operation in a body of the cluster reads it at computed indices."""
    return not _outside(user, inside)


def _outside(user: Operation, inside: set[Operation]) -> bool:
    op: Operation | None = user
    while op is not None:
        if op in inside:
            return False
        op = op.parent_op
    return True


def _clone_init(init: Value, b: Builder, mapping: dict[Value, Value]) -> None:
    """Bring an output's tensor.empty or linalg.fill along."""
    op = init.defining_op
    if init in mapping:
        return
    assert isinstance(op, tensor.Empty | linalg.Fill), op
    for v in op.operands:
        source = v.defining_op
        if v not in mapping:
            assert isinstance(source, tensor.Empty | arith.Constant), source
            b.insert(clone(source, mapping))
    b.insert(clone(op, mapping))


def structural_key(block: Block, numbers: list[int] | None = None) -> Any:
    """A hashable form of a block that is equal for blocks that compute the same function of
    their arguments: operations, attributes, types and the flow of values, no locations. With
    ``numbers`` the 32-bit integers in bodies of generics are appended to it instead."""
    number: dict[Value, int] = {}
    return _block_key(block, number, numbers)


def is_number(op: Operation) -> bool:
    """A 32-bit integer in the body of a generic."""
    return (
        isinstance(op, arith.Constant)
        and op.result.type == I32
        and isinstance(op.parent_op, linalg.Generic)
    )


def _block_key(block: Block, number: dict[Value, int], numbers: list[int] | None) -> Any:
    for a in block.args:
        number[a] = len(number)
    out: list[Any] = [tuple(a.type for a in block.args)]
    for op in block:
        regions = tuple(_block_key(b, number, numbers) for r in op.regions for b in r.blocks)
        operands = tuple(number[v] for v in op.operands)
        attributes = tuple(sorted(op.attributes.items(), key=lambda kv: kv[0]))
        if numbers is not None and is_number(op):
            numbers.append(int(op.value.value))  # type: ignore[attr-defined]
            attributes = ()
        for r in op.results:
            number[r] = len(number)
        out.append((op.name, operands, attributes, tuple(r.type for r in op.results), regions))
    return tuple(out)
