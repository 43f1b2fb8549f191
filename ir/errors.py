"""Errors a user can cause. Everything below the command line raises one of these."""

from __future__ import annotations


class MillraceError(Exception):
    """Base of all errors that name something in the user's input."""


class CompileError(MillraceError):
    """The model cannot be compiled; the message names file, node or line and what to do."""


class RunError(MillraceError):
    """A compiled model was called wrongly, or failed at run time (index out of range, ...)."""


class IRError(CompileError):
    """An operation is ill-formed: wrong operand types, shapes or attributes."""


class ParseError(CompileError):
    """IR text that cannot be parsed; the message has line, column and a caret."""
