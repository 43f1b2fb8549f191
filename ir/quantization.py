"""How stored integers stand for real numbers."""

from __future__ import annotations

from dataclasses import dataclass

from millrace.ir.attributes import FrozenDict


@dataclass(frozen=True)
class Quantization:
    """``real = scale * (stored - zero_point)``, for each channel along ``axis`` if not None."""

    scale: tuple[float, ...]
    zero_point: tuple[int, ...]
    axis: int | None = None

    def to_attr(self) -> FrozenDict:
        axis = {} if self.axis is None else {"axis": self.axis}
        return FrozenDict({"scale": self.scale, "zero_point": self.zero_point, **axis})

    @staticmethod
    def from_attr(attr: FrozenDict) -> Quantization | None:
        """None for the empty dictionary: a tensor that is not quantized."""
        if not attr:
            return None
        found = {"axis": None, **attr}
        return Quantization(tuple(attr["scale"]), tuple(attr["zero_point"]), found["axis"])
