"""Rows: the functional control of TensorFlow 2: calls, If, Case, While."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from millrace.frontend.emitter import element_of
from millrace.frontend.from_data import Growing, Growth
from millrace.frontend.tensorflow.graph import is_identity
from millrace.frontend.tensorflow.graphdef import FunctionName
from millrace.frontend.tensorflow.growth import Counter, counted, increment, known_integer
from millrace.frontend.tensorflow.items import Item, Variable, rewrapped, tensor_of
from millrace.frontend.tensorflow.table import Call, Results, Rows
from millrace.ir.core import Block, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr import compare
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import I1

Branch = Callable[[], list[Item]]


def call(c: Call) -> Results:
    return c.session.call_function(c.node.need("f", FunctionName).name, c, c.args)


def _truth(c: Call, item: Item) -> Value:
    """A condition as a truth value: TensorFlow takes numbers as well."""
    value = tensor_of(item)
    if value is None:
        raise c.node.error("the condition is no tensor")
    if element_of(value) == I1:
        return value
    return c.op(compare.NotEqual, value, c.emit.like(0, value))


# ---- If and Case


def if_(c: Call) -> Results:
    names = [c.node.need(k, FunctionName).name for k in ("then_branch", "else_branch")]
    rest = c.args[1:]
    then, other = (lambda n=n: c.session.call_function(n, c, rest) for n in names)
    return _branch(c, _truth(c, c.arg(0)), then, other)


def case(c: Call) -> Results:
    branches = [b for b in c.node.get("branches", list, []) if isinstance(b, FunctionName)]
    if not branches:
        raise c.node.error("no branches")
    index = c.arg(0)
    rest = c.args[1:]

    def choose(i: int) -> list[Item]:
        def take() -> list[Item]:
            return c.session.call_function(branches[i].name, c, rest)

        if i == len(branches) - 1:
            return take()
        here = c.op(compare.Equal, index, c.emit.like(i, index))
        return _branch(c, here, take, lambda: choose(i + 1))

    return choose(0)


def _branch(c: Call, condition: Value, then: Branch, other: Branch) -> list[Item]:
    known = c.emit.known(condition)
    if known is not None:
        return then() if bool(known.reshape(())) else other()
    scalar = c.emit.extract(condition)
    variables = c.session.variables
    before = dict(variables.current)
    sides: list[tuple[Block, list[Item], dict[str, Value]]] = []
    for run in (then, other):
        variables.current = dict(before)
        with c.emit.inside(Block()) as block:
            items = run()
        sides.append((block, items, variables.current))
    changed = _changed(before, [s[2] for s in sides])
    variables.current = before
    yields = []
    for block, items, after in sides:
        with c.emit.inside(block):
            written = [after.get(n, before.get(n)) for n in changed]
            values = [v for v in map(tensor_of, items) if v is not None]
            yields.append([*values, *(v for v in written if v is not None)])
            c.emit.insert(scf.Yield(yields[-1]))
    _agree(c, yields, sides[0][1], sides[1][1])
    op = scf.If(
        scalar,
        then_block=sides[0][0],
        else_block=sides[1][0],
        result_types=[v.type for v in yields[0]],
    )
    results = list(c.emit.insert(op).results)
    for name, value in zip(changed, results[len(results) - len(changed) :], strict=True):
        variables.current[name] = value
    return _take(sides[0][1], results)


def _changed(before: dict[str, Value], afters: Sequence[dict[str, Value]]) -> list[str]:
    """Variables that a branch assigned; one read for the first time has not changed."""
    return [n for n in before if any(a[n] is not before[n] for a in afters)]


def _agree(c: Call, yields: Sequence[Sequence[Value]], one: list[Item], two: list[Item]) -> None:
    types = [[v.type for v in y] for y in yields]
    handles = [[i for i in items if tensor_of(i) is None] for items in (one, two)]
    if types[0] != types[1] or handles[0] != handles[1]:
        shown = [", ".join(map(str, t)) for t in types]
        raise c.node.error(f"the branches give different types: {shown[0]} and {shown[1]}")


def _take(items: Sequence[Item], values: Sequence[Value]) -> list[Item]:
    """The items with new contents, in order; handles stay."""
    rest = iter(values)
    return [i if tensor_of(i) is None else rewrapped(i, next(rest)) for i in items]


# ---- While

MAX_ROUNDS = 8


@dataclass(frozen=True)
class _Loop:
    """``carried`` are the numbers of the values that change from step to step; ``states`` the
    variables that the body assigns."""

    c: Call
    condition: str
    body: str
    carried: list[int]
    states: list[str]

    def items(self, args: Sequence[Value]) -> list[Item]:
        """What the functions see: carried values are the block's arguments."""
        out = list(self.c.args)
        for i, value in zip(self.carried, args, strict=False):
            out[i] = rewrapped(out[i], value)
        current = self.c.session.variables.current
        current.update(zip(self.states, args[len(self.carried) :], strict=True))
        return out


