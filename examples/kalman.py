"""A Kalman filter written in Python, with a branch on data: the same function runs on this machine
and as an object for a Cortex-M4, in QEMU, with equal results.

``python examples/kalman.py``; QEMU (qemu-system-arm) and arm-none-eabi-gcc have to be installed for
the second part."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

if __name__ == "__main__":  # run from a checkout
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import millrace
from millrace import f32

STEPS = 60
DT = np.float32(0.1)
MOTION = np.array([[1, 0, DT, 0], [0, 1, 0, DT], [0, 0, 1, 0], [0, 0, 0, 1]], np.float32)
PROCESS_NOISE = np.diag([0.001, 0.001, 0.02, 0.02]).astype(np.float32)
SENSOR_NOISE = np.float32(0.05)
GATE = np.float32(9.0)
"""Readings further than three standard deviations away are wild ones."""


@millrace.jit(readings=f32[STEPS, 2], strict=True)
def track(readings: Any) -> Any:
    """Positions from noisy readings of them, some of which are wild: the path, and how many
    readings were left out."""
    state = np.zeros(4, np.float32)
    state[:2] = readings[0]
    cov = np.eye(4, dtype=np.float32)
    path = []
    rejected = 0
    for z in readings:
        state = MOTION @ state
        cov = MOTION @ cov @ MOTION.T + PROCESS_NOISE

        innovation = z - state[:2]
        a = cov[0, 0] + SENSOR_NOISE
        b = cov[0, 1]
        d = cov[1, 1] + SENSOR_NOISE
        inverse = np.array([[d, -b], [-b, a]]) / (a * d - b * b)
        distance = innovation @ inverse @ innovation
        if distance < GATE:
            gain = cov[:, :2] @ inverse
            state = state + gain @ innovation
            cov = cov - gain @ cov[:2]
        else:
            rejected += 1
        path.append(state[:2])
    return np.stack(path), rejected


def sample(seed: int = 1) -> Any:
    """A walk along a circle, noise, and every ninth reading somewhere else."""
    rng = np.random.default_rng(seed)
    angle = np.arange(STEPS) * 0.08
    walk = np.stack([3 * np.cos(angle), 3 * np.sin(angle)], axis=1)
    noisy = walk + rng.normal(size=walk.shape) * 0.2
    noisy[8::9] += rng.normal(size=noisy[8::9].shape) * 6
    return noisy.astype(np.float32)


def main() -> int:
    readings = sample()
    path, rejected = track(readings)
    print(f"here: {rejected} of {STEPS} readings left out, the path ends at {path[-1]}")
    plain, _ = track.__millrace_function__(readings)
    print(f"plain numpy differs by at most {np.abs(plain - path).max():.1e}")

    firmware = track.compile(target="cortex-m4")
    report = firmware.report
    print(f"cortex-m4: {report.code_bytes} bytes of code, {report.arena_bytes} of arena")
    emulation = firmware.emulate([[readings]])
    (run,) = emulation.samples
    equal = np.array_equal(run.outputs[0], path) and int(run.outputs[1]) == rejected
    print(f"on the board: {run.instructions} instructions, {'equal' if equal else 'other'} results")
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
