"""Statements."""

from __future__ import annotations

import ast
import contextlib
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.frontend.python import loops, writes
from millrace.frontend.python.branches import Code, Step, branch, run, set_end
from millrace.frontend.python.flow import NEXT, RESULT, End, Flow, only
from millrace.frontend.python.iteration import every_item
from millrace.frontend.python.operators import augmented
from millrace.frontend.python.patterns import SUBJECT, as_branches
from millrace.frontend.python.values import Abstract, Known, Poison

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


def block_steps(it: Interpreter, body: Sequence[ast.stmt]) -> list[Step]:
    """The statements of a block, to be run by :func:`branches.run`."""
    return [partial(execute, it, s) for s in body]


def execute(it: Interpreter, node: ast.stmt, rest: Code | None) -> tuple[Flow, bool]:
    """Run one statement; the second result says whether ``rest`` has been run as well."""
    with it.at(node):
        if isinstance(node, ast.If):
            return _if(it, node, rest)
        handler = _HANDLERS.get(type(node))
        if handler is None:
            what = _NAMES.get(type(node), f"a {type(node).__name__} statement")
            raise it.fail("J011", what=what)
        return handler(it, node) or NEXT, False


# ---- control flow


def _if(it: Interpreter, node: ast.If, rest: Code | None) -> tuple[Flow, bool]:
    with it.at(node.test):
        truth = it.truth(it.eval(node.test))
    if isinstance(truth, bool):
        return run(it, block_steps(it, node.body if truth else node.orelse)), False
    return branch(
        it,
        truth,
        lambda: run(it, block_steps(it, node.body)),
        lambda: run(it, block_steps(it, node.orelse)),
        rest,
    )


def _match(it: Interpreter, node: ast.Match) -> Flow:
    it.state.frame.names[SUBJECT] = it.eval(node.subject)
    return run(it, block_steps(it, as_branches(it, node)))


def _with(it: Interpreter, node: ast.With) -> Flow:
    """Contexts that say how numpy warns have no meaning here, and no other is known."""
    for item in node.items:
        call = item.context_expr
        with it.at(call):
            f = it.eval(call.func) if isinstance(call, ast.Call) else None
            if not (isinstance(f, Known) and f.value in _CONTEXTS) or item.optional_vars:
                raise it.fail("J011", what=f"with {ast.unparse(call)}")
    return run(it, block_steps(it, node.body))


def _end(end: End) -> Callable[[Interpreter, Any], Flow]:
    def handler(it: Interpreter, node: Any) -> Flow:
        set_end(it, end)
        return only(end)

    return handler


def _return(it: Interpreter, node: ast.Return) -> Flow:
    value = it.eval(node.value) if node.value is not None else Known(None)
    it.assign_name(RESULT, value)
    set_end(it, End.RETURN)
    return only(End.RETURN)


# ---- assignment


def _assign(it: Interpreter, node: ast.Assign) -> None:
    value = it.eval(node.value)
    for target in node.targets:
        assign(it, target, value)


def _annotated(it: Interpreter, node: ast.AnnAssign) -> None:
    if node.value is not None:
        assign(it, node.target, it.eval(node.value))


def assign(it: Interpreter, target: ast.expr, value: Abstract) -> None:
    """Bind a target: a name, an element, a tuple of targets."""
    if isinstance(target, ast.Name):
        it.assign_name(target.id, value)
    elif isinstance(target, ast.Tuple | ast.List):
        _unpack(it, target, value)
    elif isinstance(target, ast.Subscript):
        with it.at(target):
            writes.write(it, target, value)
    else:
        with it.at(target):
            raise it.fail("J038", name=ast.unparse(target))


def _unpack(it: Interpreter, target: ast.Tuple | ast.List, value: Abstract) -> None:
    items = every_item(it, value)
    targets = target.elts
    star = next((i for i, t in enumerate(targets) if isinstance(t, ast.Starred)), None)
    least = len(targets) - (star is not None)
    if len(items) < least or (star is None and len(items) > least):
        raise it.fail("J024", target, count=len(items), names=len(targets))
    if star is not None:
        end = len(items) - (len(targets) - star - 1)
        items = [*items[:star], it.list_of(items[star:end]), *items[end:]]
    for t, v in zip(targets, items, strict=True):
        assign(it, t.value if isinstance(t, ast.Starred) else t, v)


def _augmented(it: Interpreter, node: ast.AugAssign) -> None:
    target = node.target
    if isinstance(target, ast.Name):
        old = it.lookup(target.id)
        value = it.eval(node.value)
        new = augmented(it, node.op, old, value, target.id)
        if new is not old:
            it.assign_name(target.id, new)
    elif isinstance(target, ast.Subscript):
        writes.update(it, target, node.op, node.value)
    else:
        assign(it, target, Known(None))


def _delete(it: Interpreter, node: ast.Delete) -> None:
    for target in node.targets:
        if not isinstance(target, ast.Name):
            raise it.fail("J039")
        it.lookup(target.id)
        it.state.frame.names[target.id] = Poison("J001", {"name": target.id})


# ---- the rest


def _expression(it: Interpreter, node: ast.Expr) -> None:
    if not isinstance(node.value, ast.Constant):
        it.eval(node.value)


def _nothing(it: Interpreter, node: ast.stmt) -> None:
    pass


def _define(it: Interpreter, node: ast.FunctionDef) -> None:
    from millrace.frontend.python.functions import closure

    it.assign_name(node.name, closure(it, node))


def _scope(it: Interpreter, node: ast.Global | ast.Nonlocal) -> None:
    kind = "globals" if isinstance(node, ast.Global) else "nonlocals"
    getattr(it.state.frame, kind).update(node.names)


def _assert(it: Interpreter, node: ast.Assert) -> None:
    from millrace.frontend.python.effects import assert_

    assert_(it, node)


def _raise(it: Interpreter, node: ast.Raise) -> Flow:
    from millrace.frontend.python.effects import raise_

    return raise_(it, node)


def _import(it: Interpreter, node: ast.Import | ast.ImportFrom) -> None:
    from millrace.frontend.python.effects import import_

    import_(it, node)


_CONTEXTS = (np.errstate, warnings.catch_warnings, contextlib.nullcontext)
_HANDLERS: dict[type[ast.stmt], Callable[[Interpreter, Any], Flow | None]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Delete: _delete,
    ast.Expr: _expression,
    ast.Pass: _nothing,
    ast.For: loops.for_,
    ast.While: loops.while_,
    ast.Break: _end(End.BREAK),
    ast.Continue: _end(End.CONTINUE),
    ast.Return: _return,
    ast.FunctionDef: _define,
    ast.Global: _scope,
    ast.Nonlocal: _scope,
    ast.Assert: _assert,
    ast.Raise: _raise,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Match: _match,
    ast.With: _with,
}

_NAMES: dict[type[ast.stmt], str] = {
    ast.Try: "try",
    ast.ClassDef: "a class definition",
    ast.AsyncFunctionDef: "async",
    ast.AsyncFor: "async",
    ast.AsyncWith: "async",
}
