"""The order of operations in a block: users after what they use."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from millrace.ir.core import Block, Operation


def successors(op: Operation, position: dict[Operation, int]) -> list[Operation]:
    """Operations of the same block that use the results, also from nested regions."""
    found = []
    for r in op.results:
        for user in r.users:
            outer: Operation | None = user
            while outer is not None and outer not in position:
                outer = outer.parent_op
            if outer is not None:
                found.append(outer)
    return found


def topological(nodes: list[list[Operation]], position: dict[Operation, int]) -> list[int]:
    """An order of groups of operations that respects all uses, otherwise that of the block: by
    where each group's last member stood."""
    node_of = {op: i for i, ops in enumerate(nodes) for op in ops}
    feeds = [
        {node_of[u] for op in ops for u in successors(op, position)} - {i}
        for i, ops in enumerate(nodes)
    ]
    needs = [0] * len(nodes)
    for targets in feeds:
        for j in targets:
            needs[j] += 1
    rank = [max(position[op] for op in ops) for ops in nodes]
    ready = [(rank[i], i) for i, n in enumerate(needs) if n == 0]
    heapify(ready)
    order: list[int] = []
    while ready:
        _, i = heappop(ready)
        order.append(i)
        for j in sorted(feeds[i]):
            needs[j] -= 1
            if needs[j] == 0:
                heappush(ready, (rank[j], j))
    assert len(order) == len(nodes), "operations depend on each other in a circle"
    return order


def sort_block(block: Block) -> None:
    """Bring the operations into an order that respects all uses, else as they stand."""
    ops = block.ops
    position = {op: i for i, op in enumerate(ops)}
    end = block.last
    for i in topological([[op] for op in ops], position):
        if ops[i] is not end:
            block._unlink(ops[i])
            block._insert_before(end, ops[i])
