"""How long a list becomes that grows by one element a step: loops whose steps can be counted
before they are imported as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from millrace.frontend.tensorflow.graph import IDENTITIES, SWITCHES, Graph, Ref
from millrace.frontend.tensorflow.graphdef import Node
from millrace.frontend.tensorflow.table import Call
from millrace.frontend.tensorflow.tensors import Array
from millrace.ir.core import Value
from millrace.ir.dialects.mr import bits, compare, flow
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.movement import Reshape

_ADDITIONS = frozenset({"Add", "AddV2"})


@dataclass(frozen=True)
class Counter:
    """Starts at ``start`` and grows by ``step`` at each of the ``trip`` steps of a loop."""

    start: int
    step: int
    trip: int = 0

    @property
    def bound(self) -> int:
        """One more than the largest value in a step of the loop; 0 when there is no step."""
        return self.start + self.step * (self.trip - 1) + 1 if self.trip > 0 else 0

    def steps_below(self, limit: int) -> int:
        return max(0, -(-(limit - self.start) // self.step))


def counted(truth: Value, counters: Mapping[Value, Counter]) -> dict[Value, Counter]:
    """The counters with the number of steps that the loop's condition allows; nothing unless the
    condition is made of comparisons of counters with known limits only."""
    limits = _limits(truth, counters)
    if not limits:
        return {}
    trip = min(limits)
    return {v: Counter(k.start, k.step, trip) for v, k in counters.items()}


def _limits(truth: Value, counters: Mapping[Value, Counter]) -> list[int] | None:
    """Numbers of steps, of which the least counts; None when something else can end the loop."""
    op = truth.defining_op
    if isinstance(op, bits.And):
        sides = [_limits(v, counters) for v in op.operands]
        return None if None in sides else [n for s in sides if s is not None for n in s]
    if not isinstance(op, compare.Less):
        return None
    counter, limit = counters.get(op.operands[0]), known_integer(op.operands[1])
    return None if counter is None or limit is None else [counter.steps_below(limit)]


def known_integer(value: Value) -> int | None:
    """The only element of a constant, which may have entered a loop."""
    op = value.defining_op
    if isinstance(op, flow.Enter):
        op = op.data.defining_op
    if not isinstance(op, Constant):
        return None
    return _integer(op.value.array)


def _integer(array: object) -> int | None:
    if not hasattr(array, "dtype"):
        return None
    found: Array = array  # type: ignore[assignment]
    return int(found.reshape(())) if found.size == 1 and found.dtype.kind in "iu" else None


def increment(graph: Graph, result: Ref, own: str, known: Mapping[str, int]) -> int | None:
    """The positive constant that a loop's body adds to a value; ``own`` is the node or argument
    that the value is in the body, ``known`` has arguments that are constants."""

    def through(node: Node, _: Ref) -> bool:
        return node.op in IDENTITIES or node.op in SWITCHES

    add = graph.producer(graph.trace(result, through))
    if add is None or add.op not in _ADDITIONS:
        return None
    sources = [graph.trace(r, through) for r in graph.data_inputs(add)]
    others = [s for s in sources if s.node != own]
    if len(others) != 1 or len(sources) != 2:
        return None
    node = graph.producer(others[0])
    step = known.get(others[0].node) if node is None else _integer(node.attributes.get("value"))
    return step if step is not None and step > 0 else None


# ---- whose index is it


def bound_of(c: Call, index: Value) -> int | None:
    """One more than the largest value that ``index`` takes, when it counts the steps of a loop."""
    op = index.defining_op
    while isinstance(op, Cast | Reshape):
        index = op.operands[0]
        op = index.defining_op
    counter = c.session.counters.get(index)
    if counter is None and isinstance(op, flow.Switch):
        counter = _of_frame(c, op)
    return None if counter is None or counter.start < 0 else counter.bound


def _of_frame(c: Call, switch: flow.Switch) -> Counter | None:
    """The counter of a dataflow loop that a value comes from."""
    condition = switch.predicate.defining_op
    if not isinstance(condition, flow.LoopCond):
        return None
    counters: dict[Value, Counter] = {}
    for value in [switch.data, *_compared(condition.data)]:
        found = _merged(c, value)
        if found is not None:
            counters[value] = found
    return counted(condition.data, counters).get(switch.data)


def _compared(truth: Value) -> Sequence[Value]:
    op = truth.defining_op
    if isinstance(op, bits.And):
        return [v for side in op.operands for v in _compared(side)]
    return [op.operands[0]] if isinstance(op, compare.Less) else []


def _merged(c: Call, value: Value) -> Counter | None:
    merge = value.defining_op
    node = c.graph.nodes.get(merge.loc.name or "") if isinstance(merge, flow.Merge) else None
    back = None if node is None else c.graph.back_edge(node)
    if merge is None or node is None or back is None:
        return None
    source = c.graph.producer(back)
    assert source is not None
    start = known_integer(merge.operands[0])
    step = increment(c.graph, c.graph.data_inputs(source)[0], node.name, {})
    return None if start is None or step is None else Counter(start, step)
