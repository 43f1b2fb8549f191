"""The named pipelines, as text: what ``millrace opt --pipeline`` takes and ``compile`` runs."""

from __future__ import annotations

import re

RAISE = (
    "structure-flow,inline,fold-constants,decompose,canonicalize,fold-constants,canonicalize,"
    "cse,prune,raise-loops,canonicalize,fold-constants,cse,prune"
)
"""From what an importer wrote (at FLOW level too) to plain operations and ``mr.scan``."""

FRONT = (
    f"{RAISE},"
    "reroll,canonicalize,fold-constants,cse,prune,"
    "layout,canonicalize,fold-constants,sink-slices,canonicalize,fold-constants,"
    "prune-units,canonicalize,fold-constants,cse,prune"
)
"""From what an importer wrote to few and simple tensor operations."""

STATES = "structure-flow,inline,canonicalize,fixed-states"
"""What a model with states goes through first: it may have fewer of them afterwards."""

FLOAT = "fold-scales,raise-fake-quant,canonicalize,fold-constants,cse,prune"
"""What a float model goes through before it is quantized."""

GRAPH = (
    f"{FRONT},"
    "prune-channels,canonicalize,fold-constants,canonicalize,"
    "hoist,canonicalize,fold-constants,order-carries,unroll,canonicalize,cse,prune,"
    "fit-affine,drop-limits,requantize,tabulate-curves,rotate,canonicalize,fold-constants,cse,prune,"
    "scalarize,canonicalize,cse,int-range-optimizations,canonicalize,cse"
)
"""And what makes a recurrence quick: after it the operations are as they will be computed."""

KERNEL = "structure,sink-casts,narrow-constants,materialize,fuse,share-kernels,leave-failed"
"""From tensor operations to a plan of kernels."""

LOOP = (
    "order-calls,bufferize,sparsify,lower-kernels,write-in-place,plan-memory,"
    "lockstep,expand-math,expand-floats,cse"
)
"""From kernels to loops over memory."""

STAGES = {"graph": GRAPH, "kernel": KERNEL, "loop": LOOP}
"""What ``compile`` runs, in order; IR text can be had after each (``--emit ir``)."""


def stages(
    unroll: str = "auto",
    flash: int | None = None,
    weights: str | None = None,
    saving: int | None = 0,
) -> dict[str, str]:
    """The stages with the user's word on unrolling: ``auto``, ``never``, ``full`` or a number of
    steps a loop body; the bytes of flash that tables may fill; how weights are stored (bf16,
    f16, int8) that do not lose by it; and how many bytes have to be saved by storing weights
    without zeros, whatever that costs (None: none are stored so)."""
    options = {}
    left_out = "sparsify" if saving is None else ""
    if saving:
        options["sparsify"] = f"sparsify{{saving={saving}}}"
    if unroll != "auto":
        options["unroll"] = f"unroll{{mode={unroll}}}"
    if flash:
        options["tabulate-curves"] = f"tabulate-curves{{flash={flash}}}"
    if weights:
        options["narrow-constants"] = f"narrow-constants{{floats={weights}}}"
    return {
        k: ",".join(options.get(name, name) for name in v.split(",") if name != left_out)
        for k, v in STAGES.items()
    }


NAMED = {"front": FRONT, **STAGES, "default": ",".join(STAGES.values())}
"""Pipelines that may be used by name."""


def expand(text: str) -> str:
    """``graph,structure``: the named pipelines in a list of passes, written out."""
    words = re.split(r",(?![^{]*\})", text)
    return ",".join(NAMED.get(w.strip(), w) for w in words)
