"""The programs that emulation needs, and running them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from millrace.ir.errors import RunError


@dataclass(frozen=True)
class Tool:
    """A program and the Debian package that brings it."""

    command: str
    package: str
    use: str

    def find(self) -> str:
        """The program's path. RunError, naming the package, when it is missing."""
        path = shutil.which(self.command)
        if path is None:
            raise RunError(
                f"{self.command} is missing, which {self.use}; Debian's package {self.package} "
                f"has it (apt-get install {self.package})"
            )
        return path


GCC = Tool("arm-none-eabi-gcc", "gcc-arm-none-eabi", "links firmware")
NM = Tool("arm-none-eabi-nm", "binutils-arm-none-eabi", "lists the symbols of firmware")
QEMU = Tool("qemu-system-arm", "qemu-system-arm", "emulates the boards")
NEWLIB = "libnewlib-arm-none-eabi"
"""The Debian package of the C library."""


@dataclass(frozen=True)
class Finished:
    status: int
    output: str
    """Standard output, then standard error."""


class TimedOut(Exception):
    """The program took longer than it was given and has been ended."""


def run(command: Sequence[str], folder: Path, timeout: float | None = None) -> Finished:
    """Run a program to its end, in ``folder``, with nothing to read."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TimedOut from None
    except OSError as e:
        raise RunError(f"cannot run {command[0]}: {e.strerror or e}") from None
    return Finished(done.returncode, (done.stdout + done.stderr).decode(errors="replace"))
