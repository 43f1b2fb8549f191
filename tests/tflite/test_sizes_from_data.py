"""Loops whose tensors grow, searches and ranges: results as long as the data say."""

from __future__ import annotations

import numpy as np
import pytest

import millrace
from tests.tflite.tflite_models import Graph, ModelWriter


def growing() -> bytes:
    """``while sum(s) < 100: s = concat(s, x)``."""
    w = ModelWriter()
    w.graphs += [Graph(), Graph()]
    main, cond, body = w.graphs
    x, s, same = w.tensor([3]), w.tensor([-1]), w.tensor([3])
    w.node("WHILE", [x, x], [s, same], cond=1, body=2)
    main.inputs, main.outputs = [x], [s]
    for g, graph in ((1, cond), (2, body)):
        graph.inputs = [w.tensor([-1], graph=g), w.tensor([3], graph=g)]
    total, going = w.tensor([], graph=1), w.tensor([], "bool", graph=1)
    axis = w.constant(np.array([0], np.int32), graph=1)
    hundred = w.constant(np.array(100, np.float32), graph=1)
    w.node("SUM", [cond.inputs[0], axis], [total], graph=1, keep_dims=False)
    w.node("LESS", [total, hundred], [going], graph=1)
    cond.outputs = [going]
    longer = w.tensor([-1], graph=2)
    w.node("CONCATENATION", body.inputs, [longer], graph=2, axis=0)
    body.outputs = [longer, body.inputs[1]]
    return w.bytes()


def test_a_tensor_that_grows() -> None:
    data = growing()
    with pytest.raises(millrace.CompileError, match=r'node "WHILE#0.*--bound WHILE#0.*=N'):
        millrace.compile(data)
    compiled = millrace.compile(data, bound={"WHILE#0": 60})
    for numbers in ((1, 2, 3), (9, 9, 9), (200, 0, 0)):
        x = np.array(numbers, np.float32)
        wanted = x
        while wanted.sum() < 100:
            wanted = np.concatenate([wanted, x])
        np.testing.assert_array_equal(compiled(x), wanted)
    with pytest.raises(millrace.RunError, match="bound"):
        compiled(np.array([0.1, 0.1, 0.1], np.float32))


def test_places_and_ranges() -> None:
    w = ModelWriter()
    x, n = w.tensor([2, 3]), w.tensor([], "int32")
    places, steps, big = (
        w.tensor([-1, 2], "int64"),
        w.tensor([-1], "int32"),
        w.tensor([2, 3], "bool"),
    )
    zero = w.constant(np.array(0, np.float32))
    first, by = (w.constant(np.array(k, np.int32)) for k in (0, 2))
    w.node("GREATER", [x, zero], [big])
    w.node("WHERE", [big], [places])
    w.node("RANGE", [first, n, by], [steps])
    w.graphs[0].inputs, w.graphs[0].outputs = [x, n], [places, steps]
    compiled = millrace.compile(w.bytes(), bound=5)
    for seed, end in ((0, 0), (1, 1), (2, 9), (3, 10)):
        given = np.random.default_rng(seed).standard_normal((2, 3)).astype(np.float32)
        found, counted = compiled(given, np.array(end, np.int32))
        np.testing.assert_array_equal(found, np.argwhere(given > 0))
        np.testing.assert_array_equal(counted, np.arange(0, end, 2))
