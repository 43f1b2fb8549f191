"""How given values are checked against an input's description."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
import pytest

from millrace.driver.specs import TensorSpec
from millrace.ir.errors import RunError


def spec(dtype: Any, *shape: int) -> TensorSpec:
    return TensorSpec("x", shape, np.dtype(dtype))


def test_a_fitting_array_is_taken_as_it_is() -> None:
    x = np.ones((2, 3), np.float32)
    assert spec(np.float32, 2, 3).accept(x) is x


@pytest.mark.parametrize(
    ("value", "dtype", "shape"),
    [
        ([1, 2, 3], np.float32, (3,)),
        ([[1.5], [2]], np.float32, (2, 1)),
        (7, np.int64, ()),
        (True, np.bool_, ()),
        ((1, 2), np.uint8, (2,)),
        ([0.5, 1.5], ml_dtypes.bfloat16, (2,)),
        ([], np.float32, (0,)),
        ([True, False], np.int32, (2,)),
    ],
)
def test_python_values_are_converted(value: Any, dtype: Any, shape: tuple[int, ...]) -> None:
    got = spec(dtype, *shape).accept(value)
    assert got.dtype == dtype and got.shape == shape
    assert np.array_equal(got.astype(np.float64), np.asarray(value, np.float64))


@pytest.mark.parametrize(
    ("value", "dtype", "shape", "text"),
    [
        (
            np.ones((3, 2), np.float32),
            np.float32,
            (2, 3),
            "expected float32[2, 3], got float32[3, 2]",
        ),
        (np.ones((2, 3)), np.float32, (2, 3), "expected float32[2, 3], got float64[2, 3]"),
        (np.ones(2, ">f4"), np.float32, (2,), "expected float32[2]"),
        (np.float64(1.0), np.float32, (), "got float64[]"),
        ([1.5], np.int32, (1,), "got float64[1]"),
        ([300], np.uint8, (1,), "out of bounds"),
        ([1, [2, 3]], np.float32, (2,), "not an array"),
        ([2], np.bool_, (1,), "got int64[1]"),
        ("text", np.float32, (), "got"),
        (None, np.float32, (), "got object[]"),
    ],
)
def test_what_does_not_fit_is_refused(
    value: Any, dtype: Any, shape: tuple[int, ...], text: str
) -> None:
    with pytest.raises(RunError) as error:
        spec(dtype, *shape).accept(value)
    assert "'x'" in str(error.value) and text in str(error.value)


def test_strided_and_misaligned_arrays_are_copied() -> None:
    s = spec(np.float32, 2, 3)
    turned = np.arange(6, dtype=np.float32).reshape(3, 2).T
    raw = np.zeros(25, np.uint8)
    crooked = raw[1:].view(np.float32).reshape(2, 3)
    for x in (turned, crooked):
        got = s.accept(x)
        assert got.flags.c_contiguous and got.flags.aligned and np.array_equal(got, x)
