"""What a loop hands on unchanged, or twice, is not carried."""

from __future__ import annotations

from millrace.ir.builder import Builder
from millrace.ir.core import Value, clone
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.movement import Reshape
from millrace.ir.rewriter import Rewriter


def share_last_values(scan: Scan, rw: Rewriter) -> None:
    """A carry that no step reads (the last output of a sequence) and whose next value another
    carry takes too, under the same shape or another, is that carry's last value."""
    if scan.count is not None or scan.trip == 0:
        return  # without any step each carry ends as it starts
    n = scan.num_carries
    yielded = scan.block.terminator.operands[:n]
    firsts: dict[Value, int] = {}
    for i, v in enumerate(yielded):
        if not scan.block.args[1 + i].is_unused:
            firsts.setdefault(v, i)
    for i, v in enumerate(yielded):
        if not scan.block.args[1 + i].is_unused or scan.results[i].is_unused:
            continue
        chain, source = [], v
        while source not in firsts and isinstance(op := source.defining_op, Reshape):
            chain.append(op)
            source = op.input
        if source not in firsts:
            firsts.setdefault(v, i)
            continue
        b = Builder.after(scan)
        last: Value = scan.results[firsts[source]]
        for op in reversed(chain):
            last = b.insert(clone(op, {op.input: last})).results[0]
        rw.replace_value(scan.results[i], last)


def drop_fixed_carries(op: scf.While, rw: Rewriter) -> None:
    """What no step of a ``scf.while`` changes is a value from outside; ``prune`` drops the rest
    of the carry."""
    passed = op.before.terminator.operands[1:]
    for i, after in enumerate(op.after.terminator.operands):
        arg, init = op.before.args[i], op.inits[i]
        if after is not init:
            place = op.after.args.index(after) if after in op.after.args else None
            if place is None or passed[place] not in (arg, init):
                continue
        readers: list[Value] = [arg]
        for j, v in enumerate(passed):
            if v is arg or v is init:
                readers += [op.after.args[j], op.results[j]]
        for v in readers:
            for use in v.uses:
                is_link = use.op in (op.before.terminator, op.after.terminator)
                if not is_link:
                    rw.set_operand(use.op, use.index, init)
