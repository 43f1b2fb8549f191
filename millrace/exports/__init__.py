"""Folders that other build systems take as they are: the model as a library, its header, and what
the build system has to know of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from millrace._version import __version__
from millrace.codegen import header
from millrace.codegen.archive import write_archive
from millrace.driver.artifact import Artifact
from millrace.driver.files import Content, write_all
from millrace.exports import arduino, cmake, zephyr
from millrace.ir.errors import CompileError

Files = Mapping[str, Content]
EXPORTS: dict[str, Callable[[Artifact, Content, str], Files]] = {
    "cmake": cmake.files,
    "arduino": arduino.files,
    "zephyr": zephyr.files,
}
"""By name: functions of the artifact, the library and the header."""


def parse_export(text: str) -> str:
    """A build system, checked."""
    if text not in EXPORTS:
        raise CompileError(f"--export {text!r}: known are {', '.join(EXPORTS)}")
    return text


def export(artifact: Artifact, kind: str, folder: Path) -> dict[str, Path]:
    """Write the folder of a build system, all files or none; the files by their places in it."""
    c = artifact.compiled
    library = partial(write_archive, c)
    files = dict(EXPORTS[kind](artifact, library, header(c, __version__)))
    files[f"{c.name}.report.txt"] = artifact.report.to_text()
    files[f"{c.name}.report.json"] = artifact.report.to_json()
    write_all({folder / name: content for name, content in files.items()})
    return {name: folder / name for name in files}
