"""The activation functions of recurrent operators, by name, with their parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from millrace.frontend.onnx.table import Call
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import activation as act
from millrace.ir.dialects.mr import elementary
from millrace.ir.dialects.mr import elementwise as ew

Activation = Callable[[Call, Value], Value]


@dataclass(frozen=True)
class Function:
    """How one function is made from alpha and beta; None where it has no such parameter."""

    make: Callable[[float, float], Activation]
    alpha: float | None = None
    beta: float | None = None


def _op(cls: type[Operation], **fields: Any) -> Activation:
    return lambda c, x: c.op(cls, x, **fields)


def _plain(cls: type[Operation]) -> Function:
    return Function(lambda alpha, beta: _op(cls))


def _affine(alpha: float, beta: float) -> Activation:
    def apply(c: Call, x: Value) -> Value:
        scaled = c.op(ew.Mul, x, c.emit.like(alpha, x))
        return c.op(ew.Add, scaled, c.emit.like(beta, x))

    return apply


def _scaled_tanh(alpha: float, beta: float) -> Activation:
    def apply(c: Call, x: Value) -> Value:
        inner = c.op(elementary.Tanh, c.op(ew.Mul, x, c.emit.like(beta, x)))
        return c.op(ew.Mul, inner, c.emit.like(alpha, x))

    return apply


FUNCTIONS: dict[str, Function] = {
    "affine": Function(_affine, 1.0, 0.0),
    "elu": Function(lambda alpha, beta: _op(act.Elu, alpha=alpha), 1.0),
    "hardsigmoid": Function(
        lambda alpha, beta: _op(act.HardSigmoid, alpha=alpha, beta=beta), 0.2, 0.5
    ),
    "leakyrelu": Function(lambda alpha, beta: _op(act.LeakyRelu, alpha=alpha), 0.01),
    "relu": _plain(act.Relu),
    "scaledtanh": Function(_scaled_tanh, 1.0, 1.0),
    "sigmoid": _plain(elementary.Sigmoid),
    "softplus": _plain(act.Softplus),
    "softsign": _plain(act.Softsign),
    "tanh": _plain(elementary.Tanh),
    "thresholdedrelu": Function(lambda alpha, beta: _op(act.ThresholdedRelu, alpha=alpha), 1.0),
}
"""By name in lower case: the standard compares without regard to case."""


def activation_functions(c: Call, defaults: Sequence[str], directions: int) -> list[Activation]:
    """One function for each of ``defaults`` and each direction. ``activation_alpha`` and
    ``activation_beta`` are dealt out, in order, to the functions that have such a parameter."""
    names = c.node.opt_strs("activations") or tuple(defaults) * directions
    if len(names) != len(defaults) * directions:
        raise c.node.error(f"needs {len(defaults) * directions} activations, has {len(names)}")
    alphas = list(c.node.opt_floats("activation_alpha") or ())
    betas = list(c.node.opt_floats("activation_beta") or ())
    found = []
    for name in names:
        function = FUNCTIONS.get(name.lower())
        if function is None:
            raise c.node.error(f"unknown activation {name!r}")
        alpha = _next(alphas, function.alpha)
        beta = _next(betas, function.beta)
        found.append(function.make(alpha, beta))
    return found


def _next(given: list[float], default: float | None) -> float:
    if default is None:
        return 0.0
    return given.pop(0) if given else default
