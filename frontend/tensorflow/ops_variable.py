"""Rows: variables, placeholders, constants."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from millrace.frontend.emitter import shape_of
from millrace.frontend.tensorflow.items import Variable
from millrace.frontend.tensorflow.philox import uniform_floats
from millrace.frontend.tensorflow.table import Call, Results, RowFunction, Rows
from millrace.frontend.tensorflow.tensors import Array, Strings, Unreadable
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.gather import Gather
from millrace.ir.dialects.mr.scatter import ScatterND
from millrace.ir.errors import CompileError


def constant(c: Call) -> Results:
    value = c.node.attributes.get("value")
    if isinstance(value, Strings):
        return value
    if isinstance(value, Unreadable):
        raise CompileError(value.problem)
    if not isinstance(value, np.ndarray):
        raise c.node.error("a constant without a value")
    return c.emit.constant(value)


def placeholder(c: Call) -> Results:
    raise c.node.error("the placeholder is not among the feeds")


def with_default(c: Call) -> Results:
    return c.arg(0)


# ---- variables


def reference(c: Call) -> Results:
    """A variable of TensorFlow 1; its shared name tells equal ones."""
    variable = Variable(c.node.text("shared_name") or c.node.name)
    c.session.variables.references.add(variable.name)
    return variable


def handle(c: Call) -> Results:
    return Variable(c.node.text("shared_name") or c.node.name)


def read(c: Call) -> Results:
    return c.session.variables.read(c.variable_at(0), c.node)


def assign(c: Call) -> Results:
    """The new value is the variable's; as a result it is a reference again."""
    variable, value = c.variable_at(0), c.arg(1)
    c.session.variables.write(variable, value, c.node)
    return variable


def _updating(cls: type[Operation]) -> RowFunction:
    def row(c: Call) -> Results:
        variable = c.variable_at(0)
        old = c.session.variables.read(variable, c.node)
        c.session.variables.write(variable, c.op(cls, old, c.arg(1)), c.node)
        return variable

    return row


def _scattering(
    reduction: str, change: Callable[[Call, Value], Value] | None = None
) -> RowFunction:
    def row(c: Call) -> Results:
        variable = c.variable_at(0)
        old = c.session.variables.read(variable, c.node)
        indices, updates = c.arg(1), c.arg(2)
        places = c.emit.reshape(indices, (*shape_of(indices), 1))
        updates = updates if change is None else change(c, updates)
        shape = (*shape_of(indices), *shape_of(old)[1:])
        new = c.op(ScatterND, old, places, c.emit.broadcast(updates, shape), reduction=reduction)
        c.session.variables.write(variable, new, c.node)
        return variable

    return row


def resource_gather(c: Call) -> Results:
    if c.node.get("batch_dims", int, 0):
        raise c.node.error("batch_dims are not supported")
    value = c.session.variables.read(c.variable_at(0), c.node)
    return c.op(Gather, value, c.arg(1), axis=0)


def is_initialized(c: Call) -> Results:
    return c.emit.constant(np.array(True))


def nothing(c: Call) -> Results:
    return []


# ---- random numbers, of initializers only


def random_uniform(c: Call) -> Results:
    """Known only with a seed, and only where it is drawn once: to initialize a variable."""
    seeds = [c.node.get(k, int, 0) for k in ("seed", "seed2")]
    if not c.session.initializing:
        raise c.node.error("random numbers are not supported")
    if not any(seeds):
        raise c.node.error("the initializer is random without a seed: the variable has no value")
    shape = tuple(c.need_ints(0, "the shape"))
    element = c.node.element("dtype")
    values: Array = uniform_floats(seeds[0], seeds[1], int(np.prod(shape, dtype=np.int64)))
    if str(element) != "f32":
        raise c.node.error(f"random numbers of type {element} are not supported")
    return c.emit.constant(values.reshape(shape))


def negated(c: Call, x: Value) -> Value:
    return c.op(ew.Neg, x)


ROWS: Rows = {
    "Assign": assign,
    "AssignAdd": _updating(ew.Add),
    "AssignAddVariableOp": _updating(ew.Add),
    "AssignSub": _updating(ew.Sub),
    "AssignSubVariableOp": _updating(ew.Sub),
    "AssignVariableOp": assign,
    "Const": constant,
    "DisableCopyOnRead": nothing,
    "IsVariableInitialized": is_initialized,
    "NoOp": nothing,
    "Placeholder": placeholder,
    "PlaceholderV2": placeholder,
    "PlaceholderWithDefault": with_default,
    "RandomUniform": random_uniform,
    "ReadVariableOp": read,
    "ResourceGather": resource_gather,
    "ResourceScatterAdd": _scattering("add"),
    "ResourceScatterSub": _scattering("add", negated),
    "ResourceScatterUpdate": _scattering("none"),
    "ScatterAdd": _scattering("add"),
    "ScatterSub": _scattering("add", negated),
    "ScatterUpdate": _scattering("none"),
    "VarHandleOp": handle,
    "VarIsInitializedOp": is_initialized,
    "Variable": reference,
    "VariableV2": reference,
}
