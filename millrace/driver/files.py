"""Writing files so that a reader never sees half of one."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from millrace.ir.errors import CompileError

Content = bytes | str | Callable[[Path], None]
"""Bytes, text, or a function that writes the file it is given."""


def write_all(contents: Mapping[Path, Content]) -> None:
    """Write every file beside its place first, then rename them all. When writing fails, nothing
    has changed."""
    made: list[tuple[Path, Path]] = []
    folders: list[Path] = []
    path = Path()
    try:
        for path, content in contents.items():
            folders += [f for f in reversed(path.parents) if not f.exists()]
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            os.close(handle)
            temp = Path(name)
            made.append((temp, path))
            _write(temp, content)
            temp.chmod(0o666 & ~_umask())
        for temp, path in made:
            temp.replace(path)
        folders = []
    except OSError as e:
        raise CompileError(_reason(path, e)) from None
    finally:
        for temp, _ in made:
            temp.unlink(missing_ok=True)
        for folder in reversed(folders):
            with contextlib.suppress(OSError):
                folder.rmdir()


def _reason(path: Path, e: OSError) -> str:
    """What is wrong with a file, or with one of the folders that it should lie in."""
    at = Path(os.fsdecode(e.filename)) if e.filename else path
    if at not in path.parents:
        at = path
    what = "it is not a folder" if isinstance(e, FileExistsError) else e.strerror or e
    return f"cannot write {at}: {what}"


def _write(path: Path, content: Content) -> None:
    if callable(content):
        content(path)
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def _umask() -> int:
    """The process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
