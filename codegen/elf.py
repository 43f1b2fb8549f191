"""Just enough of ELF: sections of a relocatable object, and putting the weights into it.

LLVM emits the section of the weights with 64 bytes in it. The real bytes go to the end of the
file; the section's header and its symbol learn the new place and size. Relocations refer to the
symbol, so nothing else changes, and the bytes never pass through LLVM.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from millrace.codegen.weights import ALIGNMENT, Bytes
from millrace.ir.errors import CompileError

SHF_ALLOC, SHF_EXECINSTR = 2, 4
SHT_SYMTAB, SHT_NOBITS = 2, 8


@dataclass(frozen=True)
class _Class:
    """Where the fields lie in 32-bit or 64-bit files: (struct format, offset) pairs."""

    header_shoff: tuple[str, int]
    header_shnum: tuple[str, int]
    section: str
    """name, type, flags, addr, offset, size, link, info, align, entsize."""
    section_offset: tuple[str, int]
    section_size: tuple[str, int]
    symbol_bytes: int
    symbol_shndx: tuple[str, int]
    symbol_size: tuple[str, int]


_CLASSES = {
    1: _Class(("<I", 32), ("<H", 48), "<10I", ("<I", 16), ("<I", 20), 16, ("<H", 14), ("<I", 8)),
    2: _Class(
        ("<Q", 40), ("<H", 60), "<IIQQQQIIQQ", ("<Q", 24), ("<Q", 32), 24, ("<H", 6), ("<Q", 16)
    ),
}


@dataclass(frozen=True)
class Section:
    name: str
    type: int
    flags: int
    offset: int
    size: int
    header: int
    """File offset of the section's header."""
    link: int


class Object:
    """A little-endian relocatable ELF file."""

    def __init__(self, data: bytes) -> None:
        if data[:4] != b"\x7fELF" or data[4] not in _CLASSES or data[5] != 1:
            raise CompileError("internal error: the object is not a little-endian ELF file")
        self.data = data
        self.layout = _CLASSES[data[4]]
        self.sections = list(self._sections())

    def _get(self, field: tuple[str, int], base: int = 0) -> int:
        return int(struct.unpack_from(field[0], self.data, base + field[1])[0])

    def _sections(self) -> Iterator[Section]:
        start = self._get(self.layout.header_shoff)
        count = self._get(self.layout.header_shnum)
        step = struct.calcsize(self.layout.section)
        rows = [
            struct.unpack_from(self.layout.section, self.data, start + i * step)
            for i in range(count)
        ]
        names = rows[struct.unpack_from("<H", self.data, self.layout.header_shnum[1] + 2)[0]][4]
        for i, (name, kind, flags, _, offset, size, link, *_rest) in enumerate(rows):
            end = self.data.index(b"\0", names + name)
            text = self.data[names + name : end].decode()
            yield Section(text, kind, flags, offset, size, start + i * step, link)

    def section(self, name: str) -> Section:
        for s in self.sections:
            if s.name == name:
                return s
        raise CompileError(f"internal error: the object has no section {name!r}")

    def symbols_of(self, section: Section) -> Iterator[int]:
        """File offsets of the symbols that are defined in a section and have a size."""
        index = self.sections.index(section)
        for table in self.sections:
            if table.type == SHT_SYMTAB:
                for at in range(table.offset, table.offset + table.size, self.layout.symbol_bytes):
                    same = self._get(self.layout.symbol_shndx, at) == index
                    if same and self._get(self.layout.symbol_size, at):
                        yield at

    def bytes_of(self, *, code: bool) -> int:
        """Size of what is loaded: instructions, or read-only data (constants of the code)."""
        total = 0
        for s in self.sections:
            if s.flags & SHF_ALLOC and s.type != SHT_NOBITS:
                total += s.size if bool(s.flags & SHF_EXECINSTR) == code else 0
        return total


def with_weights(data: bytes, section: str, weights: Bytes) -> list[bytes | Bytes]:
    """The object whose ``section`` holds ``weights`` instead of its placeholder, as pieces to be
    written one after the other."""
    parsed = Object(data)
    target = parsed.section(section)
    at = -(-len(data) // ALIGNMENT) * ALIGNMENT
    patched = bytearray(data)
    layout = parsed.layout

    def put(field: tuple[str, int], base: int, value: int) -> None:
        struct.pack_into(field[0], patched, base + field[1], value)

    put(layout.section_offset, target.header, at)
    put(layout.section_size, target.header, weights.size)
    for symbol in parsed.symbols_of(target):
        put(layout.symbol_size, symbol, weights.size)
    return [bytes(patched), np.zeros(at - len(data), np.uint8), weights]
