"""Calls of numpy's elementwise functions, and of their methods ``reduce``, ``accumulate``,
``outer`` and ``at``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.frontend.python.alternatives import alternative
from millrace.frontend.python.calls import Call, invoke
from millrace.frontend.python.operators import apply
from millrace.frontend.python.values import Abstract, ArrayRef, Known, Tuple

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


def call_ufunc(c: Call, f: np.ufunc) -> Abstract:
    """``f(x, y)``, perhaps into an array that is given, perhaps where a mask holds."""
    c.allow(f.nin + 1, "dtype", "where")
    if len(c.args) < f.nin:
        raise c.misfit(f"takes {f.nin} arguments, {len(c.args)} are given")
    result = apply(c.it, f, c.args[: f.nin], c.name)
    wanted = c.known(-1, "dtype", None)
    if wanted is not None:
        from millrace.frontend.python.methods import astype

        result = astype(c.it, result, np.dtype(wanted))
    return result


def into(it: Interpreter, c: Call, out: Abstract, result: Abstract) -> Abstract:
    """``out=``: the array that is given takes the result, and is it."""
    from millrace.frontend.python.writes import overwrite

    if isinstance(out, Tuple) and len(out.items) == 1:
        (out,) = out.items
    if not isinstance(out, ArrayRef):
        raise it.fail("J017", op="out=", types=out.describe())
    where = c.get(-1, "where")
    if where is not None:
        from millrace.frontend.python.standard import ROWS as STANDARD

        result = STANDARD[np.where](Call(it, c.name, (where, result, out)))
    if it.shape(result) != it.shape(out):
        result = it.array(it.emit.broadcast(it.tensor(result), it.shape(out)))
    overwrite(it, out, result, "the array")
    return out


_SHORT: dict[tuple[Any, str], Any] = {
    (np.add, "reduce"): np.sum,
    (np.multiply, "reduce"): np.prod,
    (np.maximum, "reduce"): np.max,
    (np.minimum, "reduce"): np.min,
    (np.logical_and, "reduce"): np.all,
    (np.logical_or, "reduce"): np.any,
    (np.add, "accumulate"): np.cumsum,
    (np.multiply, "accumulate"): np.cumprod,
}


def call_method(it: Interpreter, f: Any, c: Call) -> Abstract:
    """A method of an elementwise function, by a function of that meaning or by a loop."""
    from millrace.frontend.python.library import arrays

    ufunc, name = f.__self__, f.__name__
    short = _SHORT.get((ufunc, name))
    if short is not None:
        axis = c.args[1] if len(c.args) > 1 else c.keywords.get("axis") or Known(0)
        words = {k: v for k, v in c.keywords.all().items() if k != "axis"}
        return invoke(it, Known(short), [c.args[0]], {**words, "axis": axis})
    loops = {
        "reduce": arrays.reduce_by,
        "accumulate": arrays.accumulate_by,
        "outer": arrays.outer_by,
        "at": arrays.at_by,
    }
    if name not in loops:
        full = f"numpy.{ufunc.__name__}.{name}"
        raise it.fail("J012", name=full, fix=alternative(full))
    return invoke(it, Known(loops[name]), [Known(ufunc), *c.args], c.keywords.all())
