"""Broken files: whatever they hold, the importer returns a module or raises CompileError."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from millrace.frontend.onnx import import_onnx
from millrace.ir.errors import CompileError
from tests.onnx.onnx_models import helper, model, value

Rng = np.random.Generator
CASES = 150


def node(op: str, inputs: list[str], outputs: list[str], **fields: Any) -> Any:
    return helper.make_node(op, inputs, outputs, name=f"/{outputs[0]}", **fields)


def recurrent() -> Any:
    rng = np.random.default_rng(1)
    w, r = (rng.normal(size=(1, 24, n)).astype(np.float32) for n in (4, 6))
    nodes = [
        node("LSTM", ["x", "W", "R"], ["y", "h"], hidden_size=6, activations=["Tanh"] * 3),
        node("Squeeze", ["y", "one"], ["z"]),
    ]
    constants = {"W": w, "R": r, "one": np.array([1], np.int64)}
    return model(nodes, [value("x", (5, 2, 4))], [value("z", (5, 2, 6))], constants)


def looping() -> Any:
    body = helper.make_graph(
        [
            node("Add", ["a", "x"], ["b"]),
            node("Less", ["i", "n"], ["go"]),
            node("Unsqueeze", ["i", "zero"], ["at"]),
            node("Gather", ["x", "at"], ["row"]),
        ],
        "body",
        [value("i", (), np.int64), value("c", (), np.bool_), value("a", (4,))],
        [value("go", (), np.bool_), value("b", (4,)), value("row", (1,))],
    )
    constants = {"m": np.int64(9), "n": np.int64(2), "zero": np.array([0], np.int64)}
    nodes = [node("Loop", ["m", "", "x"], ["y", "rows"], body=body)]
    return model(nodes, [value("x", (4,))], [value("y", (4,)), value("rows", (3, 1))], constants)


def image() -> Any:
    w = np.random.default_rng(2).normal(size=(3, 2, 3, 3)).astype(np.float32)
    nodes = [
        node("Conv", ["x", "w"], ["c"], pads=[1, 1, 1, 1], strides=[2, 2]),
        node("MaxPool", ["c"], ["p"], kernel_shape=[2, 2], ceil_mode=1),
        node("Resize", ["p", "", "s"], ["r"], mode="linear"),
        node("Shape", ["r"], ["d"]),
        node("ReduceProd", ["d"], ["n"], keepdims=1),
        node("Reshape", ["r", "n"], ["y"]),
    ]
    constants = {"w": w, "s": np.float32([1, 1, 2, 2])}
    return model(nodes, [value("x", (1, 2, 8, 8))], [value("y", None)], constants)


MODELS: dict[str, Callable[[], Any]] = {"recurrent": recurrent, "looping": looping, "image": image}


def change_bytes(rng: Rng, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(int(rng.integers(1, 5))):
        out[int(rng.integers(len(out)))] = int(rng.integers(256))
    return bytes(out[: int(rng.integers(1, len(out)))] if rng.integers(8) == 0 else out)


def messages(proto: Any) -> Iterator[Any]:
    """A message and all those in it."""
    yield proto
    for field, content in proto.ListFields():
        if field.message_type is not None:
            for inner in content if hasattr(content, "__len__") else [content]:
                yield from messages(inner)


NUMBERS = [0, 1, -1, 2, 7, 1 << 20, 1 << 33, -(1 << 63), (1 << 63) - 1]


def change_field(rng: Rng, data: bytes) -> bytes:
    """A number, name or list of the file becomes another; its form stays valid."""
    proto = model([], [], [])
    proto.ParseFromString(data)
    found = list(messages(proto))
    target = found[int(rng.integers(len(found)))]
    for field, content in target.ListFields():
        number = NUMBERS[int(rng.integers(len(NUMBERS)))]
        try:
            if isinstance(content, str):
                setattr(target, field.name, ["", "x", content + "2"][int(rng.integers(3))])
            elif isinstance(content, int) and rng.integers(2):
                setattr(target, field.name, number)
            elif hasattr(content, "__len__") and not isinstance(content, bytes | str) and content:
                if rng.integers(2):
                    del content[int(rng.integers(len(content)))]
                elif field.message_type is None:
                    content[0] = number
        except (TypeError, ValueError):
            continue  # not a value of this field
    return bytes(proto.SerializeToString())


@pytest.fixture
def limited_memory() -> Iterator[None]:
    """No file of a few kilobytes may ask for gigabytes."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + (2 << 30), before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.parametrize("change", [change_bytes, change_field])
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("limited_memory")
def test_mutations(name: str, change: Callable[[Rng, bytes], bytes]) -> None:
    data = MODELS[name]().SerializeToString()
    import_onnx(data)
    outcomes = set()
    for case in range(CASES):
        rng = np.random.default_rng([case, len(data)])
        try:
            import_onnx(change(rng, data))
            outcomes.add("imported")
        except CompileError as e:
            assert str(e)
            outcomes.add("refused")
    assert outcomes == {"imported", "refused"}
