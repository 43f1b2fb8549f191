"""The interpreter's engine: environments, blocks, calls and the step limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func
from millrace.ir.errors import RunError
from millrace.ir.interpreter import scalars
from millrace.ir.types import (
    DYNAMIC,
    MemRefType,
    ShapedType,
    TensorType,
    Type,
    VectorType,
)

Env = dict[Value, Any]
Handler = Callable[["Machine", Any, list[Any]], Sequence[Any]]
"""Gives the results from the operand values; nested blocks run through the machine."""

DEFAULT_STEPS = 50_000_000
MAX_CALL_DEPTH = 64


class StepLimit(RunError):
    """The step limit of the interpreter is reached."""


class Machine:
    """Runs the functions of one module.

    Values are numpy arrays (tensors, flat buffers, vectors) and numpy scalars. ``dims`` holds
    the index grids of the ``linalg.generic`` that is being evaluated."""

    def __init__(self, module: Module, max_steps: int = DEFAULT_STEPS) -> None:
        self.module = module
        self.max_steps = max_steps
        self.steps = 0
        self.depth = 0
        self.env: Env = {}
        self.dims: tuple[Any, ...] = ()
        self._steps: dict[Block, list[Step]] = {}
        self.functions = {f.sym_name: f for f in module.functions()}
        self.globals = _globals(module)

    def call(self, function: Func, args: Sequence[Any]) -> list[Any]:
        """Run a function in a fresh environment."""
        if self.depth >= MAX_CALL_DEPTH:
            raise RunError(f"@{function.sym_name}: calls nested more than {MAX_CALL_DEPTH} deep")
        saved = self.env
        self.env = {}
        self.depth += 1
        try:
            return self.run_block(function.block, args)
        finally:
            self.env = saved
            self.depth -= 1

    def run_block(self, block: Block, args: Sequence[Any]) -> list[Any]:
        """Bind the arguments, run the operations; the terminator's operand values."""
        env = self.env
        for arg, value in zip(block.args, args, strict=True):
            env[arg] = value
        for step in self.steps_of(block):
            self.execute(step)
        end = block.terminator
        self._count(end)
        return [env[v] for v in end.operands]

    def execute(self, step: Step) -> None:
        """Run one operation, bind its results and let go of what it used last."""
        self._count(step.op)
        env = self.env
        try:
            args = [env[v] for v in step.operands]
            if step.function is not None:
                env[step.results[0]] = step.function(*args)
            else:
                results = step.handler(self, step.op, args)
                for r, value in zip(step.results, results, strict=True):
                    env[r] = value
        except (ArithmeticError, LookupError, TypeError, ValueError, MemoryError) as error:
            raise RunError(f"{step.op!r}: {type(error).__name__}: {error}") from error
        for v in step.dead:
            del env[v]

    def _count(self, op: Operation) -> None:
        self.steps += 1
        if self.steps > self.max_steps:
            raise StepLimit(f"interpreter: more than {self.max_steps} steps, at {op!r}")

    def steps_of(self, block: Block) -> list[Step]:
        """The operations of a block but its terminator, made ready once."""
        steps = self._steps.get(block)
        if steps is None:
            dead = last_uses(block)
            end = block.terminator
            steps = [Step(op, dead.get(op, ())) for op in block if op is not end]
            self._steps[block] = steps
        return steps


class Step:
    """One operation ready to run: through ``function`` when it is scalar arithmetic, through
    ``handler`` otherwise."""

    __slots__ = ("dead", "function", "handler", "op", "operands", "results")

    def __init__(self, op: Operation, dead: Sequence[Value] = ()) -> None:
        self.op = op
        self.operands = tuple(op.operands)
        self.results = tuple(op.results)
        self.dead = tuple(dead)
        self.handler = handler_of(type(op))
        self.function = scalars.bind(op) if self.handler is _scalar else None


def last_uses(block: Block) -> dict[Operation, list[Value]]:
    """The tensors of a block that nobody needs after each of its operations."""
    last: dict[Value, Operation] = {}
    for op in block:
        last.update((r, op) for r in op.results if isinstance(r.type, TensorType))
        for inner in op.walk():
            last.update((v, op) for v in inner.operands if v in last)
    out: dict[Operation, list[Value]] = {}
    for v, op in last.items():
        if op is not block.last:
            out.setdefault(op, []).append(v)
    return out


def _globals(module: Module) -> dict[str, np.ndarray[Any, Any]]:
    from millrace.ir.dialects.memref import Global

    return {g.sym_name: g.value.array for g in module.block if isinstance(g, Global)}


def handler_of(cls: type[Operation]) -> Handler:
    """The handler of an operation class, or of its nearest base class that has one."""
    table = _handlers()
    for base in cls.__mro__:
        if issubclass(base, Operation):
            if base in table:
                return table[base]
            if scalars.is_scalar_op(base):
                return _scalar
    raise RunError(f"{cls.name}: the interpreter cannot run it")


def _scalar(machine: Machine, op: Operation, args: list[Any]) -> Sequence[Any]:
    return (scalars.apply(op, *args),)


@cache
def _handlers() -> Mapping[type[Operation], Handler]:
    from millrace.ir.interpreter import arm, control, loop, structured, tensors

    table: dict[type[Operation], Handler] = {}
    for part in (
        control.HANDLERS,
        tensors.HANDLERS,
        structured.HANDLERS,
        loop.HANDLERS,
        arm.HANDLERS,
    ):
        table.update(part)
    return table


def coerce(value: Any, type: Type, what: str) -> Any:
    """``value`` as an argument of ``type``: the same bits where only the sign of the integers
    differs; RunError when shape or dtype do not fit."""
    if isinstance(type, VectorType):
        raise RunError(f"{what}: {type} cannot be passed")
    assert isinstance(type, ShapedType) or hasattr(type, "dtype"), type
    array = np.asarray(value)
    wanted = type.dtype
    if array.dtype != wanted:
        both_integers = array.dtype.kind in "iu" and wanted.kind in "iu"
        if not both_integers or array.dtype.itemsize != wanted.itemsize:
            raise RunError(f"{what}: expected {type}, got dtype {array.dtype}")
        array = array.view(wanted)
    if isinstance(type, MemRefType):
        return array.reshape(-1)
    shape = type.shape if isinstance(type, ShapedType) else ()
    if not fits(array.shape, type):
        raise RunError(f"{what}: expected shape {shape}, got {array.shape}")
    return array if isinstance(type, ShapedType) else array[()]


def fits(shape: tuple[int, ...], type: Type) -> bool:
    """True when an array of that shape is a value of the type, at its bounds at most."""
    if not isinstance(type, TensorType):
        return not shape
    return len(shape) == type.rank and all(
        n == d or (d == DYNAMIC and n <= most)
        for n, d, most in zip(shape, type.shape, type.max_shape, strict=True)
    )
