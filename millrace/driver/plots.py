"""Plots of comparisons, with matplotlib (the extra ``plot``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from millrace.driver.comparison import Row
from millrace.ir.errors import CompileError

SUFFIXES = (".png", ".svg")
HEIGHT, WIDTH = 0.32, 3.4
"""Inches of a bar, and of a panel."""


def check_plot(path: Path) -> None:
    """Raises CompileError when a plot could not be written there."""
    if path.suffix not in SUFFIXES:
        raise CompileError(f"--plot {path}: known are {', '.join(SUFFIXES)}")
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise CompileError("--plot needs matplotlib: pip install 'millrace[plot]'") from None


def plot(rows: Sequence[Row], path: Path) -> None:
    """A panel for each figure, a bar for each row; bytes of the file depend on the rows only."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    check_plot(path)
    shown = [r for r in rows if not r.problem]
    panels = _panels(shown)
    size = (WIDTH * len(panels) + 1.6, HEIGHT * len(shown) + 1.2)
    with rc_context({"svg.hashsalt": "millrace", "svg.fonttype": "none"}):
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.subplots(1, len(panels), squeeze=False)[0]
        names = [f"{r.model}  {r.variant}" for r in shown]
        for i, (axis, (title, value)) in enumerate(zip(axes, panels, strict=True)):
            _bars(axis, title, [value(r) or 0.0 for r in shown], names if i == 0 else None)
        metadata = {"Date": None} if path.suffix == ".svg" else {"Software": None}
        figure.savefig(path, dpi=120, metadata=metadata)


Panel = tuple[str, Callable[[Row], float | None]]


def _panels(rows: Sequence[Row]) -> list[Panel]:
    all_panels: list[Panel] = [
        ("accuracy, %", lambda r: _percent(r.accuracy)),
        ("agrees with float, %", lambda r: _percent(r.agreement)),
        ("flash, KB", lambda r: _kilo(r.flash_bytes)),
        ("RAM, KB", lambda r: _kilo(r.ram_bytes)),
        ("instructions, millions", lambda r: _millions(r.instructions)),
        ("latency, us", lambda r: r.latency_us),
    ]
    return [p for p in all_panels if any(p[1](r) is not None for r in rows)]


def _percent(x: float | None) -> float | None:
    return None if x is None else 100 * x


def _kilo(x: int | None) -> float | None:
    return None if x is None else x / 1024


def _millions(x: int | None) -> float | None:
    return None if x is None else x / 1e6


def _bars(axis: Any, title: str, values: Sequence[float], names: Sequence[str] | None) -> None:
    places = range(len(values))
    bars = axis.barh(places, values, color="#3b6ea5", height=0.7)
    axis.bar_label(bars, fmt="%.4g", padding=2, fontsize=7)
    axis.set_title(title, fontsize=9)
    axis.set_yticks(places, names or [""] * len(values), fontsize=8)
    axis.invert_yaxis()
    axis.margins(x=0.25)
    axis.tick_params(axis="x", labelsize=7)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
