"""The four levels of the IR."""

from __future__ import annotations

import enum


class Level(enum.Enum):
    """From the most abstract to the most concrete."""

    FLOW = "flow"
    GRAPH = "graph"
    KERNEL = "kernel"
    LOOP = "loop"
