"""Millrace's functional forms: plain Python runs them as they are."""

from __future__ import annotations

from typing import Any

import numpy as np

# mypy: disable-error-code="no-any-return"


def rnn(cell: Any, xs: Any, initial_state: Any) -> Any:
    """Run a recurrent cell over the rows of ``xs``: ``cell(x, state)``, or the ``call`` of an
    object, gives (output, next state). Returns all outputs and the last state."""
    step = getattr(cell, "call", cell)
    outputs = []
    state = initial_state
    for x in xs:
        y, state = step(x, state)
        outputs.append(y)
    return np.stack(outputs), state


def cond(pred: Any, true_fn: Any, false_fn: Any, *operands: Any) -> Any:
    """``true_fn(*operands)`` if ``pred`` else ``false_fn(*operands)``."""
    if pred:
        return true_fn(*operands)
    return false_fn(*operands)


def while_loop(cond_fn: Any, body_fn: Any, init: Any) -> Any:
    """``body_fn`` of the value for as long as ``cond_fn`` of it holds."""
    value = init
    while cond_fn(value):
        value = body_fn(value)
    return value


def scan(f: Any, init: Any, xs: Any) -> Any:
    """``f(carry, x)`` gives (carry, y) for each row of ``xs``: the last carry and all y."""
    carry = init
    ys = []
    for x in xs:
        carry, y = f(carry, x)
        ys.append(y)
    return carry, np.stack(ys)


def map_rows(f: Any, xs: Any) -> Any:
    """``f`` of each row of ``xs``, as one array."""
    ys = []
    for x in xs:
        ys.append(f(x))
    return np.stack(ys)


def fold(f: Any, init: Any, xs: Any) -> Any:
    """``f(carry, x)`` over the rows of ``xs``, from ``init`` on."""
    carry = init
    for x in xs:
        carry = f(carry, x)
    return carry
