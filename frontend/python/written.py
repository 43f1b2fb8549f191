"""Rows: functions of numpy that are written in Python, in :mod:`library`."""

from __future__ import annotations

import functools
import itertools
import math
from types import FunctionType
from typing import Any

import numpy as np

from millrace.frontend.python.calls import Call, Row
from millrace.frontend.python.functions import call_function, function_of
from millrace.frontend.python.library import arrays, calculus, linalg, order, scalars
from millrace.frontend.python.values import Abstract


def in_python(function: Any) -> Row:
    """A row that runs a function of :mod:`library`."""
    assert isinstance(function, FunctionType)

    def row(c: Call) -> Abstract:
        return call_function(c.it, function_of(c.it, function), c.args, c.keywords.all())

    return row


def _named(module: Any, owner: Any, names: str) -> dict[Any, Any]:
    """Functions that have the name of numpy's."""
    return {getattr(owner, n): getattr(module, n) for n in names.split()}


WRITTEN: dict[Any, Any] = {
    **_named(
        calculus,
        np,
        "diff ediff1d gradient trapezoid cumulative_sum cumulative_prod nancumsum nancumprod "
        "unwrap interp polyval polyadd polysub polymul polyder polyint polyfit convolve correlate",
    ),
    **_named(
        order,
        np,
        "median percentile quantile nanquantile nanpercentile nanmedian nanvar nanstd nanargmax "
        "nanargmin searchsorted digitize bincount histogram histogram_bin_edges argpartition "
        "partition lexsort isin compress extract",
    ),
    **_named(
        arrays,
        np,
        "isclose allclose array_equal array_equiv isposinf isneginf isreal nan_to_num sinc "
        "logaddexp2 modf gcd lcm bitwise_count packbits unpackbits select choose piecewise "
        "fill_diagonal copyto putmask put_along_axis rot90 cov corrcoef vander unravel_index "
        "ravel_multi_index apply_along_axis",
    ),
    np.divmod: arrays.divmod_,
    **_named(
        linalg,
        np.linalg,
        "solve inv cholesky matrix_power multi_dot qr slogdet svdvals svd pinv lstsq matrix_rank "
        "eigvalsh cond matrix_norm vector_norm",
    ),
    **_named(scalars, math, "gcd lcm factorial comb perm isclose modf isqrt prod fsum dist"),
    functools.reduce: scalars.reduce,
    itertools.accumulate: scalars.accumulate,
    itertools.pairwise: scalars.pairwise,
}

ROWS: dict[Any, Row] = {f: in_python(g) for f, g in WRITTEN.items()}
