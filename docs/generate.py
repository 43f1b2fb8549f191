"""Writes the generated references; a test sees that they are current. Run by `make docs`."""

from pathlib import Path

from millrace.driver import jit_reference, reference

HERE = Path(__file__).parent
(HERE / "reference-ops.md").write_text(reference.ops_markdown())
(HERE / "reference-jit.md").write_text(jit_reference.jit_markdown())
(HERE / "reference-passes.md").write_text(reference.passes_markdown())
