"""Runs compiled models on emulated Cortex-M boards (QEMU).

The very object that ``millrace compile`` writes is linked with start-up code and a harness of our
own (``firmware/``); outputs, exact instruction counts and the stack's high-water mark come back.

::

    emulation = emulate(compiled, [[x0], [x1]])
    emulation.samples[0].outputs, emulation.samples[0].instructions
"""

from millrace.emulator.boards import Board, Place, emulated_targets, is_emulated, place_for
from millrace.emulator.emulate import DEFAULT_TIMEOUT, emulate
from millrace.emulator.results import Emulation, SampleRun

__all__ = [
    "DEFAULT_TIMEOUT",
    "Board",
    "Emulation",
    "Place",
    "SampleRun",
    "emulate",
    "emulated_targets",
    "is_emulated",
    "place_for",
]
