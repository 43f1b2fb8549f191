"""`make demo`: compile an RNN, link it into a C program, run it, compare with Python."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np

import millrace

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cc", default="cc", help="the C compiler")
    compiler = parser.parse_args().cc

    step("millrace", "compile", "examples/gru_demo.onnx", "-o", "build/demo")
    flags = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1", "-Ibuild/demo"]
    files = ["examples/demo_main.c", "build/demo/gru_demo.o", "-lm", "-o", "build/demo/demo"]
    step(compiler, *flags, *files)
    print("\n$ build/demo/demo")
    done = subprocess.run(
        [ROOT / "build" / "demo" / "demo"], check=True, capture_output=True, text=True
    )
    from_c = np.array([float(line) for line in done.stdout.split()], np.float32)

    model = millrace.compile(HERE / "gru_demo.onnx")
    i = np.arange(49 * 10)
    frames = ((i * 37 + 11) % 101).astype(np.float32) / np.float32(50) - np.float32(1)
    from_python = model(frames.reshape(1, 49, 10)).reshape(-1)
    return compare(from_c, from_python)


def step(*command: str) -> None:
    """Show a command and run it in the project's folder."""
    print("\n$", *command, flush=True)
    # This environment's millrace, whether or not its commands are on the PATH.
    words = [sys.executable, "-m", "millrace"] if command[0] == "millrace" else [command[0]]
    subprocess.run([*words, *command[1:]], check=True, cwd=ROOT)


def compare(from_c: np.ndarray, from_python: np.ndarray) -> int:
    print(f"{'class':>5}  {'C program':>12}  {'Python':>12}")
    for k, (a, b) in enumerate(zip(from_c, from_python, strict=True)):
        print(f"{k:>5}  {a:>12.8f}  {b:>12.8f}")
    # The same object code runs in both: not a bit may differ.
    if not np.array_equal(from_c, from_python):
        print("The C program and Python differ.")
        return 1
    print("The C program and Python agree in every bit.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
