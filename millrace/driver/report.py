"""What the compiler made of a model: sizes, kernels, and each decision with its reason."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

import ml_dtypes
import numpy as np

from millrace.driver.specs import TensorSpec, describe
from millrace.ir.dialects.func import RunTimeSize
from millrace.ir.quantization import Quantization

_SHOWN_BUFFERS = 48
"""Rows of the arena's map in the text."""


@dataclass(frozen=True)
class Decision:
    """Something a pass decided: unroll or loop, fuse or not. ``where`` names the operation."""

    by: str
    where: str
    text: str


@dataclass(frozen=True)
class KernelRow:
    """One kernel function. ``calls`` and ``macs`` count one run of the model. ``code_bytes`` is
    its machine code (0 when it stands inside its caller's) with its tables, ``weight_bytes`` the
    constants that it reads and no kernel before it."""

    name: str
    calls: int
    macs: int
    loops: str
    origin: str
    code_bytes: int = 0
    weight_bytes: int = 0


@dataclass(frozen=True)
class BufferRow:
    """Bytes of the arena from ``offset`` on, in use from step ``first`` to step ``last``: a step
    is a call of a kernel or a copy, and those in a loop count once. ``writer`` and ``reader`` name
    what happens at these steps."""

    offset: int
    nbytes: int
    first: int
    last: int
    writer: str
    reader: str


