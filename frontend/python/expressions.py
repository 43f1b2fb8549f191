"""Expressions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from millrace.frontend.python import attributes, calls, functions, reads
from millrace.frontend.python.branches import choose
from millrace.frontend.python.errors import JitError
from millrace.frontend.python.iteration import every_item
from millrace.frontend.python.operators import binary, compare, unary
from millrace.frontend.python.values import Abstract, Cell, DictRef, Known, Poison, Slice, Tuple
from millrace.ir.core import Value

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


Comprehension = ast.ListComp | ast.GeneratorExp | ast.DictComp | ast.SetComp


def evaluate(it: Interpreter, node: ast.expr) -> Abstract:
    """The value of an expression."""
    handler = _HANDLERS.get(type(node))
    with it.at(node):
        if handler is None:
            what = _NAMES.get(type(node), f"a {type(node).__name__} expression")
            raise it.fail("J052", what=what)
        return handler(it, node)


def _constant(it: Interpreter, node: ast.Constant) -> Abstract:
    return Known(node.value)


def _name(it: Interpreter, node: ast.Name) -> Abstract:
    return it.lookup(node.id)


def _tuple(it: Interpreter, node: ast.Tuple) -> Abstract:
    return Tuple(tuple(items(it, node.elts)))


def _list(it: Interpreter, node: ast.List) -> Abstract:
    return it.list_of(items(it, node.elts))


def items(it: Interpreter, nodes: Sequence[ast.expr]) -> list[Abstract]:
    """Values of expressions, ``*x`` among them."""
    out: list[Abstract] = []
    for n in nodes:
        if isinstance(n, ast.Starred):
            out += every_item(it, it.eval(n.value))
        else:
            out.append(it.eval(n))
    return out


def _dict(it: Interpreter, node: ast.Dict) -> Abstract:
    content: dict[Any, Abstract] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            other = it.eval(value)
            assert isinstance(other, DictRef)
            content |= it.state.heap[other.cell]
        else:
            content[it.known(it.eval(key), "a key")] = it.eval(value)
    return _dict_of(it, content)


def _dict_of(it: Interpreter, content: dict[Any, Abstract]) -> DictRef:
    cell = Cell()
    it.state.heap[cell] = content
    return DictRef(cell)


def _set(it: Interpreter, node: ast.Set) -> Abstract:
    return set_of(it, items(it, node.elts))


def set_of(it: Interpreter, content: Sequence[Abstract]) -> Abstract:
    """A set of objects that are known."""
    return Known(frozenset(it.known(v, "an item of a set") for v in content))


def _binary(it: Interpreter, node: ast.BinOp) -> Abstract:
    return binary(it, node.op, it.eval(node.left), it.eval(node.right))


def _unary(it: Interpreter, node: ast.UnaryOp) -> Abstract:
    return unary(it, node.op, it.eval(node.operand))


def _compare(it: Interpreter, node: ast.Compare) -> Abstract:
    """A chain is the conjunction of its parts, each operand evaluated once."""
    left = it.eval(node.left)

    def link(left: Abstract, i: int) -> Abstract:
        right = it.eval(node.comparators[i])
        first = compare(it, node.ops[i], left, right)
        if i + 1 == len(node.ops):
            return first
        return choose(it, it.truth(first), lambda: link(right, i + 1), lambda: first)

    return link(left, 0)


def _bool(it: Interpreter, node: ast.BoolOp) -> Abstract:
    """``and`` and ``or`` evaluate what they need, and give one of their operands."""
    wanted = isinstance(node.op, ast.And)

    def rest(i: int) -> Abstract:
        value = it.eval(node.values[i])
        if i + 1 == len(node.values):
            return value
        truth = it.truth(value)
        if wanted:
            return choose(it, truth, lambda: rest(i + 1), lambda: value)
        return choose(it, truth, lambda: value, lambda: rest(i + 1))

    return rest(0)


def _if(it: Interpreter, node: ast.IfExp) -> Abstract:
    with it.at(node.test):
        truth: bool | Value = it.truth(it.eval(node.test))
    return choose(it, truth, lambda: it.eval(node.body), lambda: it.eval(node.orelse))


def _walrus(it: Interpreter, node: ast.NamedExpr) -> Abstract:
    value = it.eval(node.value)
    it.assign_name(node.target.id, value)
    return value


def _slice(it: Interpreter, node: ast.Slice) -> Abstract:
    parts = [None if n is None else it.eval(n) for n in (node.lower, node.upper, node.step)]
    return Slice(*parts)


def _comprehension(it: Interpreter, node: ast.ListComp | ast.GeneratorExp) -> Abstract:
    """The items of a comprehension, one by one; its loops have a known number of steps."""
    return it.list_of(_each(it, node, lambda: it.eval(node.elt)))


def _dict_comprehension(it: Interpreter, node: ast.DictComp) -> Abstract:
    def pair() -> tuple[Any, Abstract]:
        return it.known(it.eval(node.key), "a key"), it.eval(node.value)

    return _dict_of(it, dict(_each(it, node, pair)))


def _set_comprehension(it: Interpreter, node: ast.SetComp) -> Abstract:
    return set_of(it, _each(it, node, lambda: it.eval(node.elt)))


T = TypeVar("T")


def _each(it: Interpreter, node: Comprehension, make: Callable[[], T]) -> list[T]:
    """What ``make`` gives in each step of a comprehension's loops."""
    out: list[T] = []

    def level(i: int) -> None:
        if i == len(node.generators):
            out.append(make())
            return
        clause = node.generators[i]
        for item in every_item(it, it.eval(clause.iter)):
            statements.assign(it, clause.target, item)
            if all(_certain(it, test) for test in clause.ifs):
                level(i + 1)

    saved = dict(it.state.frame.names)
    bound = {n.id for c in node.generators for n in ast.walk(c.target) if isinstance(n, ast.Name)}
    level(0)
    for name in bound:
        it.state.frame.names.pop(name, None)
        if name in saved:
            it.state.frame.names[name] = saved[name]
    return out


