"""``--check-each``: interprets the module on random inputs after each pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func
from millrace.ir.errors import CompileError, RunError
from millrace.ir.interpreter import StepLimit, interpret, interpret_loop
from millrace.ir.types import ShapedType, TensorType, Type, tensor
from millrace.passes.base import Pass, PassContext

SEED = 20240229
RELATIVE = 1e-4
"""Largest difference of a float element, as a share of the largest magnitude of its tensor."""
MAX_STEPS = 1_000_000

Array = np.ndarray[Any, Any]


def random_inputs(types: tuple[Type, ...], seed: int = SEED) -> list[Array]:
    """Normal floats; small non-negative integers, since many are indices; coin-toss truths."""
    rng = np.random.default_rng(seed)
    out = []
    for t in types:
        shape = t.shape if isinstance(t, ShapedType) else ()
        dtype = getattr(t, "dtype", np.dtype(np.float32))
        if dtype == np.bool_ or dtype.kind in "iu":
            out.append(rng.integers(0, 2, shape).astype(dtype))
        else:
            out.append(rng.standard_normal(shape).astype(dtype))
    return [np.asarray(x) for x in out]


def difference(expected: Array, got: Array) -> str | None:
    """What differs between two results, or None when they agree."""
    if expected.shape != got.shape:
        return f"shape {got.shape} instead of {expected.shape}"
    if expected.dtype != got.dtype:
        same_bits = expected.dtype.kind in "iu" and got.dtype.kind in "iu"
        if not same_bits or expected.dtype.itemsize != got.dtype.itemsize:
            return f"dtype {got.dtype} instead of {expected.dtype}"
        got = got.view(expected.dtype)
    if expected.dtype.kind in "iub":
        wrong = expected != got
        limit = 0.0
    else:
        x, y = np.asarray(expected, np.float64), np.asarray(got, np.float64)
        finite = np.abs(x[np.isfinite(x)])
        relative = 2.0**-7 if expected.dtype.itemsize == 2 else RELATIVE
        limit = relative * float(finite.max(initial=0.0)) + 1e-30
        with np.errstate(invalid="ignore"):
            close = (np.abs(x - y) <= limit) | (x == y) | (np.isnan(x) & np.isnan(y))
        wrong = ~close
    if not wrong.any():
        return None
    at = tuple(int(i) for i in np.argwhere(wrong)[0])
    return (
        f"{int(wrong.sum())} of {wrong.size} elements differ, first at {at}: "
        f"{got[at]} instead of {expected[at]} (allowed: {limit:g})"
    )


def output_types(entry: Func) -> list[TensorType]:
    """The tensors that an entry function gives, flat once it is bufferized."""
    types = entry.function_type.results
    if entry.num_inputs is not None:
        types = entry.function_type.inputs[entry.num_inputs :]
        if entry.result_names is not None:  # the arena may follow
            types = types[: len(entry.result_names)]
    return [
        t if isinstance(t, TensorType) else tensor(t.shape, t.element)
        for t in types
        if isinstance(t, ShapedType)
    ]


class EachPassCheck:
    """Holds the inputs and the results of the module as it was before the first pass."""

    def __init__(self, module: Module, ctx: PassContext) -> None:
        self.ctx = ctx
        entry = module.entry
        self.inputs = random_inputs(entry.function_type.inputs[: entry.num_inputs])
        self.types = output_types(entry)
        self.expected: list[Array] | None = None
        self.checked = 0
        self.skipped: list[str] = []
        try:
            self.expected = self._run(module)
        except RunError as error:
            ctx.remark("check-each", f"nothing checked: the model fails on random inputs: {error}")

    def after(self, p: Pass, module: Module) -> None:
        """CompileError when the module no longer computes the same."""
        if self.expected is None:
            self.skipped.append(p.name)
            return
        try:
            got = self._run(module)
        except StepLimit:
            self.skipped.append(p.name)
            self.ctx.remark(
                "check-each", f"not checked after {p.name}: more than {MAX_STEPS} steps"
            )
            return
        except RunError as error:
            raise CompileError(
                f"check-each: after pass {p.name} the model fails: {error}"
            ) from error
        for i, (x, y) in enumerate(zip(self.expected, got, strict=True)):
            wrong = difference(x, y)
            if wrong is not None:
                raise CompileError(f"check-each: pass {p.name} changes output {i}: {wrong}")
        self.checked += 1

    def summary(self) -> str:
        """How many passes were checked, and after which the module was not interpreted."""
        skipped = f"; not checked: {', '.join(self.skipped)}" if self.skipped else ""
        return f"check-each: the same results after {self.checked} passes{skipped}"

    def _run(self, module: Module) -> list[Array]:
        if module.entry.num_inputs is None:
            return interpret(module, self.inputs, max_steps=MAX_STEPS)
        return interpret_loop(module, self.inputs, self.types, max_steps=MAX_STEPS)
