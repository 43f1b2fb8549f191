"""Scopes: what a name means, and which names a function assigns."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from millrace.frontend.python.source import FunctionNode, parameters
from millrace.frontend.python.state import Frame
from millrace.frontend.python.values import Abstract, Poison

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def find(it: Interpreter, frame: Frame, name: str) -> Abstract:
    """What ``name`` holds: local, of an enclosing function, of the module, of Python."""
    level: Frame | None = frame
    while level is not None:
        if name in level.names:
            return level.names[name]
        local = name in level.assigned and name not in level.globals | level.nonlocals
        if local:
            return Poison("J001", {"name": name})
        f = level.function
        if name in f.free:
            return it.wrap(f.free[name], f"the closure variable {name!r}")
        level = f.frame
    outside = frame.function.globals
    if name in outside:
        return it.wrap(outside[name], f"the global {name!r}")
    found = getattr(builtins, name, None)
    if found is None and name != "None":
        return Poison("J001", {"name": name})
    return it.wrap(found)


def assigned_names(node: FunctionNode) -> frozenset[str]:
    """Parameters and all names that the function's own body binds."""
    names = {a.arg for a in parameters(node)}
    body = node.body if isinstance(node.body, list) else [node.body]
    return frozenset(names | bound_in(body))


def bound_in(body: list[ast.stmt] | list[ast.expr]) -> set[str]:
    """Names that these statements bind, not those of nested functions."""
    found: set[str] = set()
    todo: list[ast.AST] = list(body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            found.add(node.id)
        elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name is not None:
            found.add(node.name)
        elif isinstance(node, _SCOPES):
            if not isinstance(node, ast.Lambda):
                found.add(node.name)
            continue
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(a.asname or a.name).partition(".")[0] for a in node.names}
        elif isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp):
            found |= _walrus_in(node)
            continue
        todo.extend(ast.iter_child_nodes(node))
    return found


def _walrus_in(node: ast.AST) -> set[str]:
    """Names that ``:=`` binds outside of a comprehension."""
    return {n.target.id for n in ast.walk(node) if isinstance(n, ast.NamedExpr)}


def rebound_in(body: list[ast.stmt]) -> set[str]:
    """Names that are bound by more than augmented assignment."""
    nodes = [n for s in body for n in ast.walk(s)]
    augmented = {id(n.target) for n in nodes if isinstance(n, ast.AugAssign)}
    matched = {n.name for n in nodes if isinstance(n, ast.MatchAs) and n.name is not None}
    return matched | {
        n.id
        for n in nodes
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and id(n) not in augmented
    }


def loaded_in(nodes: list[ast.AST]) -> set[str]:
    """Names that are read anywhere inside, nested functions included."""
    return {
        n.id
        for node in nodes
        for n in ast.walk(node)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }


def loaded_outside(function: FunctionNode, loop: ast.AST) -> set[str]:
    """Names that the function reads outside of ``loop``."""
    found: set[str] = set()
    todo: list[ast.AST] = [function]
    while todo:
        node = todo.pop()
        if node is loop:
            todo.extend(loop.orelse if isinstance(loop, ast.For | ast.While) else [])
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
        todo.extend(ast.iter_child_nodes(node))
    return found


def may_leave(body: list[ast.stmt]) -> bool:
    """Whether a loop with this body has a ``break`` of its own or a ``return``."""
    todo: list[tuple[ast.AST, bool]] = [(s, True) for s in body]
    while todo:
        node, mine = todo.pop()
        if isinstance(node, ast.Return) or (isinstance(node, ast.Break) and mine):
            return True
        if isinstance(node, _SCOPES):
            continue
        if isinstance(node, ast.For | ast.While):
            todo += [(n, False) for n in node.body]
            todo += [(n, mine) for n in node.orelse]
            continue
        todo += [(n, mine) for n in ast.iter_child_nodes(node)]
    return False
