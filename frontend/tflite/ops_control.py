"""Rows: control flow and variables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from millrace.frontend.emitter import type_of
from millrace.frontend.from_data import Growing, Growth
from millrace.frontend.tflite.model import Subgraph
from millrace.frontend.tflite.session import reachable
from millrace.frontend.tflite.table import Call, Item, Results, Rows, Variable
from millrace.ir.core import Block, Value
from millrace.ir.dialects import scf
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import Type, is_bool


def assigned_in(c: Call, *graphs: Subgraph) -> list[Variable]:
    """The variables that some of the graphs may assign."""
    inside = {g.index for root in graphs for g in reachable(c.session.model, root.index)}
    assigns = any(
        n.kind == "ASSIGN_VARIABLE" for i in inside for n in c.session.model.subgraphs[i].operators
    )
    return [v for v in c.session.written if (assigns if v.owner is None else v.owner in inside)]


def _need_values(c: Call, items: Sequence[Item], what: str) -> list[Value]:
    for i, item in enumerate(items):
        if not isinstance(item, Value):
            raise c.error(f"{what} {i} {item.describe}")
    return list(items)


def _types(values: Sequence[Value]) -> list[Type]:
    return [v.type for v in values]


def _condition(c: Call, value: Item) -> Value:
    if not isinstance(value, Value) or not is_bool(type_of(value).element):
        raise c.error("the condition is no truth value")
    return c.emit.extract(value)


# ---- IF


def if_(c: Call) -> Results:
    branches = [c.session.subgraph(c, c.option(name)) for name in ("then", "else")]
    known = c.known(0)
    if known is not None and known.size == 1:
        return c.session.run_graph(branches[0 if known.reshape(-1)[0] else 1], c.args[1:])
    variables = assigned_in(c, *branches)
    condition = _condition(c, c.arg(0))
    blocks = [_branch(c, g, variables) for g in branches]
    types = [_types(b.terminator.operands) for b in blocks]
    if types[0] != types[1]:
        raise c.error(f"the branches give different types: {_text(types[0])} and {_text(types[1])}")
    op = scf.If(condition, then_block=blocks[0], else_block=blocks[1], result_types=types[0])
    results = list(c.emit.insert(op).results)
    n = len(results) - len(variables)
    c.session.variables.update(zip(variables, results[n:], strict=True))
    return results[:n]


def _branch(c: Call, graph: Subgraph, variables: Sequence[Variable]) -> Block:
    saved = dict(c.session.variables)
    with c.emit.inside(Block()) as block:
        results = _need_values(c, c.session.run_graph(graph, c.args[1:]), "the branches' result")
        c.emit.insert(scf.Yield([*results, *(c.session.variables[v] for v in variables)]))
    c.session.variables = saved
    return block


def _text(types: Sequence[Type]) -> str:
    return ", ".join(map(str, types)) or "nothing"


# ---- WHILE

MAX_ROUNDS = 8


def while_(c: Call) -> Results:
    """``scf.while``, imported again while carries are found that grow. What the body hands on
    unchanged is not carried: it is read from outside."""
    cond, body = (c.session.subgraph(c, c.option(name)) for name in ("cond", "body"))
    count = len(c.args)
    if not count == len(body.inputs) == len(body.outputs) == len(cond.inputs):
        raise c.error("the loop's condition and body do not fit its inputs")
    once = len(set(body.inputs)) == count
    carried = [k for k in range(count) if not once or body.inputs[k] != body.outputs[k]]
    loop = _Loop(c, cond, body, carried, assigned_in(c, cond, body))
    growing = Growing(c.bounds)
    for _ in range(MAX_ROUNDS):
        results, found = loop.import_with(growing)
        if not found:
            return results
        growing = growing.enlarged(found)
    raise c.error("the shapes of carried values change again and again")


@dataclass(frozen=True)
class _Loop:
    """``carried`` are the numbers of the values that change from step to step."""

    c: Call
    cond: Subgraph
    body: Subgraph
    carried: Sequence[int]
    variables: Sequence[Variable]

    def import_with(self, growing: Growing) -> tuple[Results, dict[int, Growth]]:
        """The values after the loop; or the carries that grow, newly found."""
        c, n = self.c, len(self.carried)
        values = _need_values(c, [c.item(k) for k in self.carried], "the carried input")
        values += [c.session.variables[v] for v in self.variables]
        inits = growing.inits(values)
        types = _types(inits)
        saved = dict(c.session.variables)
        before, after = Block(types), Block(types)
        with c.emit.inside(before):
            going = c.session.run_graph(self.cond, self._enter(growing.entered(before.args)))
            if len(going) != 1:
                raise c.error(f"the condition has {len(going)} results")
            c.emit.insert(scf.Condition(_condition(c, going[0]), before.args))
        with c.emit.inside(after):
            seen = growing.entered(after.args)
            results = c.session.run_graph(self.body, self._enter(seen))
            nexts = _need_values(c, [results[k] for k in self.carried], "the carried result")
            found = growing.found([f"{k}" for k in self.carried], seen[:n], nexts)
            nexts += [c.session.variables[v] for v in self.variables]
            if not found:
                nexts = growing.nexts(after.args[len(values) :], seen, nexts)
                growing.check_bounds(nexts[len(values) :])
            c.emit.insert(scf.Yield(nexts))
        c.session.variables = saved
        if found:
            for block in (after, before):
                for op in reversed(block.ops):
                    Rewriter().erase(op)
            return [], found
        while_op = scf.While(
            [c.emit.use(v) for v in inits], before=before, after=after, result_types=types
        )
        last = growing.entered(list(c.emit.insert(while_op).results))
        c.session.variables.update(zip(self.variables, last[n:], strict=True))
        moved = dict(zip(self.carried, last, strict=False))
        return [moved.get(k, c.item(k)) for k in range(len(c.args))], {}

    def _enter(self, values: Sequence[Value]) -> list[Item]:
        """The arguments of a region's graph; variables are set to the region's own."""
        c = self.c
        new = dict(zip(self.carried, values, strict=False))
        inner = values[len(self.carried) :]
        c.session.variables.update(zip(self.variables, inner, strict=True))
        return [new.get(k, c.item(k)) for k in range(len(c.args))]


def call(c: Call) -> Results:
    return c.session.run_graph(c.session.subgraph(c, c.option("subgraph")), c.args)


def call_once(c: Call) -> Results:
    """Initialization has been done before the import of the graph."""
    return []


# ---- variables


def var_handle(c: Call) -> Results:
    return [resource(c.option("container"), c.option("name"))]


def resource(container: str, name: str) -> Variable:
    return Variable(f"{container}/{name}" if container else name)


def _variable(c: Call) -> Variable:
    item = c.item(0)
    if not isinstance(item, Variable):
        raise c.error("input 0 is no variable")
    return item


def read_variable(c: Call) -> Results:
    variable = _variable(c)
    value = c.session.variables.get(variable)
    if value is None:
        raise c.error(f"the variable {variable.name!r} is read before it has a value")
    return [value]


def assign_variable(c: Call) -> Results:
    variable, value = _variable(c), c.arg(1)
    old = c.session.variables.get(variable)
    if old is not None and old.type != value.type:
        raise c.error(f"the variable {variable.name!r} is {old.type}, assigned is {value.type}")
    c.session.variables[variable] = value
    return []


ROWS: Rows = {
    "ASSIGN_VARIABLE": assign_variable,
    "CALL": call,
    "CALL_ONCE": call_once,
    "IF": if_,
    "READ_VARIABLE": read_variable,
    "VAR_HANDLE": var_handle,
    "WHILE": while_,
}
