"""What LiteRT's reference kernels compute, and whether something else is the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Samples = Sequence[Sequence[Array]]


class Refused(Exception):
    """LiteRT does not run the model."""


def reference(data: bytes, samples: Samples, carry: bool, every: bool = False) -> list[Any]:
    """What LiteRT's reference kernels compute: the outputs of each sample, or all tensors."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    try:
        peer = Interpreter(
            model_content=data,
            experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
            experimental_preserve_all_tensors=every,
            num_threads=1,
        )
        peer.allocate_tensors()
        return [_invoke(peer, s, carry, every) for s in samples]
    except (RuntimeError, ValueError) as e:
        raise Refused(str(e).strip().splitlines()[0]) from e


def _invoke(peer: Any, sample: Sequence[Array], carry: bool, every: bool) -> Any:
    if not carry:
        peer.reset_all_variables()
    for place, value in zip(peer.get_input_details(), sample, strict=True):
        peer.set_tensor(place["index"], value)
    peer.invoke()
    if every:
        details = [t for t in peer.get_tensor_details() if _has(t)]
        return {t["index"]: peer.get_tensor(t["index"]) for t in details}
    return [peer.get_tensor(t["index"]) for t in peer.get_output_details()]


def _has(details: Any) -> bool:
    return bool(details["name"]) and details["dtype"] is not np.bytes_


def difference(got: Sequence[Sequence[Array]], want: Sequence[Sequence[Array]]) -> str:
    """Empty when they are equal to the bit."""
    for k, (a, b) in enumerate(zip(got, want, strict=True)):
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            if x.dtype != y.dtype or x.size != y.size:
                return f"output {i}: {x.dtype}{x.shape}, not {y.dtype}{y.shape}"
            if x.shape != y.shape:
                return f"output {i}: shape {x.shape}, not {y.shape}"
            bad = np.flatnonzero(x.reshape(-1) != y.reshape(-1))
            if bad.size:
                p = bad[0]
                here = f"{x.reshape(-1)[p]}, not {y.reshape(-1)[p]}"
                return f"sample {k} output {i}: {bad.size} of {x.size} differ; [{p}] is {here}"
    return ""
