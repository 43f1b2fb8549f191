"""A SavedModel folder, written here byte by byte: signature, variables, checkpoint."""

from __future__ import annotations

import random
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import millrace
from millrace.frontend.tensorflow import import_saved_model
from millrace.ir.errors import CompileError, MillraceError
from millrace.ir.interpreter.run import interpret

W = np.array([[1, 2], [3, 4], [5, 6]], np.float32)
B = np.array([10, 20], np.float32)


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def blob(field: int, data: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(data)) + data


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def checkpoint(folder: Path, tensors: dict[str, np.ndarray[Any, Any]]) -> None:
    """``variables.index`` with one block, keys sharing prefixes, and one shard."""
    folder.mkdir()
    data, entries = b"", [(b"", number(1, 1))]
    for key, t in sorted(tensors.items()):
        shape = b"".join(blob(2, number(1, d)) for d in t.shape)
        entry = number(1, 1) + blob(2, shape) + number(4, len(data)) + number(5, t.nbytes)
        entries.append((key.encode(), entry))
        data += t.tobytes()
    (folder / "variables.data-00000-of-00001").write_bytes(data)
    file = b""

    def add(pairs: list[tuple[bytes, bytes]]) -> bytes:
        nonlocal file
        block, last = b"", b""
        for key, value in pairs:
            shared = 0
            while shared < min(len(key), len(last)) and key[shared] == last[shared]:
                shared += 1
            own = key[shared:]
            block += varint(shared) + varint(len(own)) + varint(len(value)) + own + value
            last = key
        block += struct.pack("<II", 0, 1)
        handle = varint(len(file)) + varint(len(block))
        file += block + b"\x00" * 5
        return handle

    handle = add(entries)
    index = add([(b"z", handle)])
    meta = add([])
    footer = (meta + index).ljust(40, b"\x00") + struct.pack("<Q", 0xDB4775248B80FB57)
    (folder / "variables.index").write_bytes(file + footer)


def names(values: list[str]) -> bytes:
    """A constant of strings, as an attribute."""
    shape = blob(2, blob(2, number(1, len(values))))
    tensor = number(1, 7) + shape + b"".join(blob(8, v.encode()) for v in values)
    return blob(8, tensor)


@pytest.fixture
def folder(tmp_path: Path, writer: Any, kinds: Any) -> Path:
    """y = x @ w + b; a function restores w and b by names of the checkpoint."""
    f32 = kinds.type("float32")
    g, restore = writer(), writer()
    g.placeholder("serving_x", -1, 3)
    g.add("w", "VarHandleOp", dtype=f32, shared_name="layer/w")
    g.add("b", "VarHandleOp", dtype=f32, shared_name="layer/b")
    g.add("read_w", "ReadVariableOp", "w", dtype=f32)
    g.add("read_b", "ReadVariableOp", "b", dtype=f32)
    g.add("product", "MatMul", "serving_x", "read_w")
    g.add("sum", "BiasAdd", "product", "read_b")
    g.const("prefix", 0.0)
    value = blob(5, blob(1, b"value") + blob(2, names(["0", "1"])))
    restore._nodes.append(blob(1, b"names") + blob(2, b"Const") + value)
    restore.const("slices", 0.0)
    restore.add("restore", "RestoreV2", "file", "names:output:0", "slices:output:0")
    for i, name in enumerate(("b", "w")):
        restore.add(f"id_{name}", "Identity", f"restore:tensors:{i}")
        restore.add(f"set_{name}", "AssignVariableOp", name, f"id_{name}:output:0")
    types = {"file": "float32", "w": "resource", "b": "resource"}
    g.function("restore_fn", types, {"out": "file"}, restore)
    g.add("call", "StatefulPartitionedCall", "prefix", "w", "b", f=kinds.func("restore_fn"))
    sides = (("x", "serving_x:0", 1), ("total", "sum:0", 2))
    signature = b"".join(
        blob(field, blob(1, name.encode()) + blob(2, blob(1, tensor.encode()) + number(2, 1)))
        for name, tensor, field in sides
    )
    entry = blob(5, blob(1, b"serving_default") + blob(2, signature))
    path = tmp_path / "model"
    path.mkdir()
    (path / "saved_model.pb").write_bytes(number(1, 1) + blob(2, blob(2, g.data()) + entry))
    checkpoint(path / "variables", {"0": B, "1": W})
    return path


def test_variables_come_from_the_checkpoint(folder: Path) -> None:
    module = import_saved_model(folder, shapes={"x": (2, 3)})
    assert module.entry.arg_names == ("x",) and module.entry.result_names == ("total",)
    x = np.array([[1, 0, 0], [0, 1, 1]], np.float32)
    (out,) = interpret(module, [x])
    np.testing.assert_array_equal(out, x @ W + B)


def test_feeds_and_fetches_instead_of_a_signature(folder: Path) -> None:
    model = millrace.compile(folder, feed="serving_x", fetch=["product"])
    assert [s.name for s in model.outputs] == ["product"]
    np.testing.assert_allclose(model(np.ones((1, 3), np.float32)), [[9, 12]])


def test_an_unknown_signature(folder: Path) -> None:
    with pytest.raises(CompileError, match=r"no signature 'train' \(has: serving_default\)"):
        import_saved_model(folder, signature="train")


@pytest.mark.parametrize("name", ["variables.index", "variables.data-00000-of-00001"])
def test_damaged_checkpoints(folder: Path, name: str) -> None:
    path = folder / "variables" / name
    whole = path.read_bytes()
    rng = random.Random(name)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(rng.choice([1, 2, 4])):
            data[rng.randrange(len(data))] = rng.randrange(256)
        path.write_bytes(data[: rng.randrange(1, 2 * len(data))])
        try:
            import_saved_model(folder)
        except MillraceError:
            continue
    path.unlink()
    with pytest.raises(CompileError):
        import_saved_model(folder)
