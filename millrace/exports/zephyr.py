"""A Zephyr module: named in ``ZEPHYR_EXTRA_MODULES`` or in a west manifest, it links the model into
the image when the board's core is the model's."""

from __future__ import annotations

from collections.abc import Mapping

from millrace.driver.artifact import Artifact
from millrace.driver.files import Content
from millrace.ir.errors import CompileError
from millrace.ir.target import TargetInfo

_MODULE = """\
name: {name}
build:
  cmake: .
  kconfig: Kconfig
"""

_KCONFIG = (
    "config MILLRACE_{upper}\n"
    '\tbool "{name}: a model compiled by Millrace {version} for {target}"\n'
    "\tdefault y\n"
    "\tdepends on {depends}\n"
    "\thelp\n"
    "\t  The model {hash}: {flash} bytes of flash, {ram} bytes of RAM\n"
    "\t  with inputs, outputs and stack. Include <{name}.h>.\n"
)
"""Tabs, as Kconfig files have them."""

_LISTS = """\
if(CONFIG_MILLRACE_{upper})
  zephyr_include_directories(${{CMAKE_CURRENT_LIST_DIR}}/include)
  zephyr_library_import({name} ${{CMAKE_CURRENT_LIST_DIR}}/lib/lib{name}.a)
endif()
"""


def files(artifact: Artifact, library: Content, header: str) -> Mapping[str, Content]:
    c, r = artifact.compiled, artifact.report
    words = {
        "name": c.name,
        "upper": c.name.upper(),
        "version": r.version,
        "target": c.target.name,
        "depends": _depends(c.target),
        "hash": c.model_hash,
        "flash": r.flash_bytes,
        "ram": r.ram_bytes,
    }
    return {
        "zephyr/module.yml": _MODULE.format(**words),
        "CMakeLists.txt": _LISTS.format(**words),
        "Kconfig": _KCONFIG.format(**words),
        f"include/{c.name}.h": header,
        f"lib/lib{c.name}.a": library,
    }


def _depends(target: TargetInfo) -> str:
    """The cores that can execute the code, with their floats passed as the code expects."""
    if not target.bare:
        raise CompileError(f"--export zephyr: {target.name} is no microcontroller")
    if target.triple.startswith("riscv32"):
        return "RISCV && !64BIT && !FPU"
    core = f"CPU_{target.cpu.upper().replace('-', '_')}"
    return f"{core} && FP_HARDABI" if target.abi == "hard" else f"{core} && !FP_HARDABI"
