"""Each file of ``invalid/`` has one error, on the line that says so, with the text it says.

``// level: NAME`` in the first line verifies at that level. ``expected-error-anywhere`` is for
operations whose location is not the line.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from millrace.ir.errors import CompileError
from millrace.ir.levels import Level
from millrace.ir.parser import parse_module
from millrace.ir.verifier import verify

FILES = sorted((Path(__file__).parent / "invalid").glob("*.mlir"))
EXPECTED = re.compile(
    r"// expected-error(?P<anywhere>-anywhere)? \{\{(?P<text>.*)\}\}$", re.MULTILINE
)


def level_of(text: str) -> Level | None:
    m = re.match(r"// level: (\w+)", text)
    return Level[m[1]] if m else None


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_invalid(path: Path):
    text = path.read_text()
    (expected,) = EXPECTED.finditer(text)
    with pytest.raises(CompileError) as info:
        module = parse_module(text, filename=path.name, source_locs=True)
        verify(module, level_of(text))
    message = str(info.value)
    assert expected["text"] in message
    if not expected["anywhere"]:
        line = text.count("\n", 0, expected.start()) + 1
        assert message.startswith(f"{path.name}:{line}:"), message


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_without_source_locations(path: Path):
    """The same error, only less precisely placed."""
    text = path.read_text()
    with pytest.raises(CompileError) as info:
        verify(parse_module(text), level_of(text))
    assert EXPECTED.search(text)["text"] in str(info.value)


def test_there_are_files():
    assert len(FILES) > 50
