"""Files are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from millrace.driver.files import write_all
from millrace.ir.errors import CompileError


def test_writes_and_replaces(tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.o"
    write_all({target: b"one"})
    write_all({target: b"two"})
    assert target.read_bytes() == b"two"
    assert [p.name for p in target.parent.iterdir()] == ["a.o"]


def test_a_failure_changes_nothing(tmp_path: Path) -> None:
    good = tmp_path / "a.h"
    good.write_bytes(b"old")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CompileError, match="cannot write"):
        write_all({good: b"new", tmp_path / "file" / "b.o": b"x"})
    assert good.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.h", "file"]


def test_a_failure_names_the_file_and_leaves_no_folder(tmp_path: Path) -> None:
    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(CompileError, match=r"cannot write .*/new/lib/b\.a: No space left"):
        write_all({tmp_path / "new" / "b.h": b"x", tmp_path / "new" / "lib" / "b.a": full})
    assert list(tmp_path.iterdir()) == []
