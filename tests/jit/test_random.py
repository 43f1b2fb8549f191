"""Random numbers are numpy's, bit by bit."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import millrace
from millrace.frontend.python.ziggurat import LAYERS, layers
from tests.jit.harness import check

# mypy: disable-error-code="no-untyped-def"


def doubles():
    rng = np.random.default_rng(42)
    return rng.random(), rng.random(5), rng.random((2, 3)), rng.random(4, dtype=np.float32)


def normals():
    rng = np.random.default_rng(7)
    return rng.standard_normal(), rng.standard_normal(30000), rng.normal(1.0, 2.0, 5)


def whole_numbers():
    rng = np.random.Generator(np.random.PCG64(3))
    few = rng.integers(0, 10), rng.integers(5, size=3), rng.integers(-(2**40), 2**40, 4)
    return (
        few,
        rng.integers(0, 2**32, 3),
        rng.integers(0, 2**33, 900),
        rng.integers(0, 1000003, 900),
    )


def permutations():
    rng = np.random.default_rng([1, 2])
    a = np.arange(12.0)
    rng.shuffle(a)
    return (
        rng.permutation(10),
        a,
        rng.permutation(np.arange(6).reshape(3, 2)),
        rng.uniform(-1, 1, 4),
    )


def in_control_flow(n):
    rng = np.random.default_rng(1)
    total = np.float64(0)
    for _ in range(n):
        if rng.random() < 0.3:
            total += rng.standard_normal()
        else:
            total -= rng.integers(0, 3)
    return total, rng.random()


@pytest.mark.parametrize("function", [doubles, normals, whole_numbers, permutations])
def test_exactly(function: Callable[..., Any]) -> None:
    check(function, ulps=0)


def test_state_in_control_flow() -> None:
    check(in_control_flow, 40, ulps=8)


def test_other_generators_are_refused() -> None:
    with pytest.raises(millrace.CompileError, match="J042"):
        millrace.jit(lambda: np.random.rand(3))()


class _Interface(ctypes.Structure):
    """numpy's ``bitgen_t``."""

    number = ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_void_p)
    _fields_ = [
        ("state", ctypes.c_void_p),
        ("next_uint64", number),
        ("next_uint32", ctypes.CFUNCTYPE(ctypes.c_uint32, ctypes.c_void_p)),
        ("next_double", ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_void_p)),
        ("next_raw", number),
    ]


class _Scripted:
    """A bit generator that gives numpy the numbers of a list, and counts the doubles it takes."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.doubles = 0
        kinds = dict(_Interface._fields_)
        functions = (
            kinds["next_uint64"](lambda _: self.numbers.pop(0)),
            kinds["next_uint32"](lambda _: 0),
            kinds["next_double"](self._double),
            kinds["next_raw"](lambda _: 0),
        )
        self.interface = _Interface(None, *functions)
        make = ctypes.pythonapi.PyCapsule_New
        make.restype = ctypes.py_object
        make.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        self.name = b"BitGenerator"
        self.capsule = make(ctypes.addressof(self.interface), self.name, None)
        self.lock = threading.Lock()

    def _double(self, _: Any) -> float:
        self.doubles += 1
        return 1 - 2.0**-30


def test_the_ziggurat_is_numpys() -> None:
    """On the border of each layer numpy takes a further number exactly where the table says so."""
    limits, widths, _ = layers()
    script = _Scripted()
    rng = np.random.Generator(script)  # type: ignore[arg-type]
    for layer in range(LAYERS):
        border = int(limits[layer])
        for size, inside in ((border - 1, True), (border, False)):
            if size < 0:
                continue
            script.numbers[:] = [size << 9 | layer, 5 << 9 | 200]
            script.doubles = 0
            value = rng.standard_normal()
            assert (script.doubles == 0) == inside, layer
            if inside:
                assert value == size * widths[layer], layer
