"""The example project builds without a warning and computes what this machine computes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import millrace

ROOT = Path(__file__).parents[2]


def test_the_example_runs(tmp_path: Path) -> None:
    if shutil.which("make") is None:
        pytest.skip("make is missing: THE EXAMPLE IS NOT TESTED")
    command = ["make", "-s", "run", f"MILLRACE={sys.executable} -m millrace", f"BUILD={tmp_path}"]
    done = subprocess.run(
        command,
        cwd=ROOT / "examples" / "firmware",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    got = [float(x) for x in re.findall(r"^class \d+: (\S+)$", done.stdout, re.MULTILINE)]
    i = np.arange(49 * 10)
    x = ((i * 37 + 11) % 101).astype(np.float32) / np.float32(50) - np.float32(1)
    want = millrace.compile(ROOT / "examples" / "gru_demo.onnx")(x.reshape(1, 49, 10))
    np.testing.assert_allclose(got, want.reshape(-1), rtol=0, atol=1e-6)
    assert f"heard class {int(np.argmax(want))}" in done.stdout
