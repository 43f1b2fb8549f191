"""Fourier transforms, as products with tables of sines and cosines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.assemble import pad
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.elementwise import Mul
from millrace.ir.dialects.mr.gather import Gather
from millrace.ir.dialects.mr.kinds import Array, Composite, Tolerance
from millrace.ir.dialects.mr.movement import reshape, shape_of, transpose
from millrace.ir.dialects.mr.support import constant, widen_array
from millrace.ir.opdef import attr, operand, optional_operand, result
from millrace.ir.types import I64, Type, element_of, is_float, tensor

if TYPE_CHECKING:
    from millrace.ir.builder import Builder


class DFT(Composite):
    """``mr.dft``: the discrete Fourier transform along ``axis`` of [..., 1] (real) or [..., 2]
    (real and imaginary parts). The signal is cut off or filled with zeros to ``length``.
    ``onesided`` keeps the first half of the result, and takes it for an inverse transform, whose
    result then is real."""

    name = "mr.dft"
    tolerance = Tolerance(accumulates=True)
    input: Value = operand()
    axis: int = attr()
    length: int | None = attr(None)
    inverse: bool = attr(False)
    onesided: bool = attr(False)
    result: OpResult = result()

    @property
    def points(self) -> int:
        """The transform's length."""
        if self.length is not None:
            return self.length
        n = self.operand_type(0).shape[self.axis]
        return 2 * (n - 1) if self.inverse and self.onesided else n

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if t.rank < 2 or t.shape[-1] not in (1, 2) or not is_float(t.element):
            raise self.error(f"{t} is no signal: its last dimension must be 1 or 2")
        if not 0 <= self.axis < t.rank - 1 or self.points < 1:
            raise self.error(f"axis {self.axis}, length {self.points} of {t}")
        shape = list(t.shape)
        shape[self.axis] = self.points
        shape[-1] = 2
        if self.onesided and self.inverse:
            shape[-1] = 1
        elif self.onesided:
            shape[self.axis] = self.points // 2 + 1
        return (tensor(shape, t.element),)

    def evaluate(self, x: Array) -> Array:
        signal = x.astype(np.float64)
        z = signal[..., 0] + (1j * signal[..., 1] if x.shape[-1] == 2 else 0)
        if self.inverse and self.onesided:
            out = np.fft.irfft(z, self.points, self.axis)[..., None]
        else:
            y = (np.fft.ifft if self.inverse else np.fft.fft)(z, self.points, self.axis)
            if self.onesided:
                y = np.take(y, np.arange(self.points // 2 + 1), self.axis)
            out = np.stack([y.real, y.imag], -1)
        return out.astype(x.dtype)

    def tables(self, taken: int) -> Array:
        """What ``taken`` input elements (f64) contribute: [taken * parts, outputs * parts]."""
        n, ins = self.points, self.operand_type(0).shape[-1]
        outs, parts = (n, 1) if self.inverse and self.onesided else (n, 2)
        outs = n // 2 + 1 if self.onesided and not self.inverse else outs
        # The product is reduced before it is scaled, which keeps the angle exact.
        angle = np.outer(np.arange(taken), np.arange(outs)) % n * (2 * np.pi / n)
        cos, sin = np.cos(angle), np.sin(angle) * (1 if self.inverse else -1)
        table = np.empty((taken, ins, outs, parts))
        table[:, 0, :, 0] = cos
        if parts == 2:
            table[:, 0, :, 1] = sin
        if ins == 2:
            table[:, 1, :, 0] = -sin
            if parts == 2:
                table[:, 1, :, 1] = cos
        if self.inverse:
            table /= n
            if self.onesided:  # each inner frequency stands for itself and its mirror image
                table[1 : (n + 1) // 2] *= 2
        return table.reshape(taken * ins, outs * parts)

    def decompose(self, b: Builder) -> Sequence[Value]:
        t, out = self.operand_type(0), shape_of(self.results[0])
        half = self.inverse and self.onesided
        taken = min(t.shape[self.axis], self.points // 2 + 1 if half else self.points)
        perm = [d for d in range(t.rank) if d not in (self.axis, t.rank - 1)]
        perm += [self.axis, t.rank - 1]
        x = transpose(b, self.input, perm)
        lead = shape_of(x)[:-2]
        cut = taken - t.shape[self.axis]
        x = pad(b, x, [0] * t.rank, [*[0] * (t.rank - 2), cut, 0])
        flat = reshape(b, x, (int(np.prod(lead)), taken * t.shape[-1]))
        y: Value = b.value(MatMul, flat, constant(b, self.tables(taken), t.element))
        y = reshape(b, y, (*lead, out[self.axis], out[-1]))
        return (transpose(b, y, np.argsort(perm).tolist()),)


class STFT(Composite):
    """``mr.stft``: the Fourier transforms of frames of ``length`` elements of the signals
    [N, T, 1 or 2], ``step`` apart and multiplied by ``window``: [N, frames, bins, 2]."""

    name = "mr.stft"
    tolerance = Tolerance(accumulates=True)
    input: Value = operand()
    window: Value | None = optional_operand()
    step: int = attr()
    length: int = attr()
    onesided: bool = attr(True)
    result: OpResult = result()

    @property
    def frames(self) -> int:
        return (self.operand_type(0).shape[1] - self.length) // self.step + 1

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if t.rank != 3 or t.shape[2] not in (1, 2) or not is_float(t.element):
            raise self.error(f"{t} is no signal")
        if self.step < 1 or not 1 <= self.length <= t.shape[1]:
            raise self.error(f"frames of {self.length} elements, {self.step} apart, of {t}")
        if self.window is not None:
            w = self.operand_type(1)
            if w.shape != (self.length,) or w.element != t.element:
                raise self.error(f"a window of {w} for frames of {self.length} elements")
        bins = self.length // 2 + 1 if self.onesided else self.length
        return (tensor((t.shape[0], self.frames, bins, 2), t.element),)

    def _places(self) -> Array:
        """Which element of the signal stands at each place of each frame."""
        return np.arange(self.frames)[:, None] * self.step + np.arange(self.length)

    def evaluate(self, x: Array, window: Array | None) -> Array:
        frames = widen_array(x)
        assert frames is not None
        frames = frames[:, self._places()].astype(np.float64)
        if window is not None:
            frames = frames * window.astype(np.float64)[:, None]
        z = frames[..., 0] + (1j * frames[..., 1] if x.shape[-1] == 2 else 0)
        y = np.fft.fft(z, axis=-1)[..., : self.length // 2 + 1 if self.onesided else None]
        return np.stack([y.real, y.imag], -1).astype(x.dtype)

    def decompose(self, b: Builder) -> Sequence[Value]:
        x = b.value(Gather, self.input, constant(b, self._places(), I64), axis=1)
        if self.window is not None:
            x = b.value(Mul, x, reshape(b, self.window, (self.length, 1)))
        assert element_of(x.type) == element_of(self.input.type)
        return (b.value(DFT, x, axis=2, onesided=self.onesided),)
