"""One order of carries, whatever order the frontend had: by what becomes of them in a step."""

from __future__ import annotations

import hashlib

from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import INDEX
from millrace.passes.raising.steps import known


def order_carries(scan: Scan, rw: Rewriter) -> Scan:
    """Sort the carries by the structure of their next values; the scan in its place."""
    n = scan.num_carries
    keys = _Digests(scan).of_carries()
    order = sorted(range(n), key=lambda i: (keys[i], i))
    if order == list(range(n)):
        return scan
    args, end = scan.block.args, scan.block.terminator
    rest = args[1 + n :]
    block = Block([INDEX, *(args[1 + i].type for i in order), *(a.type for a in rest)])
    mapped: list[Value] = [block.args[0], *([block.args[0]] * n), *block.args[1 + n :]]
    for place, i in enumerate(order):
        mapped[1 + i] = block.args[1 + place]
    for old, new in zip(args, mapped, strict=True):
        new.name_hint = new.name_hint or old.name_hint
    rw.set_operands(end, [*(end.operands[i] for i in order), *end.operands[n:]])
    last = Builder(block, loc=end.loc).create(scf.Yield, [])
    rw.set_operands(last, rw.inline_block(scan.block, last, mapped))
    new_scan = Builder.before(scan).create(
        Scan,
        [scan.inits[i] for i in order],
        list(scan.xs),
        scan.count,
        trip=scan.trip,
        reverse=scan.reverse,
        block=block,
    )
    results: list[Value] = list(new_scan.results)
    for place, i in enumerate(order):
        results[i] = new_scan.results[place]
    rw.replace(scan, *results)
    return new_scan


class _Digests:
    """Hashes of values by how they are made. All carries of one type look alike."""

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self.known: dict[Value, str] = {}
        n = scan.num_carries
        for i, arg in enumerate(scan.block.args):
            place = "carry" if 1 <= i <= n else f"argument {i - n}"
            self.known[arg] = f"{place} {arg.type}"

    def of_carries(self) -> list[str]:
        for op in self.scan.block:
            made = self._made(op)
            self.known.update((r, f"{made}.{r.index}") for r in op.results)
        yielded = self.scan.block.terminator.operands[: self.scan.num_carries]
        return [self._of(v) for v in yielded]

    def _of(self, v: Value) -> str:
        found = self.known.get(v)
        if found is None:
            content = known(v)
            found = f"outside {v.type}" if content is None else _content(v)
            self.known[v] = found
        return found

    def _made(self, op: Operation) -> str:
        parts = [op.name, *(f"{k}={v!r}" for k, v in sorted(op.attributes.items()))]
        parts += [self._of(v) for v in op.operands]
        parts += [inner.name for inner in op.walk() if inner is not op]
        return hashlib.blake2b("|".join(parts).encode(), digest_size=8).hexdigest()


def _content(v: Value) -> str:
    op = v.defining_op
    assert op is not None
    return f"constant {op.attributes['value'].key}"
