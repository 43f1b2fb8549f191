"""Broken files end in a CompileError, whatever is broken."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from millrace.frontend.tensorflow import import_graphdef, import_saved_model
from millrace.frontend.tensorflow.bundle import Bundle
from millrace.frontend.tensorflow.wire import Message, read_varint
from millrace.ir.errors import CompileError, MillraceError

MODELS = sorted((Path(__file__).parent / "models").glob("*.pb"))


def test_numbers_are_bounded() -> None:
    assert read_varint(memoryview(b"\xac\x02"), 0) == (300, 2)
    for data in (b"", b"\x80", b"\x80" * 40):
        with pytest.raises(CompileError, match="cut off"):
            read_varint(memoryview(data), 0)


@pytest.mark.parametrize("data", [b"\x0a\x7fshort", b"\x0b", b"\x00\x00", b"\x0d\x01", b"\xff"])
def test_malformed_messages(data: bytes) -> None:
    with pytest.raises(CompileError, match="malformed"):
        Message(memoryview(data))


@pytest.mark.parametrize("data", [b"", b"\n\x00", b"hello world", b"\x08\x01"])
def test_what_is_no_graph(data: bytes) -> None:
    with pytest.raises(CompileError, match=r"net\.pb"):
        import_graphdef(data, name="net.pb")


@pytest.mark.parametrize("path", MODELS, ids=lambda p: p.name)
def test_random_damage(path: Path) -> None:
    whole = path.read_bytes()
    rng = random.Random(path.name)
    refused = 0
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(rng.choice([1, 1, 2, 4])):
            rng.choice(DAMAGES)(data, rng)
        try:
            import_graphdef(bytes(data))
        except MillraceError:
            refused += 1
    assert refused > 30


def _flip(data: bytearray, rng: random.Random) -> None:
    data[rng.randrange(len(data))] = rng.randrange(256)


def _cut(data: bytearray, rng: random.Random) -> None:
    i = rng.randrange(len(data))
    del data[i : i + rng.randrange(1, 9)]


def _swap(data: bytearray, rng: random.Random) -> None:
    i, j = rng.randrange(len(data)), rng.randrange(len(data))
    data[i], data[j] = data[j], data[i]


def _end(data: bytearray, rng: random.Random) -> None:
    del data[rng.randrange(len(data) // 2, len(data)) :]


DAMAGES: tuple[Callable[[bytearray, random.Random], None], ...] = (_flip, _cut, _swap, _end)


def test_a_damaged_checkpoint(tmp_path: Path) -> None:
    magic = (0xDB4775248B80FB57).to_bytes(8, "little")
    for data in (b"", b"x" * 100, b"\xff" * 40 + magic, b"\x00" * 40 + magic):
        (tmp_path / "variables.index").write_bytes(data)
        with pytest.raises(CompileError, match=r"index|malformed"):
            Bundle(tmp_path / "variables")


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(CompileError, match=r"saved_model\.pb"):
        import_saved_model(tmp_path)
    (tmp_path / "saved_model.pb").write_bytes(b"\x08\x01")
    with pytest.raises(CompileError, match="has no graph"):
        import_saved_model(tmp_path)