def _certain(it: Interpreter, test: ast.expr) -> bool:
    with it.at(test):
        truth = it.truth(it.eval(test))
        if isinstance(truth, bool):
            return truth
        raise it.fail("J053")


def _joined(it: Interpreter, node: ast.JoinedStr) -> Abstract:
    """Formatted text, of what is known; a text of values of run time has no use."""
    space: dict[str, Any] = {}
    parts: list[ast.expr] = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            value = it.eval(part.value)
            try:
                space[f"v{len(space)}"] = it.known(value, "a part of a text")
            except JitError:
                return Poison("J052", {"what": "a text of values of run time"})
            name = ast.Name(f"v{len(space) - 1}", ast.Load())
            part = ast.FormattedValue(name, part.conversion, part.format_spec)
        parts.append(part)
    text = ast.fix_missing_locations(ast.Expression(ast.JoinedStr(parts)))
    return Known(eval(compile(text, "<f-string>", "eval"), {"__builtins__": {}}, space))


def _lambda(it: Interpreter, node: ast.Lambda) -> Abstract:
    return functions.closure(it, node)


_HANDLERS: dict[type[ast.expr], Callable[[Interpreter, Any], Abstract]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Tuple: _tuple,
    ast.List: _list,
    ast.Dict: _dict,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _bool,
    ast.IfExp: _if,
    ast.NamedExpr: _walrus,
    ast.Slice: _slice,
    ast.Subscript: reads.subscript,
    ast.Attribute: attributes.attribute,
    ast.Call: calls.call,
    ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _dict_comprehension,
    ast.SetComp: _set_comprehension,
    ast.Set: _set,
    ast.JoinedStr: _joined,
    ast.Lambda: _lambda,
}

_NAMES: dict[type[ast.expr], str] = {
    ast.Yield: "yield",
    ast.YieldFrom: "yield",
    ast.Await: "await",
}

from millrace.frontend.python import statements  # noqa: E402  (statements evaluate expressions)
