"""Files that are cut off, changed or made up give a CompileError, never a traceback."""

from __future__ import annotations

import re

import numpy as np
import pytest

from millrace.frontend.tflite import import_tflite
from millrace.ir.errors import CompileError
from tests.tflite.random_quantized.compose import random_model
from tests.tflite.random_quantized.mutations import mutated, mutated_bytes
from tests.tflite.random_quantized.store import stored
from tests.tflite.tflite_models import one_node

CASES = {s.case: s for s in stored()}

X = np.ones((1, 4, 4, 2), np.float32)
WEIGHTS = np.ones((3, 2, 2, 2), np.float32)


def model() -> bytes:
    return one_node(
        "CONV_2D", [X, WEIGHTS, None], ([1, 4, 4, 3], "float32"), constants=[1], padding=0,
        stride_w=1, stride_h=1, activation=0, dilation_w=1, dilation_h=1,
    )  # fmt: skip


def survives(data: bytes) -> None:
    """Every fault is found by a check, none only because something went wrong."""
    try:
        import_tflite(data)
    except CompileError as e:
        assert "malformed model" not in str(e)
        assert "malformed operator" not in str(e)


def test_the_model_itself_is_whole() -> None:
    assert import_tflite(model()).entry.function_type.results[0].shape == (1, 4, 4, 3)


@pytest.mark.parametrize("data", [b"", b"\0" * 8, b"\xff\xff\xff\xffTFL3", b"\0\0\0\0TFL3"])
def test_not_a_model(data: bytes) -> None:
    with pytest.raises(CompileError):
        import_tflite(data)


def test_cut_off() -> None:
    whole = model()
    for n in range(0, len(whole) - 1, 7):
        with pytest.raises(CompileError):
            import_tflite(whole[:n])


def test_changed_bytes() -> None:
    whole, rng = model(), np.random.default_rng(1)
    for _ in range(400):
        data = bytearray(whole)
        for at in rng.integers(8, len(data), 3):
            data[at] = rng.integers(0, 256)
        survives(bytes(data))


def test_quantized_models_with_something_wrong() -> None:
    """Changed fields of a tensor or an operator, and changed bytes."""
    rng, errors = np.random.default_rng(3), 0
    for s in list(CASES.values())[::4]:
        for _ in range(6):
            survives(mutated_bytes(rng, s.data))
    for case in range(300):
        try:
            import_tflite(mutated(rng, random_model([5, case // 10], most=3).writer))
        except CompileError as e:
            errors += 1
            assert not re.search("malformed (model|operator)", str(e))
    assert 100 < errors < 280


def test_huge_numbers() -> None:
    whole = model()
    for at in range(8, len(whole) - 4, 4):
        for value in (b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", b"\0\0\0\x80"):
            survives(whole[:at] + value + whole[at + 4 :])
