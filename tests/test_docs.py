"""The docs are current: generated references, links, the README's commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from millrace.driver import jit_reference, reference

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("reference-ops.md", reference.ops_markdown),
        ("reference-passes.md", reference.passes_markdown),
        ("reference-jit.md", jit_reference.jit_markdown),
    ],
)
def test_generated_references_are_current(file: str, text: object) -> None:
    assert callable(text)
    assert (ROOT / "docs" / file).read_text() == text(), "run `make docs`"


@pytest.mark.parametrize("page", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_makefile_has_what_the_readme_names() -> None:
    rules = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z-]+)", (ROOT / "README.md").read_text()))
    assert {"demo", "test"} <= named <= rules


def test_every_operation_and_pass_is_documented() -> None:
    rows = [r.name for r in reference.pass_rows() if not r.summary]
    rows += [r.name for r in reference.op_rows() if r.name.startswith("mr.") and not r.summary]
    assert rows == []


def test_the_table_of_firmware_targets_is_true() -> None:
    from millrace.codegen import target
    from millrace.emulator import emulated_targets, place_for

    page = (ROOT / "docs" / "firmware.md").read_text()
    rows = re.findall(r"^\| `(\S+)` \| `(.+)` \| (\S+) \|$", page, re.MULTILINE)
    assert {name for name, _, _ in rows} >= set(emulated_targets())
    for name, flags, board in rows:
        assert flags == target(name).cc_flags
        emulated = name in emulated_targets()
        assert board == (place_for(target(name)).board.machine if emulated else "-")
