"""Loops whose tensors grow, searches and ranges: results as long as the data say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import millrace

Array = np.ndarray[Any, Any]


def growing(writer: Any, kinds: Any, *, by: str = "x", as_list: bool = False) -> Any:
    """``while sum(s) < 100: s = concat(s, x)``; with a list, its elements are the sums."""
    f32, i32 = kinds.type("float32"), kinds.type("int32")
    g = writer()
    g.placeholder("x", 3)
    test = writer()
    test.const("axis", [0], dtype=np.int32)
    test.const("hundred", 100.0)
    test.add("sum", "Sum", "s", "axis:output:0", T=f32, Tidx=i32, keep_dims=False)
    test.add("less", "Less", "sum:output:0", "hundred:output:0", T=f32)
    g.function("test", {"s": "float32", "x": "float32"}, {"go": "less:z:0"}, test)
    body = writer()
    body.const("axis", 0, dtype=np.int32)
    body.add("next", "ConcatV2", "s", by, "axis:output:0", N=2, T=f32, Tidx=i32)
    g.function("body", {"s": "float32", "x": "float32"}, {"s1": "next:output:0", "x1": "x"}, body)
    g.add("loop", "While", "x", "x", cond=kinds.func("test"), body=kinds.func("body"))
    g.add("y", "AddV2", "loop", "loop", T=f32)
    return g


def grown(x: Array, *, double: bool = False) -> Array:
    s = x
    while s.sum() < 100:
        s = np.concatenate([s, s if double else x])
    return s + s


@pytest.mark.parametrize("by", ["x", "s"])
def test_a_tensor_that_grows(writer: Any, kinds: Any, tmp_path: Path, by: str) -> None:
    path = tmp_path / "grow.pb"
    path.write_bytes(growing(writer, kinds, by=by).data())
    compiled = millrace.compile(path, fetch="y", bound={"loop": 100})
    assert str(compiled.outputs[0]) == "y: float32[loop<=100]"
    for numbers in ((1, 2, 3), (9, 9, 9), (200, 0, 0)):
        x = np.array(numbers, np.float32)
        np.testing.assert_array_equal(compiled(x), grown(x, double=by == "s"))
    with pytest.raises(millrace.RunError, match=r'node "loop".*bound'):
        compiled(np.array([0.1, 0.1, 0.1], np.float32))


def test_without_a_bound_the_error_names_the_loop(writer: Any, kinds: Any, tmp_path: Path) -> None:
    path = tmp_path / "grow.pb"
    path.write_bytes(growing(writer, kinds).data())
    with pytest.raises(millrace.CompileError, match=r'node "loop".*grows.*--bound loop=N'):
        millrace.compile(path, fetch="y")


def test_places_and_ranges(writer: Any, kinds: Any, tmp_path: Path) -> None:
    f32, i64 = kinds.type("float32"), kinds.type("int64")
    g = writer()
    g.placeholder("x", 2, 3)
    g.placeholder("n", dtype="int64")
    g.const("zero", 0.0)
    g.add("big", "Greater", "x", "zero", T=f32)
    g.add("places", "Where", "big", T=kinds.type("bool"))
    g.add("values", "GatherNd", "x", "places", Tparams=f32, Tindices=i64)
    g.const("first", 0, dtype=np.int64)
    g.const("by", 2, dtype=np.int64)
    g.add("steps", "Range", "first", "n", "by", Tidx=i64)
    path = tmp_path / "find.pb"
    path.write_bytes(g.data())
    compiled = millrace.compile(path, fetch="places,values,steps", bound={"steps": 5})
    for seed, n in ((0, 0), (1, 1), (2, 9), (3, 10)):
        x = np.random.default_rng(seed).standard_normal((2, 3)).astype(np.float32)
        places, values, steps = compiled(x, np.array(n))
        np.testing.assert_array_equal(places, np.argwhere(x > 0))
        np.testing.assert_array_equal(values, x[x > 0])
        np.testing.assert_array_equal(steps, np.arange(0, n, 2))
