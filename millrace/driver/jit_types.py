"""Types of arguments, as signatures are written: ``f32[1, 50, 16]``, ``i64``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.frontend.python.signature import ArraySpec
from millrace.ir.errors import CompileError


@dataclass(frozen=True)
class ArrayType:
    """``f32[2, 3]``: an array. A name in the place of a size stands for any."""

    dtype: np.dtype[Any]
    shape: tuple[int | str, ...]

    def __str__(self) -> str:
        return f"{self.dtype}[{', '.join(map(str, self.shape))}]"

    def spec(self, sizes: Mapping[str, int] | None = None) -> ArraySpec:
        """With sizes for the names; CompileError when one is missing."""
        shape = []
        for n in self.shape:
            if isinstance(n, str) and n not in (sizes or {}):
                raise CompileError(f"{self}: the size {n!r} is not given")
            shape.append((sizes or {})[n] if isinstance(n, str) else n)
        return ArraySpec(self.dtype, tuple(shape))

    def accepts(self, spec: ArraySpec, sizes: dict[str, int]) -> bool:
        """Whether an argument fits; equal names stand for equal sizes."""
        if spec.dtype != self.dtype or len(spec.shape) != len(self.shape) or spec.scalar:
            return False
        return all(
            sizes.setdefault(want, got) == got if isinstance(want, str) else want == got
            for want, got in zip(self.shape, spec.shape, strict=True)
        )


@dataclass(frozen=True)
class NumberType:
    """``f32``: one number, a numpy scalar; ``f32[...]`` is an array of them."""

    dtype: np.dtype[Any]

    def __getitem__(self, shape: int | str | tuple[int | str, ...]) -> ArrayType:
        sizes = shape if isinstance(shape, tuple) else (shape,)
        for n in sizes:
            if not isinstance(n, int | str) or (isinstance(n, int) and n < 0):
                raise CompileError(f"{self.dtype}[...]: {n!r} is no size")
        return ArrayType(self.dtype, sizes)

    def __str__(self) -> str:
        return str(self.dtype)

    def spec(self, sizes: Mapping[str, int] | None = None) -> ArraySpec:
        return ArraySpec(self.dtype, (), None, True)

    def accepts(self, spec: ArraySpec, sizes: dict[str, int]) -> bool:
        return spec == self.spec()


NUMBERS = {
    name: NumberType(np.dtype(dtype))
    for name, dtype in {
        "bool_": "?", "i8": "i1", "i16": "i2", "i32": "i4", "i64": "i8", "u8": "u1",
        "u16": "u2", "u32": "u4", "u64": "u8", "f16": "f2", "f32": "f4", "f64": "f8",
    }.items()
}  # fmt: skip
