"""Functions with source: what they are, and how a call runs them in the caller's place."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from types import FunctionType
from typing import TYPE_CHECKING

from millrace.frontend.python.branches import run
from millrace.frontend.python.flow import FLOW, RESULT, End, Flow
from millrace.frontend.python.names import assigned_names
from millrace.frontend.python.source import NoSource, free_names, source_of
from millrace.frontend.python.state import Frame
from millrace.frontend.python.values import Abstract, Cell, DictRef, Function, Known, Poison, Tuple

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter

Keywords = Mapping[str, Abstract]


def function_of(it: Interpreter, f: FunctionType) -> Function:
    """A Python function as a value."""
    try:
        source, node = source_of(f)
    except NoSource as e:
        raise it.fail("J010", name=f.__name__, reason=e) from None
    return Function(
        node,
        source,
        f.__name__,
        f.__globals__,
        free_names(f),
        None,
        tuple(it.wrap(v) for v in f.__defaults__ or ()),
        {k: it.wrap(v) for k, v in (f.__kwdefaults__ or {}).items()},
    )


def closure(it: Interpreter, node: ast.FunctionDef | ast.Lambda) -> Function:
    """A function that is defined in one that is being interpreted."""
    outer = it.state.frame
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    if decorators:
        raise it.fail("J040", decorators[0])
    defaults = tuple(it.eval(d) for d in node.args.defaults)
    pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    keywords = {a.arg: it.eval(d) for a, d in pairs if d is not None}
    name = node.name if isinstance(node, ast.FunctionDef) else "<lambda>"
    module = outer.function.globals
    return Function(node, outer.source, name, module, {}, outer, defaults, keywords)


def call_function(
    it: Interpreter, f: Function, args: Sequence[Abstract], keywords: Keywords
) -> Abstract:
    """Interpret ``f`` on the arguments."""
    if any(frame.function.node is f.node for frame in it.state.frames):
        raise it.fail("J014", name=f.name)
    names = bind(it, f, args, keywords)
    assert it.where is not None
    it.trail.append(it.where)
    try:
        return run_function(it, f, names)
    finally:
        it.trail.pop()


def run_function(it: Interpreter, f: Function, names: dict[str, Abstract]) -> Abstract:
    """The result of the body with the parameters bound."""
    frame = Frame(f, {**names, FLOW: Known(int(End.NEXT))})
    frame.assigned = assigned_names(f.node)
    it.state.frames.append(frame)
    try:
        with it.at(f.node, f.source):
            if isinstance(f.node, ast.Lambda):
                return it.eval(f.node.body)
            _reject_generators(it, f.node)
            flow = _body(it, f.node)
            return _result(it, flow)
    finally:
        it.state.frames.pop()


def _body(it: Interpreter, node: ast.FunctionDef) -> Flow:
    from millrace.frontend.python.statements import block_steps

    steps = block_steps(it, node.body)
    if not isinstance(node.body[-1], ast.Return) and _returns(node):
        # The end of a function that returns elsewhere is a return as well.
        steps.append(lambda rest: (_return_none(it), False))
    return run(it, steps)


def _returns(node: ast.FunctionDef) -> bool:
    return any(isinstance(n, ast.Return) and n.value is not None for n in ast.walk(node))


def _return_none(it: Interpreter) -> Flow:
    it.state.frame.names[RESULT] = Known(None)
    it.state.frame.names[FLOW] = Known(int(End.RETURN))
    return Flow(frozenset({End.RETURN}))


def _result(it: Interpreter, flow: Flow) -> Abstract:
    value = it.state.frame.names.get(RESULT)
    if value is None:
        return Known(None)
    if isinstance(value, Poison):
        raise it.fail(value.code, notes=value.notes, **value.fields)
    return value


def _reject_generators(it: Interpreter, node: ast.FunctionDef) -> None:
    for n in ast.walk(node):
        if isinstance(n, ast.Yield | ast.YieldFrom):
            raise it.fail("J036", n)


# ---- arguments


def bind(
    it: Interpreter, f: Function, args: Sequence[Abstract], keywords: Keywords
) -> dict[str, Abstract]:
    """Parameters to values, as Python does it."""
    a = f.node.args
    positional = [p.arg for p in (*a.posonlyargs, *a.args)]
    names: dict[str, Abstract] = dict(zip(positional, args, strict=False))
    extra = list(args[len(positional) :])
    if a.vararg is not None:
        names[a.vararg.arg] = Tuple(tuple(extra))
    elif extra:
        raise _misfit(it, f, f"takes {len(positional)} arguments, {len(args)} are given")
    spare: dict[str, Abstract] = {}
    only_positional = {p.arg for p in a.posonlyargs}
    allowed = {*positional, *(p.arg for p in a.kwonlyargs)} - only_positional
    for name, value in keywords.items():
        if name in allowed and name not in names:
            names[name] = value
        elif name in allowed:
            raise _misfit(it, f, f"gets {name!r} twice")
        elif a.kwarg is not None:
            spare[name] = value
        else:
            raise _misfit(it, f, f"has no parameter {name!r}")
    if a.kwarg is not None:
        cell = Cell()
        it.state.heap[cell] = spare
        names[a.kwarg.arg] = DictRef(cell)
    defaults = dict(zip(reversed(positional), reversed(f.defaults), strict=False))
    for p in [*positional, *(p.arg for p in a.kwonlyargs)]:
        if p not in names:
            default = defaults.get(p, f.keyword_defaults.get(p))
            if default is None:
                raise _misfit(it, f, f"needs an argument for {p!r}")
            names[p] = default
    return names


def _misfit(it: Interpreter, f: Function, reason: str) -> Exception:
    return it.fail("J013", name=f.name, reason=reason, fix=f"{f.name}({ast.unparse(f.node.args)})")
