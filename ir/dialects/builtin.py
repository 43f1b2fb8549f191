"""The module: a list of functions and globals, and what passes must know of the target."""

from __future__ import annotations

from collections.abc import Sequence

from millrace.ir.attributes import Dense, FrozenDict
from millrace.ir.core import Block, Operation
from millrace.ir.dialects.func import Func
from millrace.ir.opdef import attr, region
from millrace.ir.types import Type


class Module(Operation):
    """``builtin.module``. ``target`` holds the target description as plain values (see
    ``passes/target.py``); ``strict`` forbids reassociation and contraction of floats.
    ``ranges`` is what calibration tells ``quantize`` of each real number of the entry."""

    name = "builtin.module"
    sym_name: str | None = attr(None)
    target: FrozenDict | None = attr(None)
    strict: bool = attr(False)
    ranges: Dense | None = attr(None, rare=True)
    block: Block = region()

    def infer(self) -> Sequence[Type]:
        return ()

    def functions(self) -> list[Func]:
        return [op for op in self.block if isinstance(op, Func)]

    def function(self, name: str) -> Func:
        """The function of that name; KeyError if there is none."""
        for f in self.functions():
            if f.sym_name == name:
                return f
        raise KeyError(name)

    @property
    def entry(self) -> Func:
        """The function whose ``role`` is ``entry``."""
        for f in self.functions():
            if f.role == "entry":
                return f
        raise KeyError("module has no entry function")
