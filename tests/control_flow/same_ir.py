"""When two functions are the same IR."""

from __future__ import annotations

from typing import Any

from millrace.ir.core import Block, Value


def fingerprint(block: Block, depth: int = 0, known: dict[Value, Any] | None = None) -> Any:
    """What the results of a block are made of, whatever the order and the names of its
    operations."""
    known = {} if known is None else known
    known.update((a, (depth, i)) for i, a in enumerate(block.args))
    for op in block:
        regions = tuple(fingerprint(r.block, depth + 1, known) for r in op.regions)
        attributes = tuple(sorted((k, repr(v)) for k, v in op.attributes.items()))
        made = hash((op.name, attributes, tuple(known[v] for v in op.operands), regions))
        known.update((r, (made, r.index)) for r in op.results)
    return tuple(known[v] for v in block.terminator.operands)
