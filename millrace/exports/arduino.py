"""An Arduino library with precompiled code, in the layout that the IDE and ``arduino-cli`` ask for:
``src/CORE/lib*.a``, or ``src/CORE/FPU-ABI/lib*.a`` where floats are passed in registers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from millrace.codegen.header import c_type
from millrace.codegen.names import unique_identifiers
from millrace.driver.artifact import Artifact
from millrace.driver.files import Content
from millrace.ir.errors import CompileError
from millrace.ir.target import TargetInfo

_PROPERTIES = """\
name={name}
version=1.0.0
author=Millrace {version}
maintainer=Millrace {version}
sentence=The model {name}, compiled for {target}.
paragraph=Model {hash}: {flash} bytes of flash, {ram} bytes of RAM with inputs, outputs and stack.
category=Data Processing
url=
architectures=*
includes={name}.h
precompiled=full
ldflags=-l{name}
"""

_SKETCH = """\
// Runs {name} on zeros. The reference of what it takes and gives is {name}.h.
#include <{name}.h>

{declarations}

void setup() {{
  Serial.begin(115200);
{setup}}}

void loop() {{
  const int status = {name}_run(&in, &out, {state}arena);
  Serial.print("{name}_run: ");
  Serial.println(status);
  delay(1000);
}}
"""


def files(artifact: Artifact, library: Content, header: str) -> Mapping[str, Content]:
    c, r = artifact.compiled, artifact.report
    if not c.target.bare:
        raise CompileError(f"--export arduino: {c.target.name} is no microcontroller")
    return {
        "library.properties": _PROPERTIES.format(
            name=c.name,
            version=r.version,
            target=c.target.name,
            hash=c.model_hash,
            flash=r.flash_bytes,
            ram=r.ram_bytes,
        ),
        f"src/{c.name}.h": header,
        f"src/{_core(c.target)}/lib{c.name}.a": library,
        f"examples/run_{c.name}/run_{c.name}.ino": _sketch(artifact),
    }


def _core(target: TargetInfo) -> str:
    """The folder of a core's code: ``build.mcu`` of a board, then ``build.fpu`` and
    ``build.float-abi`` where it has them."""
    if target.triple.startswith("riscv32"):
        return "esp32c3"
    fpu = re.search(r"-mfpu=(\S+)", target.cc_flags)
    return f"{target.cpu}/{fpu[1]}-hard" if fpu and target.abi == "hard" else target.cpu


def _sketch(artifact: Artifact) -> str:
    c = artifact.compiled
    upper, lines = c.name.upper(), [f"{c.name.upper()}_STATIC_ARENA(arena);"]
    for what, tensors in (("in", c.inputs), ("out", c.outputs)):
        kind = f"{what}put"
        members = unique_identifiers([t.name for t in tensors])
        for member, t in zip(members, tensors, strict=True):
            size = f"{upper}_{kind.upper()}_{member.upper()}_SIZE"
            lines.append(f"static {c_type(t.element)} {what}_{member}[{size}];")
        given = ", ".join(f"{what}_{m}" for m in members) or "0"
        lines.append(f"static const {c.name}_{kind}s_t {what} = {{{given}}};")
    setup, state = "", ""
    if c.states:
        lines.append(f"static {c.name}_state_t state;")
        setup, state = f"  {c.name}_init(&state);\n", "&state, "
    return _SKETCH.format(name=c.name, declarations="\n".join(lines), setup=setup, state=state)
