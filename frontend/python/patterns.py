"""``match``: rewritten to ``if`` and ``elif`` on the subject, which has a name of its own."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from millrace.frontend.python.values import ListRef, Tuple

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter

SUBJECT = "<match>"
Bindings = list[tuple[str, ast.expr]]


def as_branches(it: Interpreter, node: ast.Match) -> list[ast.stmt]:
    """The cases as one chain of branches; the name ``SUBJECT`` holds what is matched."""
    chain: list[ast.stmt] = []
    for case in reversed(node.cases):
        subject = ast.copy_location(ast.Name(SUBJECT, ast.Load()), case.pattern)
        bound: Bindings = []
        test = _test(it, case.pattern, subject, bound)
        if case.guard is not None:
            test = _all(case.guard, [test, case.guard])
        names: list[ast.stmt] = [ast.Assign([ast.Name(n, ast.Store())], v) for n, v in bound]
        chain = [*names, ast.If(test, case.body, chain)]
        for s in chain:
            ast.fix_missing_locations(ast.copy_location(s, case.pattern))
    return chain


def _test(it: Interpreter, pattern: ast.pattern, subject: ast.expr, bound: Bindings) -> ast.expr:
    """Whether ``subject`` fits, as an expression; ``bound`` gets the names of the pattern."""
    made: Any
    if isinstance(pattern, ast.MatchValue):
        made = ast.Compare(subject, [ast.Eq()], [pattern.value])
    elif isinstance(pattern, ast.MatchSingleton):
        made = ast.Compare(subject, [ast.Is()], [ast.Constant(pattern.value)])
    elif isinstance(pattern, ast.MatchOr):
        made = ast.BoolOp(ast.Or(), [_test(it, p, subject, bound) for p in pattern.patterns])
    elif isinstance(pattern, ast.MatchAs):
        inner = [] if pattern.pattern is None else [_test(it, pattern.pattern, subject, bound)]
        bound += [(pattern.name, subject)] if pattern.name else []
        made = _all(pattern, inner)
    elif isinstance(pattern, ast.MatchSequence) and not _has_star(pattern):
        made = _sequence(it, pattern, subject, bound)
    else:
        raise it.fail("J054", pattern, what="this pattern", fix="write it with if and elif")
    test: ast.expr = ast.copy_location(made, pattern)
    return test


def _sequence(
    it: Interpreter, pattern: ast.MatchSequence, subject: ast.expr, bound: Bindings
) -> ast.expr:
    """Whether something is a sequence of so many items is known now."""
    from millrace.frontend.python.standard import length

    value = it.eval(ast.fix_missing_locations(subject))
    fits = isinstance(value, Tuple | ListRef)
    if not fits or it.known_int(length(it, value), "a length") != len(pattern.patterns):
        return ast.Constant(False)
    parts = [
        ast.Subscript(subject, ast.Constant(i), ast.Load()) for i in range(len(pattern.patterns))
    ]
    pairs = zip(pattern.patterns, parts, strict=True)
    tests = [_test(it, p, ast.copy_location(s, pattern), bound) for p, s in pairs]
    return _all(pattern, tests)


def _has_star(pattern: ast.MatchSequence) -> bool:
    return any(isinstance(p, ast.MatchStar) for p in pattern.patterns)


def _all(like: ast.AST, tests: list[ast.expr]) -> ast.expr:
    if not tests:
        return ast.Constant(True)
    made = tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)
    return ast.copy_location(made, like)
