"""The real numbers of a function: which values they are, and in which order they are counted.

The order is that of the text: a block's arguments, then for each operation the values inside of
its regions and then its results. Ranges that were observed are given by it.
"""

from __future__ import annotations

from collections.abc import Iterator

from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.func import Func
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.types import FloatType, TensorType


def is_real(v: Value) -> bool:
    """True for tensors of floats."""
    return isinstance(v.type, TensorType) and isinstance(v.type.element, FloatType)


def is_constant(v: Value) -> bool:
    return isinstance(v.defining_op, Constant)


def is_in_loop(v: Value) -> bool:
    """True when a value is made in each step of a loop."""
    op = v.parent_block.parent_op
    while op is not None and not isinstance(op, Func):
        if not isinstance(op, scf.If):
            return True
        op = op.parent_op
    return False


def real_results(op: Operation) -> list[Value]:
    """The results of an operation that are counted."""
    return [] if isinstance(op, Constant) else [r for r in op.results if is_real(r)]


def real_values(f: Func) -> list[Value]:
    """All real numbers of a function, constants excepted, in their order."""
    return list(_of_block(f.block))


def _of_block(block: Block) -> Iterator[Value]:
    yield from filter(is_real, block.args)
    for op in block:
        for region in op.regions:
            for inner in region.blocks:
                yield from _of_block(inner)
        yield from real_results(op)