@dataclass(frozen=True)
class Report:
    """All sizes in bytes. ``arena_bytes`` is scratch memory the caller provides; the inputs and
    outputs themselves (``io_bytes``) are not in it. ``states`` are the tensors that the model
    keeps between calls. ``flash_bytes`` and ``ram_bytes`` are sums. ``steps`` names what happens
    at each step of a run, ``arena_map`` the buffers that are in use then."""

    name: str
    version: str
    target: str
    features: str
    model_hash: str
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    code_bytes: int
    weight_bytes: int
    arena_bytes: int
    state_bytes: int
    stack_bytes: int
    io_bytes: int
    macs: int
    kernels: tuple[KernelRow, ...]
    decisions: tuple[Decision, ...]
    notes: tuple[str, ...] = ()
    states: tuple[TensorSpec, ...] = ()
    sizes: tuple[RunTimeSize, ...] = ()
    steps: tuple[str, ...] = ()
    arena_map: tuple[BufferRow, ...] = ()
    found: tuple[RunTimeSize, ...] = ()

    @property
    def flash_bytes(self) -> int:
        return self.code_bytes + self.weight_bytes

    @property
    def ram_bytes(self) -> int:
        return self.arena_bytes + self.state_bytes + self.stack_bytes + self.io_bytes

    @property
    def kernel_calls(self) -> int:
        return sum(k.calls for k in self.kernels)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as ``NAME.report.json`` has them."""
        out: dict[str, Any] = {k: v for k, v in vars(self).items() if isinstance(v, str | int)}
        out["inputs"] = [_spec(s) for s in self.inputs]
        out["outputs"] = [_spec(s) for s in self.outputs]
        out["states"] = [_spec(s) for s in self.states]
        out["sizes"] = [asdict(s) for s in self.sizes]
        out["found_sizes"] = [asdict(s) for s in self.found]
        out["flash_bytes"], out["ram_bytes"] = self.flash_bytes, self.ram_bytes
        out["kernels"] = len(self.kernels)
        out["kernel_calls"] = self.kernel_calls
        out["kernel_table"] = [asdict(k) for k in self.kernels]
        out["steps"] = list(self.steps)
        out["arena_map"] = [asdict(b) for b in self.arena_map]
        out["decisions"] = [asdict(d) for d in self.decisions]
        out["notes"] = list(self.notes)
        return out

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), indent=1) + "\n"

    @staticmethod
    def from_dict(values: dict[str, Any]) -> Report:
        """The report that :meth:`to_dict` described. KeyError or TypeError when it is none."""
        plain = {f.name: values[f.name] for f in fields(Report) if f.type in ("str", "int")}
        return Report(
            **plain,
            inputs=tuple(map(_spec_of, values["inputs"])),
            outputs=tuple(map(_spec_of, values["outputs"])),
            kernels=tuple(KernelRow(**k) for k in values["kernel_table"]),
            decisions=tuple(Decision(**d) for d in values["decisions"]),
            notes=tuple(values["notes"]),
            states=tuple(map(_spec_of, values["states"])),
            sizes=tuple(RunTimeSize(**s) for s in values["sizes"]),
            steps=tuple(values["steps"]),
            arena_map=tuple(BufferRow(**b) for b in values["arena_map"]),
            found=tuple(RunTimeSize(**s) for s in values["found_sizes"]),
        )

    def to_text(self) -> str:
        """The report for people."""
        lines = [f"{self.name}: compiled by Millrace {self.version} for {self.target}", ""]
        lines += [f"  input   {s.name}  {s.described()}" for s in self.inputs]
        lines += [f"  output  {s.name}  {s.described()}" for s in self.outputs]
        lines += [f"  state   {s.name}  {describe(s.shape, s.dtype)}" for s in self.states]
        lines += ["", *self._sizes()]
        lines += ["", *self._kernel_table()] if self.kernels else []
        lines += ["", *self._arena_table()] if self.arena_map else []
        if self.decisions:
            lines += ["", "decisions"]
            lines += [
                f"  {d.by}: {d.where + ': ' if d.where else ''}{d.text}" for d in self.decisions
            ]
        lines += [f"note: {n}" for n in self.notes]
        return "\n".join(lines) + "\n"

    def _sizes(self) -> list[str]:
        rows = [
            ("code", self.code_bytes, "machine code and its tables"),
            ("weights", self.weight_bytes, "constants, read-only"),
            (
                "arena",
                self.arena_bytes,
                "scratch memory, caller-owned, holds nothing between calls",
            ),
            ("state", self.state_bytes, "kept between calls, caller-owned"),
            ("stack", self.stack_bytes, "worst case of one call"),
            ("io", self.io_bytes, "input and output tensors, caller-owned"),
            ("flash", self.flash_bytes, "code and weights"),
            ("ram", self.ram_bytes, "arena, state, stack and io"),
        ]
        lines = [f"  {what:<8} {n:>13,} bytes  {note}" for what, n, note in rows]
        lines.append(f"  {'macs':<8} {self.macs:>13,}        multiply-accumulates in one run")
        lines.append(
            f"  {'kernels':<8} {len(self.kernels):>13,}        "
            f"called {self.kernel_calls:,} times in one run"
        )
        return lines

    def _kernel_table(self) -> list[str]:
        shown = sorted(self.kernels, key=lambda k: (-k.macs * k.calls, k.name))
        width = max(len(k.name) for k in shown)
        loops = max(5, *(len(k.loops) for k in shown))
        head = (
            f"  {'kernel':<{width}} {'calls':>7} {'macs/call':>13} {'code':>7} {'weights':>11}  "
            f"{'loops':<{loops}}  from"
        )
        rows = [
            f"  {k.name:<{width}} {k.calls:>7,} {k.macs:>13,} {k.code_bytes:>7,} "
            f"{k.weight_bytes:>11,}  {k.loops:<{loops}}  {k.origin}"
            for k in shown
        ]
        return [head, *(r.rstrip() for r in rows)]

    def _arena_table(self) -> list[str]:
        """The buffers by offset, with the kernels between which they are in use."""
        shown = self.arena_map[:_SHOWN_BUFFERS]
        head = f"  {'arena from':>12} {'bytes':>11}  in use in steps"
        rows = [
            f"  {b.offset:>12,} {b.nbytes:>11,}  {b.first} to {b.last} ({b.writer} to {b.reader})"
            for b in shown
        ]
        more = len(self.arena_map) - len(shown)
        return [head, *rows, *([f"  and {more} more, in the JSON"] if more else [])]


def _spec(s: TensorSpec) -> dict[str, Any]:
    out: dict[str, Any] = {"name": s.name, "shape": list(s.shape), "dtype": s.dtype.name}
    if s.quantization is not None:
        out["quantization"] = asdict(s.quantization)
    if s.dims is not None:
        out["dims"] = list(s.dims)
    return out


def _spec_of(values: dict[str, Any]) -> TensorSpec:
    kind = values["dtype"]
    # bfloat16 is no name that numpy knows by itself.
    dtype = np.dtype(ml_dtypes.bfloat16 if kind == "bfloat16" else kind)
    dims = tuple(values["dims"]) if "dims" in values else None
    q = values.get("quantization")
    quantization = q and Quantization(tuple(q["scale"]), tuple(q["zero_point"]), q["axis"])
    return TensorSpec(values["name"], tuple(values["shape"]), dtype, quantization, dims)
