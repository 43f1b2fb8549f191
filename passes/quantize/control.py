"""Loops and branches on integers: what passes a border has the format of its class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr.control import Scan
from millrace.passes.quantize.arithmetic import Stored
from millrace.passes.quantize.values import is_real

if TYPE_CHECKING:
    from millrace.passes.quantize.rewrite import Quantizer


def _scan(q: Quantizer, op: Scan) -> Sequence[Stored | Value]:
    n = op.num_carries
    args = op.block.args
    inits = [q.entering(v, a) for v, a in zip(op.inits, args[1:], strict=False)]
    xs = [q.entering(v, a) for v, a in zip(op.xs, args[1 + n :], strict=True)]
    ends = [*args[1 : 1 + n], *op.results[n:]]
    block = _block(q, op.block, ends)
    count = None if op.count is None else q.value(op.count)
    new = q.b.create(Scan, inits, xs, count, trip=op.trip, reverse=op.reverse, block=block)
    return _results(q, op, new)


def _for(q: Quantizer, op: scf.For) -> Sequence[Stored | Value]:
    bounds = [q.value(v) for v in (op.lower, op.upper, op.step)]
    inits = [q.entering(v, a) for v, a in zip(op.inits, op.block.args[1:], strict=True)]
    block = _block(q, op.block, op.block.args[1:])
    return _results(q, op, q.b.create(scf.For, *bounds, inits, block=block))


def _if(q: Quantizer, op: scf.If) -> Sequence[Stored | Value]:
    blocks = [_block(q, b, op.results) for b in (op.then_block, op.else_block)]
    types = [q.stored_type(r) for r in op.results]
    new = q.b.create(
        scf.If,
        q.value(op.condition),
        then_block=blocks[0],
        else_block=blocks[1],
        result_types=types,
    )
    return _results(q, op, new)


def _while(q: Quantizer, op: scf.While) -> Sequence[Stored | Value]:
    inits = [q.entering(v, a) for v, a in zip(op.inits, op.before.args, strict=True)]
    condition = op.before.terminator.operands[0]
    before = _block(q, op.before, [condition, *op.after.args])
    after = _block(q, op.after, op.before.args)
    types = [q.stored_type(r) for r in op.results]
    new = q.b.create(scf.While, inits, before=before, after=after, result_types=types)
    return _results(q, op, new)


def _block(q: Quantizer, old: Block, ends: Sequence[Value]) -> Block:
    """A block on integers. ``ends`` are the values that its terminator's operands become."""
    block = Block([q.stored_type(a) for a in old.args])
    with _inside(q, block):
        for a, new in zip(old.args, block.args, strict=True):
            new.name_hint = a.name_hint
            q.bind(a, new)
        q.body(old)
        end = old.terminator
        outs = [q.entering(v, to) for v, to in zip(end.operands, ends, strict=True)]
        new_end = type(end)(*([outs] if isinstance(end, scf.Yield) else [outs[0], outs[1:]]))
        new_end.loc = end.loc
        q.b.insert(new_end)
    return block


@contextmanager
def _inside(q: Quantizer, block: Block) -> Iterator[None]:
    saved, q.builder = q.builder, Builder(block)
    try:
        yield
    finally:
        q.builder = saved


def _results(q: Quantizer, op: Operation, new: Operation) -> Sequence[Stored | Value]:
    return [
        Stored(n, q.format(r)) if is_real(r) else n
        for r, n in zip(op.results, new.results, strict=True)
    ]


CONTROL: Mapping[type[Operation], Any] = {
    Scan: _scan,
    scf.For: _for,
    scf.If: _if,
    scf.While: _while,
}
