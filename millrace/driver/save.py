"""What ``compile`` writes, and reopening it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

from millrace._version import __version__
from millrace.codegen import CompiledObject, TensorIO, elf, header
from millrace.codegen.emitter import CheckSite
from millrace.codegen.entry import weights_section
from millrace.codegen.stack import Stack
from millrace.codegen.weights import ALIGNMENT, aligned_bytes
from millrace.driver.artifact import Artifact
from millrace.driver.files import Content, write_all
from millrace.driver.report import Report
from millrace.driver.specs import TensorSpec
from millrace.ir.dialects.func import RunTimeSize
from millrace.ir.errors import CompileError
from millrace.ir.printer import write
from millrace.ir.target import TargetInfo
from millrace.ir.types import I32, element_type_of

DEFAULT = ("object", "header")


def write_artifact(
    artifact: Artifact, directory: Path, emit: tuple[str, ...] = DEFAULT
) -> dict[str, Path]:
    """Write what ``emit`` names and the reports, all or nothing; the files by what they are."""
    c = artifact.compiled
    made: dict[str, tuple[str, Content]] = {}
    digest = ""

    def write_object(path: Path) -> None:
        nonlocal digest
        c.write_object(path)
        digest = _digest(path)

    def write_json(path: Path) -> None:
        # After the object: its digest says at load which object belongs to the description.
        path.write_text(_json(artifact, digest))

    if "object" in emit:
        made["object"] = (f"{c.name}.o", write_object)
    if "header" in emit:
        made["header"] = (f"{c.name}.h", header(c, __version__))
    if "asm" in emit and c.assembly is not None:
        made["asm"] = (f"{c.name}.s", c.assembly)
    if "llvm" in emit and c.llvm_ir is not None:
        made["llvm"] = (f"{c.name}.ll", c.llvm_ir)
    made["report.txt"] = (f"{c.name}.report.txt", artifact.report.to_text())
    made["report.json"] = (f"{c.name}.report.json", write_json)
    write_all({directory / file: content for file, content in made.values()})
    written = {what: directory / file for what, (file, _) in made.items()}
    for stage, module in artifact.modules.items():
        # Two files belong together here (text and constants), so these are written in place.
        path = written[f"ir.{stage}"] = directory / f"{c.name}.{stage}.mlir"
        write(module, path)
    return written


def _digest(path: Path) -> str:
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def _json(artifact: Artifact, digest: str) -> str:
    c = artifact.compiled
    out = artifact.report.to_dict()
    out["reopen"] = {
        "object_sha256": digest,
        "target": dataclasses.asdict(c.target),
        "arena_align": c.arena_align,
        "table_bytes": c.table_bytes,
        "stack_externals": list(c.stack.externals),
        "stack_uncounted": list(c.stack.uncounted),
        "checks": [[site.code, site.where] for site in c.checks],
    }
    return json.dumps(out, indent=1) + "\n"


# ---- reopening


def read_artifact(directory: Path, name: str | None) -> Artifact:
    """The model that lies in a folder. CompileError when it cannot be reopened."""
    path = _find(directory, name)
    try:
        facts = json.loads(path.read_text())
        code = (directory / f"{facts['name']}.o").read_bytes()
        if hashlib.sha256(code).hexdigest() != facts["reopen"]["object_sha256"]:
            raise CompileError(f"{path}: {facts['name']}.o is not the object that it describes")
        return _artifact(facts, code)
    except OSError as e:
        raise CompileError(f"cannot read {e.filename}: {e.strerror or e}") from None
    except (ValueError, KeyError, TypeError, IndexError, struct.error) as e:
        raise CompileError(f"{path}: not a report of this version of Millrace: {e}") from None


def _find(directory: Path, name: str | None) -> Path:
    suffix = ".report.json"
    found = sorted(directory.glob(f"*{suffix}"))
    names = [p.name.removesuffix(suffix) for p in found]
    if name is not None:
        found = [p for p, n in zip(found, names, strict=True) if n == name]
    if len(found) == 1:
        return found[0]
    what = f"no model {name!r}" if name else f"{len(found)} models" if found else "no model"
    listed = f" (there are {', '.join(names)}; say which with name)" if names else ""
    raise CompileError(f"{directory}: {what}{listed}")


def _artifact(facts: dict[str, Any], code: bytes) -> Artifact:
    report = Report.from_dict(facts)
    reopen = facts["reopen"]
    compiled = CompiledObject(
        name=report.name,
        target=TargetInfo(**reopen["target"]),
        code=code,
        weights=_weights(code, report),
        inputs=(*map(_io, report.inputs), *map(_size_io, report.sizes)),
        outputs=(*map(_io, report.outputs), *(TensorIO(s.name, (), I32) for s in report.found)),
        arena_bytes=report.arena_bytes,
        arena_align=int(reopen["arena_align"]),
        model_hash=report.model_hash,
        states=tuple(map(_io, report.states)),
        checks=tuple(CheckSite(number, where) for number, where in reopen["checks"]),
        kernels=tuple(k.name for k in report.kernels),
        table_bytes=int(reopen["table_bytes"]),
        stack=Stack(
            report.stack_bytes,
            tuple(reopen["stack_externals"]),
            tuple(reopen["stack_uncounted"]),
        ),
    )
    return Artifact(compiled, report.inputs, report.outputs, report)


def _weights(code: bytes, report: Report) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The constants, copied from the object to where they are aligned."""
    parsed = elf.Object(code)
    if not parsed.has_section(weights_section(report.name)):
        return aligned_bytes(0, ALIGNMENT)
    section = parsed.section(weights_section(report.name))
    blob = aligned_bytes(section.size, ALIGNMENT)
    blob[:] = np.frombuffer(code, np.uint8, section.size, section.offset)
    blob.flags.writeable = False
    return blob


def _io(spec: TensorSpec) -> TensorIO:
    element = element_type_of(spec.dtype)
    return TensorIO(spec.name, spec.shape, element, spec.quantization, spec.dims)


def _size_io(size: RunTimeSize) -> TensorIO:
    return TensorIO(size.name, (), I32, sizes=(size.least, size.most))
