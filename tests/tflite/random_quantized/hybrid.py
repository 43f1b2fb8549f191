"""Models of floats whose weights are quantized."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from tests.tflite.tflite_models import ModelWriter

BATCH, STEPS, DEPTH, UNITS = 2, 5, 12, 7


class _Hybrid:
    """A model of one operator on a tensor of floats."""

    def __init__(self, seed: int, shape: Sequence[int]) -> None:
        self.rng = np.random.default_rng(seed)
        self.writer = ModelWriter()
        self.x = self.writer.tensor(shape, "float32")
        self.writer.graphs[0].inputs = [self.x]

    def weights(self, shape: Sequence[int], axis: int = 0, scales: int = 1) -> int:
        data = self.rng.integers(-127, 128, shape).astype(np.int8)
        reach = 2.0 / 127 / np.sqrt(np.prod(shape[1:]))
        scale = (reach * self.rng.uniform(0.3, 1.0, scales)).astype(np.float32)
        zeros = [0] * scales
        return self.writer.tensor(
            shape, "int8", data=data, scale=scale.tolist(), zero=zeros, axis=axis
        )

    def floats(self, count: int) -> int:
        return self.writer.constant((self.rng.normal(size=count) * 0.3).astype(np.float32))

    def state(self, shape: Sequence[int]) -> int:
        return self.writer.tensor(shape, "float32", variable=True)

    def done(
        self, kind: str, others: Sequence[int], shape: Sequence[int], **options: float
    ) -> tuple[str, ModelWriter]:
        y = self.writer.tensor(shape, "float32")
        self.writer.graphs[0].outputs = [y]
        self.writer.node(kind, [self.x, *others], [y], **options)
        return kind, self.writer


def hybrid_models() -> Iterator[tuple[str, ModelWriter]]:
    """Their operators, and the models."""
    for asymmetric in (False, True):
        for scales in (1, UNITS):
            h = _Hybrid(scales, (BATCH, DEPTH))
            others = [h.weights((UNITS, DEPTH), 0, scales), h.floats(UNITS)]
            yield h.done(
                "FULLY_CONNECTED", others, (BATCH, UNITS), activation=1, asymmetric=asymmetric
            )
        yield _matmul(asymmetric)
        yield _svdf(asymmetric)
        yield _rnn(asymmetric)
        yield _lstm(asymmetric)
    for padding in (0, 1):
        yield _conv(padding, 1)
        yield _conv(padding, UNITS)
        yield _depthwise(padding)


WINDOW = {"stride_w": 1, "stride_h": 1, "dilation_w": 1, "dilation_h": 1}


def _conv(padding: int, scales: int) -> tuple[str, ModelWriter]:
    h = _Hybrid(padding, (BATCH, 5, 6, 3))
    others = [h.weights((UNITS, 3, 3, 3), 0, scales), h.floats(UNITS)]
    sizes = (5, 6) if padding == 0 else (3, 4)
    shape = (BATCH, *sizes, UNITS)
    return h.done("CONV_2D", others, shape, padding=padding, activation=3, **WINDOW)


def _depthwise(padding: int) -> tuple[str, ModelWriter]:
    h = _Hybrid(padding, (BATCH, 5, 6, 4))
    others = [h.weights((1, 3, 2, 8), 3, 8), h.floats(8)]
    sizes = (5, 6) if padding == 0 else (3, 5)
    options = {"padding": padding, "activation": 0, "multiplier": 2, **WINDOW}
    return h.done("DEPTHWISE_CONV_2D", others, (BATCH, *sizes, 8), **options)


def _matmul(asymmetric: bool) -> tuple[str, ModelWriter]:
    h = _Hybrid(6, (BATCH, STEPS, DEPTH))
    options = {"adj_x": False, "adj_y": asymmetric, "asymmetric": asymmetric}
    shape = (UNITS, DEPTH) if asymmetric else (DEPTH, UNITS)
    return h.done("BATCH_MATMUL", [h.weights((BATCH, *shape))], (BATCH, STEPS, UNITS), **options)


def _svdf(asymmetric: bool) -> tuple[str, ModelWriter]:
    h = _Hybrid(3, (BATCH, DEPTH))
    others = [h.weights((8, DEPTH)), h.weights((8, 5)), h.floats(4), h.state((BATCH, 40))]
    return h.done("SVDF", others, (BATCH, 4), rank=2, activation=1, asymmetric=asymmetric)


def _rnn(asymmetric: bool) -> tuple[str, ModelWriter]:
    h = _Hybrid(4, (BATCH, STEPS, DEPTH))
    others = [h.weights((UNITS, DEPTH)), h.weights((UNITS, UNITS)), h.floats(UNITS)]
    return h.done(
        "UNIDIRECTIONAL_SEQUENCE_RNN",
        [*others, h.state((BATCH, UNITS))],
        (BATCH, STEPS, UNITS),
        activation=4,
        asymmetric=asymmetric,
        time_major=False,
    )


def _lstm(asymmetric: bool) -> tuple[str, ModelWriter]:
    h = _Hybrid(5, (BATCH, STEPS, DEPTH))
    parts = [h.weights((UNITS, n)) for n in (DEPTH, UNITS) for _ in range(4)]
    biases = [h.floats(UNITS) for _ in range(4)]
    states = [h.state((BATCH, UNITS)) for _ in range(2)]
    return h.done(
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        [*parts, -1, -1, -1, *biases, -1, -1, *states, -1, -1, -1, -1],
        (BATCH, STEPS, UNITS),
        activation=4,
        cell_clip=0.0,
        proj_clip=0.0,
        asymmetric=asymmetric,
        time_major=False,
    )
