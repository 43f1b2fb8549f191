"""Errors of the Python frontend: one code each, the place in the user's source, what is wrong,
why, and how to put it right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from millrace.frontend.python.catalogue import CATALOGUE
from millrace.frontend.python.source import Place
from millrace.ir.errors import CompileError


@dataclass(frozen=True)
class Note:
    """Another place that has to do with the error."""

    text: str
    place: Place


class JitError(CompileError):
    """A function that cannot be compiled. ``code`` is its row in the catalogue, ``place`` where
    in the user's source."""

    def __init__(
        self,
        code: str,
        fields: Mapping[str, Any],
        place: Place | None,
        notes: Sequence[Note] = (),
        trail: Sequence[Place] = (),
    ) -> None:
        self.code = code
        self.place = place
        self.notes = tuple(notes)
        self.trail = tuple(trail)
        super().__init__(_message(code, fields, place, self.notes, self.trail))


def _message(
    code: str,
    fields: Mapping[str, Any],
    place: Place | None,
    notes: Sequence[Note],
    trail: Sequence[Place],
) -> str:
    entry = CATALOGUE[code]
    where = f"{place}: " if place else ""
    lines = [f"{where}{code}: {entry.what.format_map(fields)}"]
    if place:
        lines += _quote(place)
    for note in notes:
        lines.append(f"  {note.text}: {note.place}")
        lines += _quote(note.place)
    lines.append(f"  why: {entry.why.format_map(fields)}")
    lines.append(f"  fix: {entry.fix.format_map(fields)}")
    lines += [f"  called from {p}: {p.text.strip()}" for p in reversed(trail)]
    return "\n".join(lines)


def _quote(place: Place) -> list[str]:
    """The source line with a caret under the column."""
    if not place.text:
        return []
    before = place.text[: place.column - 1]
    pad = "".join(c if c == "\t" else " " for c in before)
    return [f"    {place.text}", f"    {pad}^"]
