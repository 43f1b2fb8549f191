"""Runs a model with run-time sizes beside the same model of fixed ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from millrace.ir.dialects.builtin import Module
from millrace.ir.errors import RunError
from millrace.ir.interpreter import interpret
from millrace.ir.types import TensorType
from millrace.passes.checking import difference, random_inputs
from millrace.passes.sizes.symbols import Sample

Array = np.ndarray[Any, Any]


def disagreement(joined: Module, sample: Sample, fixed: Module) -> str | None:
    """How the results of ``joined`` at ``sample`` differ from those of ``fixed``, the model of
    these sizes, on random inputs; None when they do not."""
    entry = fixed.entry
    types = entry.function_type.inputs[: entry.states_at]
    given = random_inputs(types)
    try:
        wanted = interpret(fixed, given)
    except RunError:
        return None  # it may fail on random inputs, whatever the sizes
    wide = joined.entry.function_type.inputs
    inputs = [_behind(x, t) for x, t in zip(given, wide, strict=False)]
    try:
        got = interpret(joined, [*inputs, *(np.array(n, np.int32) for n in sample)])
    except RunError as e:
        return str(e)
    if len(got) != len(wanted):
        return f"{len(got)} outputs instead of {len(wanted)}"
    for w, g in zip(wanted, got, strict=True):
        problem = difference(w, g[tuple(slice(n) for n in w.shape)])
        if problem is not None:
            return problem
    return None


def _behind(x: Array, t: Any) -> Array:
    """``x`` at the beginning of a tensor of the largest sizes; what must not matter follows."""
    assert isinstance(t, TensorType)
    if x.shape == t.shape:
        return x
    whole = np.full(t.shape, np.nan if x.dtype.kind in "fV" else 1).astype(x.dtype)
    whole[tuple(slice(n) for n in x.shape)] = x
    return whole
