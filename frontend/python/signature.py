"""What a function is compiled for: the types and shapes of its arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.frontend.python.promotion import PYTHON_DTYPES, DType
from millrace.ir.types import TensorType, element_type_of, tensor


@dataclass(frozen=True)
class ArraySpec:
    """An array or a number that is given at run time. ``python`` is its type when it is a Python
    number; ``scalar`` says that it is a numpy scalar rather than an array without dimensions."""

    dtype: DType
    shape: tuple[int, ...] = ()
    python: type | None = None
    scalar: bool = False

    @staticmethod
    def of_python(kind: type) -> ArraySpec:
        return ArraySpec(PYTHON_DTYPES[kind], (), kind, True)

    @property
    def type(self) -> TensorType:
        return tensor(self.shape, element_type_of(self.dtype))

    def __str__(self) -> str:
        if self.python is not None:
            return self.python.__name__
        return f"{self.dtype}[{', '.join(map(str, self.shape))}]"


@dataclass(frozen=True)
class StaticSpec:
    """An argument that is a constant of the compiled function."""

    value: Any

    def __str__(self) -> str:
        return repr(self.value)


@dataclass(frozen=True)
class SequenceSpec:
    """A tuple, named tuple or list of arguments."""

    kind: type
    items: tuple[Spec, ...]

    def __str__(self) -> str:
        inner = ", ".join(map(str, self.items))
        return f"[{inner}]" if self.kind is list else f"({inner})"


@dataclass(frozen=True)
class MappingSpec:
    """A dictionary with these keys."""

    items: tuple[tuple[Any, Spec], ...]

    def __str__(self) -> str:
        return "{" + ", ".join(f"{k!r}: {v}" for k, v in self.items) + "}"


Spec = ArraySpec | StaticSpec | SequenceSpec | MappingSpec


def leaves(spec: Spec) -> list[ArraySpec]:
    """The arrays and numbers in it, in order."""
    if isinstance(spec, ArraySpec):
        return [spec]
    if isinstance(spec, SequenceSpec):
        return [leaf for s in spec.items for leaf in leaves(s)]
    if isinstance(spec, MappingSpec):
        return [leaf for _, s in spec.items for leaf in leaves(s)]
    return []


# ---- results


@dataclass(frozen=True)
class OutputLeaf:
    """Output ``index`` of the compiled function: a Python number, a numpy scalar, or an array."""

    index: int
    python: type | None = None
    scalar: bool = False


@dataclass(frozen=True)
class OutputConstant:
    """Something that was known when the function was compiled."""

    value: Any


@dataclass(frozen=True)
class OutputSequence:
    kind: type
    items: tuple[Output, ...]


@dataclass(frozen=True)
class OutputMapping:
    items: tuple[tuple[Any, Output], ...]


Output = OutputLeaf | OutputConstant | OutputSequence | OutputMapping


def output_leaves(output: Output) -> list[OutputLeaf]:
    """The compiled function's outputs in it, in order."""
    if isinstance(output, OutputLeaf):
        return [output]
    if isinstance(output, OutputSequence):
        return [leaf for o in output.items for leaf in output_leaves(o)]
    if isinstance(output, OutputMapping):
        return [leaf for _, o in output.items for leaf in output_leaves(o)]
    return []


def finished(leaf: OutputLeaf, array: Any) -> Any:
    """An output as Python sees it."""
    if leaf.python is not None:
        return array.item()
    return array[()] if leaf.scalar else array


def assemble(output: Output, arrays: Sequence[Any]) -> Any:
    """What the function returns, of the compiled function's outputs."""
    if isinstance(output, OutputLeaf):
        return arrays[output.index]
    if isinstance(output, OutputConstant):
        value = output.value
        return value.copy() if isinstance(value, np.ndarray) else value
    if isinstance(output, OutputMapping):
        return {k: assemble(o, arrays) for k, o in output.items}
    items = [assemble(o, arrays) for o in output.items]
    if output.kind is list:
        return items
    return tuple(items) if output.kind is tuple else output.kind(*items)
