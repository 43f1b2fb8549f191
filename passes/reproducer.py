"""Files that replay a crash of a pass."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from millrace.ir.core import clone
from millrace.ir.dialects.builtin import Module
from millrace.passes.base import Pass, PassContext
from millrace.passes.pipeline import print_pipeline


def write_reproducer(
    passes: Sequence[Pass], index: int, original: Module, folder: Path | None
) -> Path:
    """Write the module as pass ``index`` found it, with large constants beside it; its first
    line is the command that runs the pass on it. Passes are deterministic, so the module is made
    again from the original; when even that fails the whole pipeline is replayed."""
    from millrace.ir.printer import write

    module, rest = _before(passes, index, original)
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="millrace-crash-"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"crash-{passes[index].name}.mlir"
    write(module, path)
    text = path.read_text(encoding="utf-8")
    pipeline = print_pipeline(rest).replace("\\", "\\\\").replace('"', '\\"')
    command = f'// millrace opt {path.name} --pipeline "{pipeline}"\n'
    path.write_text(command + text, encoding="utf-8")
    return path


def _before(passes: Sequence[Pass], index: int, original: Module) -> tuple[Module, Sequence[Pass]]:
    module = clone(original, {})
    assert isinstance(module, Module)
    ctx = PassContext()
    try:
        for p in passes[:index]:
            p.run(module, ctx)
    except Exception:  # with a rewrite budget, say, earlier passes ran differently
        return original, passes[: index + 1]
    return module, passes[index : index + 1]
