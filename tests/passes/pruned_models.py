"""Networks with weights that are zero: masks, and recurrences with units that do not matter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from onnx import helper

from tests.onnx.onnx_models import model, value

Array = np.ndarray[Any, Any]
UNITS, FEATURES, STEPS, OUTS = 6, 5, 9, 3
ORDER = {"LSTM": "iofc", "GRU": "zrh", "RNN": "i"}
STARTS_AT_ZERO = {"LSTM": "c", "GRU": "h"}
"""The gate without which a state stays 0."""


def random(*shape: int, seed: int) -> Array:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32) * np.float32(0.5)


def network(op: str, parts: dict[str, Array]) -> Any:
    gates, units = parts["w"].shape[1:3]
    nodes = [
        helper.make_node(op, ["x", "w", "r", "b"], ["", "y"], name="/rnn", hidden_size=units),
        helper.make_node("Squeeze", ["y", "zero"], ["h"], name="/squeeze"),
        helper.make_node("MatMul", ["h", "d"], ["o"], name="/fc"),
    ]
    constants = {
        "w": parts["w"].reshape(1, gates * units, FEATURES),
        "r": parts["r"].reshape(1, gates * units, units),
        "b": parts["b"].reshape(1, 2 * gates * units),
        "d": parts["d"],
        "zero": np.array([0]),
    }
    shapes = [value("x", (STEPS, 1, FEATURES))], [value("o", (1, OUTS))]
    return model(nodes, *shapes, constants)


def weights(op: str, units: int, seed: int) -> dict[str, Array]:
    g = len(ORDER[op])
    return {
        "w": random(1, g, units, FEATURES, seed=seed),
        "r": random(1, g, units, units, seed=seed + 1),
        "b": random(1, 2 * g, units, seed=seed + 2),
        "d": random(units, OUTS, seed=seed + 3),
    }


def spread(op: str, live: dict[str, Array]) -> tuple[dict[str, Array], Array, Array]:
    """Twice as many units: the even ones are the live ones."""
    wide = weights(op, 2 * UNITS, seed=50)
    even = np.arange(0, 2 * UNITS, 2)
    wide["w"][:, :, even] = live["w"]
    wide["r"][:, :, even[:, None], even] = live["r"]
    wide["b"][:, :, even] = live["b"]
    wide["d"][even] = live["d"]
    return wide, even, even + 1


def unweighed(op: str, live: dict[str, Array]) -> dict[str, Array]:
    """The odd units change, by themselves and by the others, but only they see it."""
    wide, even, odd = spread(op, live)
    wide["r"][:, :, even[:, None], odd] = 0
    wide["d"][odd] = 0
    return wide


def constant(op: str, live: dict[str, Array]) -> dict[str, Array]:
    """The odd units stay 0, though they are weighed."""
    wide, _, odd = spread(op, live)
    gate, count = ORDER[op].index(STARTS_AT_ZERO.get(op, "i")), len(ORDER[op])
    wide["w"][:, gate, odd] = 0
    wide["r"][:, gate, odd] = 0
    wide["b"][:, gate, odd] = wide["b"][:, gate + count, odd] = 0
    return wide


RULES: dict[str, Callable[[str, dict[str, Array]], dict[str, Array]]] = {
    "no weight out": unweighed,
    "constant": constant,
}
"""Why the odd units of a recurrence do not matter."""


# ---- masks


def masked(form: str, strip: bool) -> Any:
    """A recurrence half of whose weights a mask sets to zero: as training leaves it, with the
    products by the masks, or stripped of them. ``form``: an operator, or where a GRU of plain
    operations stands."""
    return _FORMS[form](strip)


def mask(*shape: int, seed: int) -> Array:
    return (np.random.default_rng(seed).uniform(size=shape) < 0.5).astype(np.float32)


def _weights_of(parts: dict[str, Array], strip: bool) -> tuple[list[Any], dict[str, Array]]:
    """Nodes that make ``NAME_m`` of weights ``NAME``, and constants."""
    nodes, constants = [], {}
    for i, (name, w) in enumerate(parts.items()):
        m = mask(*w.shape, seed=90 + i)
        if strip:
            constants[f"{name}_m"] = w * m
        else:
            constants |= {name: w, f"{name}_mask": m}
            nodes.append(helper.make_node("Mul", [name, f"{name}_mask"], [f"{name}_m"]))
    return nodes, constants


def _operator(op: str, strip: bool) -> Any:
    g = len(ORDER[op])
    parts = {
        "w": random(1, g * UNITS, FEATURES, seed=3),
        "r": random(1, g * UNITS, UNITS, seed=4),
        "d": random(UNITS, OUTS, seed=5),
    }
    nodes, constants = _weights_of(parts, strip)
    nodes += [
        helper.make_node(op, ["x", "w_m", "r_m"], ["", "y"], name="/rnn", hidden_size=UNITS),
        helper.make_node("Squeeze", ["y", "zero"], ["h"], name="/squeeze"),
        helper.make_node("MatMul", ["h", "d_m"], ["o"], name="/fc"),
    ]
    shapes = [value("x", (STEPS, 1, FEATURES))], [value("o", (1, OUTS))]
    return model(nodes, *shapes, {**constants, "zero": np.array([0])})


def _gate(name: str, state: str, function: str) -> list[Any]:
    return [
        helper.make_node("MatMul", ["xt", f"w{name}_m"], [f"{name}x"], name=f"/{name}/x"),
        helper.make_node("MatMul", [state, f"u{name}_m"], [f"{name}h"], name=f"/{name}/h"),
        helper.make_node("Add", [f"{name}x", f"{name}h"], [f"{name}s"], name=f"/{name}/sum"),
        helper.make_node(function, [f"{name}s"], [name], name=f"/{name}"),
    ]


def _step(strip: bool) -> tuple[list[Any], dict[str, Array]]:
    """One step of a GRU from ``h`` to ``h1``, with its masks."""
    shapes = {"w": FEATURES, "u": UNITS}
    parts = {
        k + g: random(n, UNITS, seed=10 * i + j)
        for i, (k, n) in enumerate(shapes.items())
        for j, g in enumerate("zrn")
    }
    nodes, constants = _weights_of(parts, strip)
    nodes += [
        *_gate("z", "h", "Sigmoid"),
        *_gate("r", "h", "Sigmoid"),
        helper.make_node("Mul", ["r", "h"], ["kept"], name="/reset"),
        *_gate("n", "kept", "Tanh"),
        helper.make_node("Sub", ["h", "n"], ["gap"], name="/difference"),
        helper.make_node("Mul", ["z", "gap"], ["part"], name="/keep"),
        helper.make_node("Add", ["n", "part"], ["h1"], name="/mix"),
    ]
    return nodes, constants


def _scan(strip: bool) -> Any:
    nodes, constants = _step(strip)
    ins = [value("h", (1, UNITS)), value("xt", (1, FEATURES))]
    body = helper.make_graph(nodes, "step", ins, [value("h1", (1, UNITS))])
    scan = helper.make_node(
        "Scan", ["zeros", "x"], ["y"], name="/scan", body=body, num_scan_inputs=1
    )
    constants["zeros"] = np.zeros((1, UNITS), np.float32)
    shapes = [value("x", (STEPS, 1, FEATURES))], [value("y", (1, UNITS))]
    return model([scan], *shapes, constants)


def _loop(strip: bool) -> Any:
    nodes, constants = _step(strip)
    nodes = [
        helper.make_node("Gather", ["x", "i"], ["xt"], name="/row", axis=0),
        *nodes,
        helper.make_node("Identity", ["going"], ["go_on"], name="/on"),
    ]
    body = helper.make_graph(
        nodes,
        "step",
        [value("i", (), np.int64), value("going", (), np.bool_), value("h", (1, UNITS))],
        [value("go_on", (), np.bool_), value("h1", (1, UNITS))],
    )
    loop = helper.make_node("Loop", ["steps", "", "zeros"], ["y"], name="/loop", body=body)
    constants |= {"zeros": np.zeros((1, UNITS), np.float32), "steps": np.array(STEPS)}
    shapes = [value("x", (STEPS, 1, FEATURES))], [value("y", (1, UNITS))]
    return model([loop], *shapes, constants)


_FORMS: dict[str, Callable[[bool], Any]] = {
    "GRU": lambda strip: _operator("GRU", strip),
    "LSTM": lambda strip: _operator("LSTM", strip),
    "RNN": lambda strip: _operator("RNN", strip),
    "Scan": _scan,
    "Loop": _loop,
}
FORMS = tuple(_FORMS)