def while_(c: Call) -> Results:
    """``scf.while``, imported again while carries are found that grow."""
    condition = c.node.need("cond", FunctionName).name
    body = c.node.need("body", FunctionName).name
    states = list(c.session.lessons.carried.get(c.path, {}))
    loop = _Loop(c, condition, body, _carried(c, body), states)
    variables = c.session.variables
    values = [v for i in loop.carried if (v := tensor_of(c.args[i])) is not None]
    values += [variables.read(Variable(n), c.node) for n in states]
    before = dict(variables.current)
    growing = Growing(c.bounds)
    for _ in range(MAX_ROUNDS):
        variables.current = dict(before)
        results, found = _import_while(loop, values, growing, before)
        if not found:
            variables.current = {**before, **dict(zip(states, results[1], strict=True))}
            return results[0]
        growing = growing.enlarged(found)
    raise c.node.error("the shapes of carried values change again and again")


def _import_while(
    loop: _Loop, values: Sequence[Value], growing: Growing, before: dict[str, Value]
) -> tuple[tuple[list[Item], Sequence[Value]], dict[int, Growth]]:
    """The items after the loop and the variables' values; or the carries that grow, newly found."""
    c, n = loop.c, len(loop.carried)
    inits = growing.inits(values)
    types = [v.type for v in inits]
    with c.emit.inside(Block(types)) as test:
        seen = growing.entered(test.args)
        (truth,) = c.session.call_function(loop.condition, c, loop.items(seen))
        c.emit.insert(scf.Condition(c.emit.extract(_truth(c, truth)), list(test.args)))
    with c.emit.inside(Block(types)) as step:
        seen = growing.entered(step.args)
        _count(loop, truth, test, step)
        items = c.session.call_function(loop.body, c, loop.items(seen))
        nexts = _nexts(loop, items)
        found = growing.found([f"{i}" for i in loop.carried], seen[:n], nexts)
        if found:
            c.emit.insert(scf.Yield([]))
            _discard(step, test)
            return ([], []), found
        _learn(loop, before, seen[n:])
        nexts += [c.session.variables.current[v] for v in loop.states]
        nexts = growing.nexts(step.args[len(values) :], seen, nexts)
        growing.check_bounds(nexts[len(values) :])
        c.emit.insert(scf.Yield(nexts))
    op = scf.While([c.emit.use(v) for v in inits], before=test, after=step, result_types=types)
    results = growing.entered(list(c.emit.insert(op).results))
    out = list(c.args)
    for i, value in zip(loop.carried, results, strict=False):
        out[i] = rewrapped(items[i], value)
    return (out, results[n:]), {}


def _discard(*blocks: Block) -> None:
    for block in blocks:
        for op in reversed(block.ops):
            Rewriter().erase(op)


def _count(loop: _Loop, truth: Item, test: Block, step: Block) -> None:
    """Note which values count steps: lists that grow with them have a bound."""
    c, session = loop.c, loop.c.session
    graph, results = session.body_of(loop.body, c.node), session.results_of(loop.body, c.node)
    constants = {
        a: n
        for i, a in enumerate(graph.arguments)
        if i not in loop.carried and (n := _known(c.args[i])) is not None
    }
    counters: dict[Value, Counter] = {}
    for k, i in enumerate(loop.carried):
        by = increment(graph, results[i], graph.arguments[i], constants)
        start = _known(c.args[i])
        if by is not None and start is not None:
            counters[test.args[k]] = Counter(start, by)
    if isinstance(truth, Value):
        found = counted(truth, counters)
        for mine, theirs in zip(step.args, test.args, strict=True):
            if theirs in found:
                session.counters[mine] = found[theirs]


def _known(item: Item) -> int | None:
    return known_integer(item) if isinstance(item, Value) else None


def _learn(loop: _Loop, before: dict[str, Value], states: Sequence[Value]) -> None:
    """Variables that the body assigns must be carried."""
    args = dict(zip(loop.states, states, strict=True))
    current = loop.c.session.variables.current
    known = {**before, **args}
    changed = [n for n in known if current[n] is not known[n]]
    loop.c.session.lessons.learn_carried(loop.c.path, changed)


def _carried(c: Call, body: str) -> list[int]:
    """The values that the body does not just hand on; handles are never carried."""
    session = c.session
    graph, results = session.body_of(body, c.node), session.results_of(body, c.node)
    if len(results) != len(c.args) or len(graph.arguments) != len(c.args):
        raise c.node.error(
            f"the body takes {len(graph.arguments)} and gives {len(results)} values for "
            f"{len(c.args)} carried ones"
        )
    return [
        i
        for i, ref in enumerate(results)
        if tensor_of(c.args[i]) is not None
        and graph.trace(ref, is_identity).node != graph.arguments[i]
    ]


def _nexts(loop: _Loop, items: Sequence[Item]) -> list[Value]:
    out = []
    for i in loop.carried:
        value = tensor_of(items[i])
        if value is None:
            raise loop.c.node.error(f"the carried value {i} becomes something that is no tensor")
        out.append(value)
    return out


def assert_(c: Call) -> Results:
    """Refused when known to fail; what depends on data is the model's own check, left out."""
    known = c.known(0)
    if known is not None and not bool(np.all(known)):
        raise c.node.error("the assertion fails")
    return []


ROWS: Rows = {
    "Assert": assert_,
    **dict.fromkeys(("PartitionedCall", "StatefulPartitionedCall"), call),
    **dict.fromkeys(("If", "StatelessIf"), if_),
    **dict.fromkeys(("Case", "StatelessCase"), case),
    **dict.fromkeys(("While", "StatelessWhile"), while_),
}
