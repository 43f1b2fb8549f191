"""Operators that are a whole recurrence, over two calls, against loops in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from millrace.frontend.tflite import import_tflite
from millrace.frontend.tflite.model import NO_TENSOR
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.interpreter import interpret
from millrace.ir.verifier import verify
from tests.tflite.tflite_models import ModelWriter

Array = np.ndarray[Any, Any]
RNG = np.random.default_rng(3)
T, N, WIDTH, H = 5, 2, 3, 4


def floats(*shape: int) -> Array:
    return (RNG.normal(size=shape) * 0.5).astype(np.float32)


def model(
    kind: str, x: Array, parameters: Sequence[Any], results: Sequence[Sequence[int]], **options: Any
) -> Module:
    """Parameters are constants; a tuple is the shape of a variable; None is left out."""
    w = ModelWriter()
    main = w.graphs[0]
    main.inputs = [w.tensor(x.shape)]
    numbers = list(main.inputs)
    for p in parameters:
        if p is None:
            numbers.append(NO_TENSOR)
        else:
            numbers.append(w.tensor(p, variable=True) if isinstance(p, tuple) else w.constant(p))
    main.outputs = [w.tensor(s) for s in results]
    w.node(kind, numbers, main.outputs, **options)
    module = import_tflite(w.bytes())
    verify(module)
    return module


def two_calls(module: Module, x: Array) -> list[list[Array]]:
    states = [d.array for d in module.entry.state_init or ()]
    out = []
    for _ in range(2):
        results = interpret(module, [x, *states])
        n = len(results) - len(states)
        out.append(results[:n])
        states = results[n:]
    return out


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def rnn_steps(xs: Array, h: Array, w: Array, r: Array, b: Array) -> tuple[Array, Array]:
    ys = []
    for x in xs:
        h = np.tanh(x @ w.T + h @ r.T + b)
        ys.append(h)
    return np.stack(ys), h


@pytest.mark.parametrize("time_major", [False, True])
def test_rnn_keeps_its_state(time_major: bool) -> None:
    w, r, b = floats(H, WIDTH), floats(H, H), floats(H)
    x = floats(T, N, WIDTH)
    given = x if time_major else x.transpose(1, 0, 2)
    shape = (T, N, H) if time_major else (N, T, H)
    module = model(
        "UNIDIRECTIONAL_SEQUENCE_RNN", given, [w, r, b, (N, H)], [shape],
        time_major=time_major, activation=4,
    )  # fmt: skip
    assert sum(isinstance(op, Scan) for op in module.walk()) == 1
    h = np.zeros((N, H), np.float32)
    for (got,) in two_calls(module, given):
        ys, h = rnn_steps(x, h, w, r, b)
        np.testing.assert_allclose(got, ys if time_major else ys.transpose(1, 0, 2), atol=1e-6)


def test_both_directions_of_an_rnn() -> None:
    parts = [(floats(H, WIDTH), floats(H, H), floats(H)) for _ in range(2)]
    x = floats(T, N, WIDTH)
    parameters = [p for part in parts for p in (*part, (N, H))]
    module = model(
        "BIDIRECTIONAL_SEQUENCE_RNN", x, [*parameters, None, None, None], [(T, N, 2 * H)],
        time_major=True, activation=4, merge=True,
    )  # fmt: skip
    zero = np.zeros((N, H), np.float32)
    forward, _ = rnn_steps(x, zero, *parts[0])
    backward, _ = rnn_steps(x[::-1], zero, *parts[1])
    (got,) = two_calls(module, x)[0]
    np.testing.assert_allclose(got, np.concatenate([forward, backward[::-1]], 2), atol=1e-6)


@pytest.mark.parametrize("coupled", [False, True])
@pytest.mark.parametrize("peepholes", [False, True])
def test_lstm_with_clipping_and_projection(coupled: bool, peepholes: bool) -> None:
    p = 3
    w, r, b = floats(4, H, WIDTH), floats(4, H, p), floats(4, H)
    peep = floats(3, H) if peepholes else np.zeros((3, H), np.float32)
    projection, x = floats(p, H), floats(T, N, WIDTH)
    skip = [None] if coupled else []
    inner = [*peep] if peepholes else [None] * 3
    if coupled and peepholes:
        inner[0] = None
    start = 1 if coupled else 0
    parameters = [*skip, *w[start:], *skip, *r[start:], *inner, *skip, *b[start:]]
    parameters += [projection, None, (N, p), (N, H), None, None, None, None]
    module = model(
        "UNIDIRECTIONAL_SEQUENCE_LSTM", x, parameters, [(T, N, p)],
        activation=4, cell_clip=0.3, proj_clip=0.2, time_major=True,
    )  # fmt: skip
    h, c = np.zeros((N, p)), np.zeros((N, H))
    for (got,) in two_calls(module, x):
        for t in range(T):
            z = [x[t] @ w[k].T + h @ r[k].T + b[k] for k in range(4)]
            f = sigmoid(z[1] + c * peep[1])
            i = 1 - f if coupled else sigmoid(z[0] + c * peep[0])
            c = np.clip(f * c + i * np.tanh(z[2]), -0.3, 0.3)
            h = np.clip((sigmoid(z[3] + c * peep[2]) * np.tanh(c)) @ projection.T, -0.2, 0.2)
            np.testing.assert_allclose(got[t], h, atol=1e-6)


def test_svdf_remembers_its_last_inputs() -> None:
    rank, units, memory = 2, 3, 4
    feature, time, b = floats(rank * units, WIDTH), floats(rank * units, memory), floats(units)
    x = floats(N, WIDTH)
    module = model(
        "SVDF", x, [feature, time, b, (N, rank * units * memory)], [(N, units)],
        rank=rank, activation=1,
    )  # fmt: skip
    now = x @ feature.T
    for calls, (got,) in enumerate(two_calls(module, x), 1):
        seen = now * time[:, memory - calls :].sum(1)
        want = np.maximum(seen.reshape(N, units, rank).sum(2) + b, 0)
        np.testing.assert_allclose(got, want, atol=1e-6)
