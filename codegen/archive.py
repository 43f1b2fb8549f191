"""Static libraries (``.a``) of one object, with the index that linkers ask for."""

from __future__ import annotations

import struct
from pathlib import Path

from millrace.codegen import elf
from millrace.codegen.compiled import CompiledObject

_MAGIC = b"!<arch>\n"


def write_archive(compiled: CompiledObject, path: Path) -> None:
    """Write the complete object as the only member of a library. The bytes depend on the object
    only: neither times nor owners are kept."""
    pieces = compiled.object_pieces()
    size = sum(len(p) if isinstance(p, bytes) else p.nbytes for p in pieces)
    names = elf.Object(compiled.code).exported()
    text = b"".join(name.encode() + b"\0" for name in names)
    index_size = 4 + 4 * len(names) + len(text)
    at = len(_MAGIC) + 60 + index_size + index_size % 2
    index = struct.pack(f">{len(names) + 1}I", len(names), *[at] * len(names)) + text
    with path.open("wb") as f:
        f.write(_MAGIC + _member("/", len(index)) + index + b"\n" * (len(index) % 2))
        f.write(_member("model.o/", size))
        for piece in pieces:
            f.write(piece if isinstance(piece, bytes) else piece.data)
        f.write(b"\n" * (size % 2))


def _member(name: str, size: int) -> bytes:
    return f"{name:<16}{0:<12}{0:<6}{0:<6}{'644':<8}{size:<10}`\n".encode()
