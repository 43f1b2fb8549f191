"""The stream of weights of a dot product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from millrace.passes.kernel.dot.plan import DotPart, DotPlan
from millrace.passes.kernel.stage import Access, Stage

Array = np.ndarray[Any, Any]


def channel_steps(stage: Stage, plan: DotPlan, part: DotPart) -> dict[int, int]:
    """Bytes of the stream that one step of each dimension goes."""
    w = part.weights[0]
    dims = [d for d in (*plan.outer, *plan.inner, plan.channel) if w.coeffs[d]]
    each = part.stream_depth * part.w_bytes * len(part.members)
    steps: dict[int, int] = {}
    for d in reversed(dims):
        steps[d] = each
        each *= stage.extents[d]
    return steps


def stream_key(stage: Stage, plan: DotPlan, part: DotPart) -> object:
    """Equal for plans that give the same weights the same stream: kernels over more or fewer rows
    share it."""
    dims = list(channel_steps(stage, plan, part))[::-1]
    walks = tuple(
        (w.const, tuple((stage.extents[d], w.coeffs[d]) for d in (*dims, *part.reduced)))
        for w in part.weights
    )
    runs = tuple(plan.channel_runs(stage))
    return part.dot.name, part.dot.kinds, part.form, len(part.reduced), runs, walks


def pack_weights(stage: Stage, plan: DotPlan, part: DotPart, arrays: Sequence[Array]) -> Array:
    """One stream of the weights of all members, as bytes: by group and channel tile, then by chunk;
    in a chunk by channel, then by member. The last chunk is filled up with zeros; where nothing
    depends on what stands there, that of the last tile only."""
    dims = list(channel_steps(stage, plan, part))[::-1]
    channels = stage.extents[plan.channel]
    rows = [
        _gathered(stage, part, w, dims, channels, a)
        for w, a in zip(part.weights, arrays, strict=True)
    ]
    stacked = np.stack(rows, axis=2)  # groups, channels, members, chunks, elements
    stacked = stacked[..., list(part.dot.order(part.form))]
    parts: list[Array] = []
    for group in stacked:
        for run in plan.channel_runs(stage):
            for i in range(run.count):
                tile = group[run.start + i * run.size :][: run.size]
                parts += _tile(part, tile.transpose(2, 0, 1, 3))
    slack = np.zeros(part.stream_slack // part.w_bytes, parts[0].dtype)
    return np.concatenate([*parts, slack]).view(np.int8)


def _tile(part: DotPart, tile: Array) -> list[Array]:
    """The weights of a tile: chunks x channels x members x elements."""
    whole = part.whole_chunks
    rest = part.depth - whole * part.dot.chunk
    return [tile[:whole].reshape(-1), tile[whole:, ..., :rest].reshape(-1)]


def _gathered(
    stage: Stage, part: DotPart, w: Access, dims: Sequence[int], channels: int, data: Array
) -> Array:
    """One member's weights as groups x channels x chunks x elements."""
    at = np.array(w.const, np.int64)
    for d in (*dims, *part.reduced):
        at = np.add.outer(at, np.arange(stage.extents[d], dtype=np.int64) * w.coeffs[d])
    flat = data[at].reshape(-1, channels, part.depth)
    size = part.chunks * part.dot.chunk
    out = np.zeros((*flat.shape[:2], size), data.dtype)
    out[..., : part.depth] = flat
    return out.reshape(*flat.shape[:2], part.chunks, part.dot.chunk)
