"""What ``benchmarks/jit.py`` compares with: ONNX models of the same recurrences, numba, JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import millrace

# mypy: ignore-errors


def onnx_lstm(w: Any, u: Any, b: Any, steps: int) -> Any:
    """Gates i, f, g, o in ours; i, o, f, c in ONNX's."""
    from onnx import TensorProto, helper, numpy_helper

    units, inputs = u.shape[0], w.shape[0]

    def gates(x: Any) -> Any:
        i, f, g, o = np.split(x, 4, axis=-1)
        return np.concatenate([i, o, f, g], axis=-1)

    weights = {
        "W": gates(w).T[None],
        "R": gates(u).T[None],
        "B": np.concatenate([gates(b), np.zeros(4 * units, np.float32)])[None],
    }
    node = helper.make_node("LSTM", ["x", "W", "R", "B"], ["y"], hidden_size=units)
    graph = helper.make_graph(
        [node],
        "lstm",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [steps, 1, inputs])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [steps, 1, 1, units])],
        [numpy_helper.from_array(np.ascontiguousarray(v), k) for k, v in weights.items()],
    )
    return millrace.compile(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]))


def onnx_mgu(wf: Any, uf: Any, bf: Any, wn: Any, un: Any, bn: Any, steps: int) -> Any:
    """As a Scan."""
    from onnx import TensorProto, helper, numpy_helper

    units, inputs = uf.shape[0], wf.shape[0]
    node = helper.make_node
    body = helper.make_graph(
        [
            node("MatMul", ["x", "wf"], ["a0"]),
            node("Add", ["a0", "bf"], ["a1"]),
            node("MatMul", ["h", "uf"], ["a2"]),
            node("Add", ["a1", "a2"], ["a3"]),
            node("Sigmoid", ["a3"], ["f"]),
            node("MatMul", ["x", "wn"], ["b0"]),
            node("Add", ["b0", "bn"], ["b1"]),
            node("Mul", ["f", "h"], ["fh"]),
            node("MatMul", ["fh", "un"], ["b2"]),
            node("Add", ["b1", "b2"], ["b3"]),
            node("Tanh", ["b3"], ["n"]),
            node("Sub", ["one", "f"], ["g"]),
            node("Mul", ["g", "h"], ["c0"]),
            node("Mul", ["f", "n"], ["c1"]),
            node("Add", ["c0", "c1"], ["h1"]),
            node("Identity", ["h1"], ["y"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("h", TensorProto.FLOAT, [1, units]),
            helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, inputs]),
        ],
        [
            helper.make_tensor_value_info("h1", TensorProto.FLOAT, [1, units]),
            helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, units]),
        ],
    )
    weights = {"wf": wf, "uf": uf, "bf": bf, "wn": wn, "un": un, "bn": bn}
    weights |= {"one": np.float32(1), "h0": np.zeros((1, units), np.float32)}
    graph = helper.make_graph(
        [node("Scan", ["h0", "xs"], ["last", "ys"], body=body, num_scan_inputs=1)],
        "mgu",
        [helper.make_tensor_value_info("xs", TensorProto.FLOAT, [steps, 1, inputs])],
        [helper.make_tensor_value_info("ys", TensorProto.FLOAT, [steps, 1, units])],
        [numpy_helper.from_array(np.asarray(v), k) for k, v in weights.items()],
    )
    return millrace.compile(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]))


def numba_function(function: Callable[..., Any]) -> Callable[..., Any] | None:
    try:
        import numba
    except ImportError:
        return None
    return numba.njit(function)


def jax_function(name: str) -> Callable[..., Any] | None:
    """The same loop in JAX's way, with ``lax`` loops; None where there is none."""
    try:
        import jax
    except ImportError:
        return None
    jax.config.update("jax_enable_x64", True)
    make = _JAX.get(name)
    return None if make is None else make(jax)


def _newton(jax: Any) -> Callable[..., Any]:
    lax, jnp = jax.lax, jax.numpy

    def one(a: Any) -> Any:
        return lax.while_loop(
            lambda x: jnp.abs(x * x - a) > 1e-12 * a, lambda x: 0.5 * (x + a / x), a
        )

    f = jax.jit(lambda values: lax.map(one, values))
    return lambda values: np.asarray(f(values))


def _mandelbrot(jax: Any) -> Callable[..., Any]:
    lax, jnp = jax.lax, jax.numpy

    def pixel(k: Any, width: Any, height: Any, limit: Any) -> Any:
        i, j = k // 96, k % 96
        cr, ci = -2.0 + 3.0 * j / width, -1.5 + 3.0 * i / height

        def going(s: Any) -> Any:
            return (s[0] * s[0] + s[1] * s[1] < 4.0) & (s[2] < limit)

        def step(s: Any) -> Any:
            return s[0] * s[0] - s[1] * s[1] + cr, 2.0 * s[0] * s[1] + ci, s[2] + 1

        return lax.while_loop(going, step, (0.0, 0.0, 0))[2]

    def run(width: Any, height: Any, limit: Any) -> Any:
        pixels = lax.map(lambda k: pixel(k, width, height, limit), jnp.arange(96 * 96))
        return pixels.reshape(96, 96)

    f = jax.jit(run)
    return lambda *args: np.asarray(f(*args))


def _collatz(jax: Any) -> Callable[..., Any]:
    lax, jnp = jax.lax, jax.numpy

    def length(start: Any) -> Any:
        def step(s: Any) -> Any:
            n, k = s
            return jnp.where(n % 2 == 0, n // 2, 3 * n + 1), k + 1

        return lax.while_loop(lambda s: s[0] != 1, step, (start, 0))[1]

    def run(limit: Any) -> Any:
        return lax.fori_loop(1, limit, lambda n, best: jnp.maximum(best, length(n)), 0)

    f = jax.jit(run)
    return lambda limit: int(f(limit))


def _filter_bank(jax: Any) -> Callable[..., Any]:
    lax, jnp = jax.lax, jax.numpy

    def run(x: Any, b: Any, a: Any) -> Any:
        def step(s: Any, v: Any) -> Any:
            y = b[:, 0] * v + s[0]
            return (b[:, 1] * v - a[:, 0] * y + s[1], b[:, 2] * v - a[:, 1] * y), y

        return lax.scan(step, (jnp.zeros(16), jnp.zeros(16)), x)[1]

    f = jax.jit(run)
    return lambda *args: np.asarray(f(*args))


_JAX: dict[str, Callable[[Any], Callable[..., Any]]] = {
    "newton": _newton,
    "mandelbrot": _mandelbrot,
    "collatz": _collatz,
    "filter_bank": _filter_bank,
}
