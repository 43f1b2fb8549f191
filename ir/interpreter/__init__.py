"""Runs IR of any level with numpy: the oracle of tests and of ``--check-each``."""

from millrace.ir.interpreter.machine import DEFAULT_STEPS, Machine, StepLimit
from millrace.ir.interpreter.run import interpret, interpret_loop

__all__ = ["DEFAULT_STEPS", "Machine", "StepLimit", "interpret", "interpret_loop"]
