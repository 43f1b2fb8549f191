"""Random operators with a state."""

from __future__ import annotations

import numpy as np

from tests.tflite.random_quantized.draft import Draft, Tensor
from tests.tflite.random_quantized.products import Made


def sequence_lstm(d: Draft, x: Tensor) -> Made:
    """Gates of 16 bits around products of 8 bits."""
    if x.rank != 3 or x.type != "int8":
        return None
    major, units = d.chance(0.3), d.number(1, 20)
    batch = x.shape[1] if major else x.shape[0]
    coupled = d.chance(0.2)
    y = d.tensor((*x.shape[:2], units), "int8", *d.format("int8", d.pick(1.0, 1.0, 0.3)))
    cell_scale = 2.0 ** d.number(-15, -11)
    h = d.state((batch, units), "int8", y.scale, y.zero)
    c = d.state((batch, units), "int16", cell_scale, 0)
    wx, sx = _gates(d, x.shape[2], units, 3.0 / x.reach, coupled)
    wh, _ = _gates(d, units, units, 3.0, coupled)
    biases = []
    for k in range(4):
        unit = np.array([sx[k] * x.scale], np.float32)
        data = np.round(d.rng.normal(size=units) / unit[0]).clip(-(1 << 28), 1 << 28)
        b = d.writer.tensor(
            (units,), "int32", data=data.astype(np.int32), scale=unit.tolist(), zero=[0]
        )
        biases.append(-1 if coupled and k == 0 else b)
    operands = [x.number, *wx, *wh, -1, -1, -1, *biases, -1, -1, h.number, c.number, *[-1] * 4]
    between = [d.tensor((), "int16", 2.0**-12, 0).number for _ in range(4)]
    between.append(d.tensor((), "int8", y.scale, y.zero).number)
    clip = float(np.float32(cell_scale * (1 << 15) * 0.3)) if d.chance(0.2) else 0.0
    return d.node(
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        operands,
        y,
        intermediates=between,
        activation=4,
        cell_clip=clip,
        time_major=major,
    )


def _gates(
    d: Draft, depth: int, units: int, reach: float, coupled: bool
) -> tuple[list[int], list[float]]:
    numbers, scales = [], []
    for k in range(4):
        scale = float(np.float32(reach / 127 / np.sqrt(depth) * d.stretch(2)))
        data = d.codes((units, depth), "int8")
        number = d.writer.tensor((units, depth), "int8", data=data, scale=[scale], zero=[0])
        numbers.append(-1 if coupled and k == 0 else number)
        scales.append(scale)
    return numbers, scales


def svdf(d: Draft, x: Tensor) -> Made:
    if x.rank != 2 or x.type != "int8":
        return None
    rank, units, memory = d.number(1, 3), d.number(1, 8), d.number(2, 9)
    filters, depth = rank * units, x.shape[1]
    w, scales = d.weights((filters, depth), 0, False)
    inner = x.reach * 127 * float(scales[0]) * np.sqrt(depth) * 0.4
    state_scale = float(np.float32(inner / 32767 * d.stretch(1)))
    time_type = "int16"
    data = d.codes((filters, memory), time_type)
    most = np.iinfo(time_type).max
    time_scale = float(np.float32(1.0 / most * d.stretch(2)))
    time = d.writer.tensor((filters, memory), time_type, data=data, scale=[time_scale], zero=[0])
    kept = d.state((x.shape[0], filters * memory), time_type, state_scale, 0)
    reach = inner * time_scale * most * np.sqrt(memory * rank) * 0.4
    unit = np.array([np.float32(time_scale) * np.float32(state_scale)])
    bias = d.bias(units, unit, reach)
    y = d.result((x.shape[0], units), x, reach)
    return d.node("SVDF", [x, w, time, bias, kept], y, rank=rank, activation=1)
