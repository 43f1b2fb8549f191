"""Where the tensors of a model lie in the harness's memory, and the header that tells it.

Each region gets the least alignment that the model's header promises to be content with, and not
by accident a greater one: what needs more shows on every run. Between and around the regions lie
guard bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from millrace.codegen import CompiledObject, TensorIO
from millrace.codegen.names import unique_identifiers
from millrace.ir.types import storage_bytes

GUARD_BYTES = 64
STACK_GUARD_BYTES = 256


@dataclass(frozen=True)
class Region:
    """Memory of one tensor, of the state struct or of the arena. ``label`` is for messages;
    ``binding``: the member of the inputs' or outputs' struct that points there, or, of a run-time
    ``size``, that has its content."""

    role: str
    label: str
    nbytes: int
    binding: str = ""
    offset: int = 0
    is_size: bool = False

    @property
    def end(self) -> int:
        return self.offset + self.nbytes


@dataclass(frozen=True)
class Layout:
    regions: tuple[Region, ...]
    nbytes: int
    alignment: int

    def near(self, offset: int) -> str:
        """The guard byte at ``offset``, in words: by the region that is next to it."""
        found = [(offset - r.end, "after the end of", r) for r in self.regions if r.end <= offset]
        found += [(r.offset - offset, "before the start of", r) for r in self.regions]
        distance, side, region = min((f for f in found if f[0] >= 0), key=lambda f: f[0])
        return f"byte {distance} {side} {region.label}"


def lay_out(compiled: CompiledObject) -> Layout:
    """Regions for all that the caller of a model owns."""
    at, regions, largest = 0, [], 1
    for wanted, alignment in _wanted(compiled):
        largest = max(largest, alignment)
        region = replace(wanted, offset=_just_aligned(at + GUARD_BYTES, alignment))
        regions.append(region)
        at = region.end
    return Layout(tuple(regions), at + GUARD_BYTES, 2 * largest)


def _just_aligned(at: int, alignment: int) -> int:
    """The next multiple of ``alignment`` that is no multiple of twice as much."""
    return at + (alignment - at) % (2 * alignment)


def _wanted(c: CompiledObject) -> Iterator[tuple[Region, int]]:
    """The regions, not placed yet, with their alignments."""
    yield from _tensors("INPUT", c.inputs)
    yield from _tensors("OUTPUT", c.outputs)
    if c.states:
        yield Region("STATE", "the state", c.state_bytes), c.state_layout.alignment
    yield Region("ARENA", "the arena", c.arena_bytes), c.arena_align


def _tensors(role: str, tensors: tuple[TensorIO, ...]) -> Iterable[tuple[Region, int]]:
    names = unique_identifiers([t.name for t in tensors])
    for name, t in zip(names, tensors, strict=True):
        label = f"{role.lower()} {t.name!r}"
        binding = f"{role.lower()}s.{name}"
        is_size = t.sizes is not None
        yield Region(role, label, t.nbytes, binding, is_size=is_size), storage_bytes(t.element)


def under_test(compiled: CompiledObject, layout: Layout) -> str:
    """``under_test.h``: what the harness has to know of the model. The names are such that no
    model's header has them, whatever the model is called."""
    at = {r.role: r.offset for r in layout.regions}
    rows = ", ".join(f"{{{r.role}, {r.offset}u, {r.nbytes}u}}" for r in layout.regions)
    bindings = " ".join(
        f"{r.binding} = (void *)(memory + {r.offset});"
        for r in layout.regions
        if r.binding and not r.is_size
    )
    sizes = " ".join(
        f"{r.binding} = *(const int32_t *)(memory + {r.offset});"
        for r in layout.regions
        if r.is_size
    )
    lines = [
        f'#include "model/{compiled.name}.h"',
        f"#define HARNESS_MODEL(name) {compiled.name}_##name",
        f"#define HARNESS_HAS_STATE {int(bool(compiled.states))}",
        f"#define HARNESS_MEMORY_BYTES {layout.nbytes}u",
        f"#define HARNESS_MEMORY_ALIGN {layout.alignment}",
        f"#define HARNESS_STACK_GUARD_BYTES {STACK_GUARD_BYTES}u",
        f"#define HARNESS_REGIONS {rows}",
        f"#define HARNESS_BIND {bindings}",
        f"#define HARNESS_TAKE_SIZES {sizes}",
        f"#define HARNESS_AT_ARENA (memory + {at['ARENA']})",
    ]
    if compiled.states:
        lines.append(f"#define HARNESS_AT_STATE ((void *)(memory + {at['STATE']}))")
    return "\n".join(lines) + "\n"
