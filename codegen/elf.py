"""Just enough of ELF: sections and symbols of a relocatable object, putting the weights into it.

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

SHF_ALLOC, SHF_EXECINSTR, SHF_EXCLUDE = 2, 4, 0x80000000
SHT_NULL, SHT_PROGBITS, SHT_SYMTAB, SHT_NOBITS, SHT_ARM_EXIDX = 0, 1, 2, 8, 0x70000001
STB_GLOBAL, STT_FUNC = 1, 2


@dataclass(frozen=True)
class _Class:
    """Where the fields lie in 32-bit or 64-bit files: (struct format, offset) pairs."""

    header_shoff: tuple[str, int]
    header_shnum: tuple[str, int]
    section: str
    """name, type, flags, addr, offset, size, link, info, align, entsize."""
    section_offset: tuple[str, int]
    section_size: tuple[str, int]
    section_type: tuple[str, int]
    section_flags: tuple[str, int]
    symbol_bytes: int
    symbol_info: tuple[str, int]
    symbol_shndx: tuple[str, int]
    symbol_size: tuple[str, int]


_CLASSES = {
    1: _Class(
        header_shoff=("<I", 32),
        header_shnum=("<H", 48),
        section="<10I",
        section_offset=("<I", 16),
        section_size=("<I", 20),
        section_type=("<I", 4),
        section_flags=("<I", 8),
        symbol_bytes=16,
        symbol_info=("<B", 12),
        symbol_shndx=("<H", 14),
        symbol_size=("<I", 8),
    ),
    2: _Class(
        header_shoff=("<Q", 40),
        header_shnum=("<H", 60),
        section="<IIQQQQIIQQ",
        section_offset=("<Q", 24),
        section_size=("<Q", 32),
        section_type=("<I", 4),
        section_flags=("<Q", 8),
        symbol_bytes=24,
        symbol_info=("<B", 4),
        symbol_shndx=("<H", 6),
        symbol_size=("<Q", 16),
    ),
}
"""By the file's class, 32 or 64 bits."""


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

    def has_section(self, name: str) -> bool:
        return any(s.name == name for s in self.sections)

    def symbols_of(self, section: Section) -> Iterator[int]:
        """File offsets of the symbols that are defined in a section and have a size."""
        index = self.sections.index(section)
        for _, at in self._symbols():
            same = self._get(self.layout.symbol_shndx, at) == index
            if same and self._get(self.layout.symbol_size, at):
                yield at

    def _symbols(self) -> Iterator[tuple[str, int]]:
        """Names and file offsets of all symbols."""
        for table in self.sections:
            if table.type != SHT_SYMTAB:
                continue
            names = self.sections[table.link].offset
            for at in range(table.offset, table.offset + table.size, self.layout.symbol_bytes):
                start = names + int(struct.unpack_from("<I", self.data, at)[0])
                yield self.data[start : self.data.index(b"\0", start)].decode(), at

    def undefined(self) -> tuple[str, ...]:
        """The symbols that others have to define, sorted."""
        return tuple(
            sorted(
                name
                for name, at in self._symbols()
                if name and self._get(self.layout.symbol_shndx, at) == 0
            )
        )

    def exported(self) -> tuple[str, ...]:
        """The symbols that others can refer to, sorted."""
        return tuple(
            sorted(
                name
                for name, at in self._symbols()
                if self._get(self.layout.symbol_info, at) >> 4 == STB_GLOBAL
                and self._get(self.layout.symbol_shndx, at)
            )
        )

    def functions(self) -> dict[str, int]:
        """The size of each function that stands in the object."""
        return {
            name: self._get(self.layout.symbol_size, at)
            for name, at in self._symbols()
            if self._get(self.layout.symbol_info, at) & 15 == STT_FUNC
        }

    def bytes_of(self, *, code: bool) -> int:
        """Size of what is loaded: instructions, or read-only data (constants of the code)."""
        total = 0
        for s in self.sections:
            if s.flags & SHF_ALLOC and s.type != SHT_NOBITS:
                total += s.size if bool(s.flags & SHF_EXECINSTR) == code else 0
        return total


def for_firmware(data: bytes) -> bytes:
    """The object without what firmware has no use for: tables for unwinding on Arm, which say no
    more than that one cannot and take eight bytes of flash a function, and the note on executable
    stacks, for lack of which linkers would warn of every other object."""
    parsed = Object(data)
    patched = bytearray(data)

    def put(field: tuple[str, int], section: Section, value: int) -> None:
        struct.pack_into(field[0], patched, section.header + field[1], value)

    for s in parsed.sections:
        if s.type == SHT_ARM_EXIDX:
            put(parsed.layout.section_type, s, SHT_PROGBITS)
            put(parsed.layout.section_flags, s, SHF_EXCLUDE)
        elif s.name == ".note.GNU-stack":
            put(parsed.layout.section_type, s, SHT_NULL)
    return bytes(patched)


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
