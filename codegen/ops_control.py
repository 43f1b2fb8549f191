"""Emitters of ``scf`` and ``func``: blocks and phis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from millrace.codegen.emitter import FunctionEmitter
from millrace.codegen.ops_arith import constant_of
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import func, scf


class _Phis:
    """The phis at the head of a loop: opened on entry, closed with the back edge."""

    def __init__(
        self, e: FunctionEmitter, args: Sequence[Value], inits: Sequence[str], entry: str
    ) -> None:
        self.e = e
        self.lines: list[int] = []
        for arg, init in zip(args, inits, strict=True):
            self.lines.append(len(e.lines))
            e.bind(arg, e.phi(arg.type, [(init, entry)]))

    def close(self, operands: Sequence[str]) -> None:
        """Add the edge from the current block."""
        for at, x in zip(self.lines, operands, strict=True):
            self.e.close_phi(at, x, self.e.label)


def _for(e: FunctionEmitter, op: scf.For) -> None:
    lower, upper, step = (constant_of(v) for v in op.operands[:3])
    known = isinstance(lower, int) and isinstance(upper, int) and isinstance(step, int)
    if known and isinstance(lower, int) and isinstance(upper, int) and isinstance(step, int):
        if upper <= lower:
            for out, init in zip(op.results, op.operands[3:], strict=True):
                e.bind(out, e.use(init))
        elif upper - lower <= step:
            _once(e, op)
        else:
            _rotated_for(e, op)
    else:
        _general_for(e, op)


def _once(e: FunctionEmitter, op: scf.For) -> None:
    """A loop of one iteration: its body."""
    block = op.regions[0].block
    for arg, v in zip(block.args, (op.operands[0], *op.operands[3:]), strict=True):
        e.bind(arg, e.use(v))
    end = e.block(block)
    for out, v in zip(op.results, end.operands, strict=True):
        e.bind(out, e.use(v))


def _next(e: FunctionEmitter, op: scf.For, counter: Value) -> str:
    start = constant_of(op.operands[0])
    flags = "nuw nsw" if start is not None and start >= 0 else "nsw"
    return e.value(f"add {flags} {e.typed(counter)}, {e.use(op.operands[2])}")


def _rotated_for(e: FunctionEmitter, op: scf.For) -> None:
    """A loop that runs at least once: the condition at the end."""
    block, entry = op.regions[0].block, e.label
    head, done = e.new_label("for"), e.new_label("done")
    inits = [e.use(op.operands[0]), *(e.use(v) for v in op.operands[3:])]
    e.branch(head)
    e.start(head)
    phis = _Phis(e, block.args, inits, entry)
    end = e.block(block)
    carried = [e.use(v) for v in end.operands]
    counter = _next(e, op, block.args[0])
    phis.close([counter, *carried])
    t = e.types(op.operands[1].type)
    again = e.value(f"icmp slt {t} {counter}, {e.use(op.operands[1])}")
    e.line(f"br i1 {again}, label %{head}, label %{done}")
    e.start(done)
    for out, x in zip(op.results, carried, strict=True):
        e.bind(out, x)


def _general_for(e: FunctionEmitter, op: scf.For) -> None:
    block, entry = op.regions[0].block, e.label
    head, body, done = (e.new_label(h) for h in ("for", "body", "done"))
    inits = [e.use(op.operands[0]), *(e.use(v) for v in op.operands[3:])]
    e.branch(head)
    e.start(head)
    phis = _Phis(e, block.args, inits, entry)
    counter = block.args[0]
    more = e.value(f"icmp slt {e.typed(counter)}, {e.use(op.operands[1])}")
    e.line(f"br i1 {more}, label %{body}, label %{done}")
    e.start(body)
    end = e.block(block)
    phis.close([_next(e, op, counter), *(e.use(v) for v in end.operands)])
    e.branch(head)
    e.start(done)
    for out, arg in zip(op.results, block.args[1:], strict=True):
        e.bind(out, e.use(arg))


def _if(e: FunctionEmitter, op: scf.If) -> None:
    labels = [e.new_label("then"), e.new_label("else")]
    after = e.new_label("endif")
    e.line(f"br i1 {e.use(op.operands[0])}, label %{labels[0]}, label %{labels[1]}")
    ends: list[tuple[list[str], str]] = []
    for label, region in zip(labels, op.regions, strict=True):
        e.start(label)
        end = e.block(region.block)
        ends.append(([e.use(v) for v in end.operands], e.label))
        e.branch(after)
    e.start(after)
    for i, out in enumerate(op.results):
        e.bind(out, e.phi(out.type, [(values[i], label) for values, label in ends]))


def _while(e: FunctionEmitter, op: scf.While) -> None:
    before, after = (r.block for r in op.regions)
    entry = e.label
    head, body, done = (e.new_label(h) for h in ("while", "body", "done"))
    e.branch(head)
    e.start(head)
    phis = _Phis(e, before.args, [e.use(v) for v in op.operands], entry)
    end = e.block(before)
    condition, *values = (e.use(v) for v in end.operands)
    e.line(f"br i1 {condition}, label %{body}, label %{done}")
    e.start(body)
    _bind_all(e, after.args, values)
    last = e.block(after)
    phis.close([e.use(v) for v in last.operands])
    e.branch(head)
    e.start(done)
    _bind_all(e, op.results, values)


def _bind_all(e: FunctionEmitter, targets: Sequence[Value], texts: Sequence[str]) -> None:
    for v, text in zip(targets, texts, strict=True):
        e.bind(v, text)


def _call(e: FunctionEmitter, op: func.Call) -> None:
    name = op.callee.name
    symbol = e.state.symbols.get(name)
    if symbol is None:
        raise op.error(f"no function is named @{name}")
    if op.results:
        raise op.error("functions return nothing at LOOP level")
    args = [*(f"ptr {p}" for p in e.state.hidden(name)), *(e.typed(v) for v in op.operands)]
    e.line(f"call void @{symbol}({', '.join(args)})")


def emit_function_body(e: FunctionEmitter, block: Block) -> None:
    """The body of a function, up to and including its return."""
    end = e.block(block)
    if not isinstance(end, func.Return) or end.operands:
        raise end.error("functions return nothing at LOOP level")
    e.line("ret void")


CONTROL: dict[type[Operation], Any] = {
    scf.For: _for,
    scf.If: _if,
    scf.While: _while,
    func.Call: _call,
}
