"""`make demo`: compile an RNN, link it into a C program, run it, compare with Python."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np

import millrace

HERE = Path(__file__).resolve().parent
BUILD = HERE.parent / "build" / "demo"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cc", default="cc", help="the C compiler")
    compiler = parser.parse_args().cc

    step(
        "millrace",
        "compile",
        "examples/gru_demo.onnx",
        "-o",
        "build/demo",
        run=[sys.executable, "-m", "millrace", "compile", HERE / "gru_demo.onnx", "-o", BUILD],
    )
    flags = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1"]
    step(
        compiler,
        *flags,
        "examples/demo_main.c",
        "build/demo/gru_demo.o",
        "-o",
        "build/demo/demo",
        run=[
            compiler,
            *flags,
            f"-I{BUILD}",
            HERE / "demo_main.c",
            BUILD / "gru_demo.o",
            "-o",
            BUILD / "demo",
            "-lm",
        ],
    )
    print("\n$ build/demo/demo")
    done = subprocess.run([BUILD / "demo"], check=True, capture_output=True, text=True)
    from_c = np.array([float(line) for line in done.stdout.split()], np.float32)

    model = millrace.compile(HERE / "gru_demo.onnx")
    i = np.arange(49 * 10)
    frames = ((i * 37 + 11) % 101).astype(np.float32) / np.float32(50) - np.float32(1)
    from_python = model(frames.reshape(1, 49, 10)).reshape(-1)
    return compare(from_c, from_python)


def step(*shown: str, run: list[str | Path]) -> None:
    """Run a command and show it as the user would type it."""
    print("\n$", *shown, flush=True)
    subprocess.run([str(part) for part in run], check=True)


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
