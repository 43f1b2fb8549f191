"""The call path of a model, on a native function that the test supplies."""

from __future__ import annotations

import ctypes
import threading
import time
from typing import Any

import numpy as np
import pytest

from millrace.codegen import CompiledObject, LoadedFunction, host
from millrace.codegen.emitter import CheckSite
from millrace.driver.artifact import Artifact
from millrace.driver.model import Model
from millrace.driver.report import Report
from millrace.driver.specs import TensorSpec
from millrace.ir.errors import RunError

CHECKS = (CheckSite(2, 'node "/g"'),)


def artifact() -> Artifact:
    f32 = np.dtype(np.float32)
    ins = (TensorSpec("a", (2, 3), f32), TensorSpec("b", (3,), f32))
    outs = (TensorSpec("sum", (2, 3), f32), TensorSpec("n", (), np.dtype(np.int64)))
    report = Report(
        name="m", version="0", target="host", features="", model_hash="", inputs=ins, outputs=outs,
        code_bytes=0, weight_bytes=0, arena_bytes=256, state_bytes=0, stack_bytes=64,
        io_bytes=0, macs=0, kernels=(), decisions=(),
    )  # fmt: skip
    compiled = CompiledObject(
        name="m",
        target=host(),
        code=b"",
        weights=np.zeros(0, np.uint8),
        inputs=(),
        outputs=(),
        arena_bytes=256,
        arena_align=64,
        model_hash="",
        checks=CHECKS,
    )
    return Artifact(compiled, ins, outs, report)


def array_at(pointer: int, dtype: Any, *shape: int) -> np.ndarray[Any, Any]:
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    return np.frombuffer((ctypes.c_char * size).from_address(pointer), dtype).reshape(shape)


class Adder(LoadedFunction):
    """Stands for native code: sum = a + b, n = 7."""

    def __init__(self, compiled: CompiledObject) -> None:
        self.compiled = compiled
        self.weights_address = 0
        self.code, self.seconds = 0, 0.0
        self.arenas: list[int] = []
        self._pointers = ctypes.c_void_p * 4
        self.invoke = self.native

    def native(self, tensors: int, arena: int, weights: int) -> int:
        at = (ctypes.c_void_p * 4).from_address(tensors)
        self.arenas.append(arena)
        a, b = array_at(at[0], "f4", 2, 3), array_at(at[1], "f4", 3)
        array_at(at[2], "f4", 2, 3)[...] = a + b
        array_at(at[3], "i8")[...] = 7
        time.sleep(self.seconds)
        return self.code


def make() -> tuple[Model, Adder]:
    made: list[Adder] = []

    def load(compiled: CompiledObject) -> Adder:
        made.append(Adder(compiled))
        return made[0]

    return Model(artifact(), load), made[0]


A = np.arange(6, dtype=np.float32).reshape(2, 3)
B = np.ones(3, np.float32)


def test_positional_and_named_calls_agree_and_outputs_are_fresh() -> None:
    model = make()[0]
    first, n = model(A, B)
    second = model.run({"b": B, "a": A})
    assert np.array_equal(first, A + 1) and n == 7 and n.shape == ()
    assert list(second) == ["sum", "n"]
    assert np.array_equal(second["sum"], first) and second["sum"] is not first


def test_the_arena_is_aligned_and_used_again() -> None:
    model, native = make()
    model(A, B)
    model(A, B)
    assert native.arenas[0] == native.arenas[1] and native.arenas[0] % 64 == 0


def test_threads_have_arenas_of_their_own() -> None:
    model, native = make()
    native.seconds = 0.05
    threads = [threading.Thread(target=model, args=(A, B)) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(set(native.arenas)) == 4


@pytest.mark.parametrize(
    ("args", "text"),
    [((A,), "expected 2 inputs (a, b), got 1"), ((A, A), "input 'b': expected float32[3]")],
)
def test_wrong_positional_calls(args: tuple[Any, ...], text: str) -> None:
    with pytest.raises(RunError) as error:
        make()[0](*args)
    assert text in str(error.value)


def test_wrong_names() -> None:
    with pytest.raises(RunError) as error:
        make()[0].run({"a": A, "c": B})
    assert "missing inputs: 'b'" in str(error.value) and "unknown inputs: 'c'" in str(error.value)


def test_failures_name_the_node_and_leave_the_model_usable() -> None:
    model, native = make()
    native.code = -(8 * 1 + 2)
    with pytest.raises(RunError) as error:
        model(A, B)
    assert 'm: node "/g": an index is out of range' in str(error.value)
    native.code = 0
    assert np.array_equal(model(A, B)[0], A + 1)


def test_a_state_is_called_as_the_model_is() -> None:
    stream = make()[0].new_state()
    stream.reset()
    assert np.array_equal(stream(A, B)[0], stream.run({"a": A, "b": B})["sum"])
