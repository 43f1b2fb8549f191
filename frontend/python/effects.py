"""Statements that exist for their effects: ``assert``, ``raise``, ``import``."""

from __future__ import annotations

import ast
import importlib
from typing import TYPE_CHECKING

from millrace.frontend.python.flow import FLOW, RESULT, End, Flow, only
from millrace.frontend.python.values import Known
from millrace.ir.dialects.mr.control import Check

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


def assert_(it: Interpreter, node: ast.Assert) -> None:
    """A condition that is known is checked now; others at run time, if that was asked for."""
    truth = it.truth(it.eval(node.test))
    if truth is True:
        return
    if truth is False:
        text = "" if node.msg is None else f": {ast.unparse(node.msg)}"
        raise it.fail("J032", what=f"the assertion fails{text}")
    if it.check_asserts:
        text = _text(it, node.msg)
        message = f"AssertionError: {text}" if text else "AssertionError"
        it.emit.insert(Check(it.emit.extract(truth), code="raise", message=message))


def _text(it: Interpreter, node: ast.expr | None) -> str:
    """A message, as far as it is known now."""
    if node is None:
        return ""
    if isinstance(node, ast.Constant):
        return str(node.value)
    return ast.unparse(node)


def _exception(it: Interpreter, node: ast.expr | None) -> str:
    """``ValueError: text``."""
    if isinstance(node, ast.Call):
        words = ", ".join(_text(it, a) for a in node.args)
        name = ast.unparse(node.func).rpartition(".")[2]
        return f"{name}: {words}" if words else name
    return "Exception" if node is None else ast.unparse(node).rpartition(".")[2]


def raise_(it: Interpreter, node: ast.Raise) -> Flow:
    """Reached for certain, it is an error now; else it ends the run."""
    if it.emit.builder.block is it.entry:
        text = "an exception" if node.exc is None else ast.unparse(node.exc)
        raise it.fail("J032", what=f"this line raises {text}")
    never = it.emit.extract(it.emit.constant(False))
    it.emit.insert(Check(never, code="raise", message=_exception(it, node.exc)))
    it.state.frame.names[FLOW] = Known(int(End.RETURN))
    it.state.frame.names.pop(RESULT, None)
    return only(End.RETURN)


def import_(it: Interpreter, node: ast.Import | ast.ImportFrom) -> None:
    if isinstance(node, ast.Import):
        for alias in node.names:
            module = importlib.import_module(alias.name)
            top = importlib.import_module(alias.name.partition(".")[0])
            it.assign_name(
                alias.asname or alias.name.partition(".")[0],
                Known(module if alias.asname else top),
            )
        return
    package = it.state.frame.function.globals.get("__package__")
    module = importlib.import_module("." * node.level + (node.module or ""), package)
    for alias in node.names:
        it.assign_name(alias.asname or alias.name, it.wrap(getattr(module, alias.name)))
