"""May a kernel write a result over one of its operands?"""

from __future__ import annotations

from collections.abc import Iterable

from millrace.ir.affine import AffineExpr, Dim, cst, dim, substitute
from millrace.ir.core import Operation, Value
from millrace.ir.dialects import func, linalg

Indices = tuple[AffineExpr, ...]


def reads_aligned(kernel: func.Func, operand: int, result: int) -> bool:
    """True when the kernel reads each element of the operand only at the point of its parallel
    space at which it writes the same element of the result: the result may then lie exactly
    where the operand lies.

    Holds when every generic that reads the operand is parallel, has the parallel space of the
    generic that makes the result and reads with the map with which that one writes, and when
    neither feeds a reduction, which would read at other points."""
    source = kernel.block.args[operand]
    target = kernel.block.terminator.operands[result]
    writer = target.defining_op
    if source.type != target.type or not isinstance(writer, linalg.Generic):
        return False
    indices = _written(writer, target)
    if not _covers(indices, writer):
        return False
    return _stays_pointwise(kernel, writer, source, indices) and not _feeds_reduction(writer)


def _read(op: linalg.Generic, index: int) -> Indices:
    """How operand ``index`` is indexed; loops of one step are taken out."""
    loops = [cst(0) if n == 1 else dim(d) for d, n in enumerate(op.ranges)]
    return tuple(substitute(e, loops) for e in op.indexing_maps[index].results)


def _written(op: linalg.Generic, value: Value) -> Indices:
    """How the result ``value`` is indexed."""
    return _read(op, len(op.inputs) + [r is value for r in op.results].index(True))


def _covers(indices: Indices, op: linalg.Generic) -> bool:
    """True when each point of the parallel space has its own element."""
    parallel = {d for d in range(op.num_parallel) if op.ranges[d] != 1}
    moving = [e for e in indices if e != cst(0)]
    return (
        len(moving) == len(parallel) and {e.index for e in moving if isinstance(e, Dim)} == parallel
    )


def _stays_pointwise(
    kernel: func.Func, writer: linalg.Generic, source: Value, indices: Indices
) -> bool:
    """True when the source, and all that is made of it, is used at its own point only."""
    space = writer.ranges[: writer.num_parallel]
    expected: dict[Value, Indices] = {source: indices}
    work = [source]
    while work:
        value = work.pop()
        for use in value.uses:
            op = use.op
            if isinstance(op, func.Return) and value is not source:
                continue
            if not isinstance(op, linalg.Generic) or op.parent is not kernel.block:
                return False  # read at computed indices in a body, or no generic at all
            if use.index >= len(op.inputs) or op.ranges != space or not _is_parallel(op):
                return False
            if _read(op, use.index) != expected[value]:
                return False
            for r in op.results:
                if r not in expected:
                    expected[r] = _written(op, r)
                    work.append(r)
    return True


def _feeds_reduction(op: linalg.Generic) -> bool:
    """True when a reduction reads a result, directly or through parallel generics."""
    seen: set[Operation] = set()
    work: list[Operation] = [op]
    while work:
        for user in _users(work.pop()):
            if isinstance(user, linalg.Generic) and user not in seen:
                if not _is_parallel(user):
                    return True
                seen.add(user)
                work.append(user)
    return False


def _users(op: Operation) -> Iterable[Operation]:
    return (user for r in op.results for user in r.users)


def _is_parallel(op: linalg.Generic) -> bool:
    return op.num_parallel == op.num_loops
