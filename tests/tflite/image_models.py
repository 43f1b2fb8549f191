"""Networks of 8-bit numbers over images, written for the tests."""

from __future__ import annotations

import numpy as np

from tests.tflite.tflite_models import ModelWriter

LAYERS = (
    ("conv", 8, 2),
    *(("separable", n, s) for n, s in ((16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2))),
    *(("separable", n, s) for n, s in (*((128, 1),) * 5, (256, 2), (256, 1))),
)
"""MobileNetV1 with a quarter of the channels: (kind, channels, stride)."""
RELU = 1


class ImageNet:
    """Grows a network of layers; scales are such that numbers spread over their range."""

    def __init__(self, size: int, channels: int = 3, seed: int = 0) -> None:
        self.rng = np.random.default_rng(seed)
        self.w = ModelWriter()
        self.shape = (size, size, channels)
        self.x = self._tensor(channels)
        self.w.graphs[0].inputs = [self.x]

    def _tensor(self, channels: int, zero: int = -128) -> int:
        rows, columns, _ = self.shape
        return self.w.tensor([1, rows, columns, channels], "int8", scale=[0.05], zero=[zero])

    def layer(self, kind: str, channels: int, stride: int) -> None:
        if kind == "separable":
            self.convolve("DEPTHWISE_CONV_2D", self.shape[2], 3, stride)
            self.convolve("CONV_2D", channels, 1, 1)
        else:
            self.convolve("CONV_2D", channels, 3, stride)

    def convolve(self, kind: str, channels: int, kernel: int, stride: int) -> None:
        """With the padding that TensorFlow calls SAME, and a relu."""
        depthwise = kind == "DEPTHWISE_CONV_2D"
        ins = 1 if depthwise else self.shape[2]
        shape = (1, kernel, kernel, channels) if depthwise else (channels, kernel, kernel, ins)
        data = self.rng.integers(-127, 128, shape).astype(np.int8)
        unit = 0.5 / 74 / (kernel * kernel * ins) ** 0.5
        scales = (unit * self.rng.uniform(0.7, 1.4, channels)).tolist()
        axis, zero = (3 if depthwise else 0), [0] * channels
        weights = self.w.tensor(shape, "int8", data=data, scale=scales, zero=zero, axis=axis)
        bias = self.w.constant(self.rng.integers(-2000, 4000, channels).astype(np.int32))
        self.shape = (-(-self.shape[0] // stride), -(-self.shape[1] // stride), channels)
        y = self._tensor(channels)
        strides = {"stride_h": stride, "stride_w": stride, "padding": 0, "activation": RELU}
        if depthwise:
            strides["multiplier"] = 1
        self.w.node(kind, [self.x, weights, bias], [y], **strides)
        self.x = y

    def residual(self) -> None:
        """The sum of what is there and a convolution of it."""
        x = self.x
        self.convolve("CONV_2D", self.shape[2], 3, 1)
        y = self._tensor(self.shape[2])
        self.w.node("ADD", [x, self.x], [y], activation=RELU)
        self.x = y

    def bytes(self) -> bytes:
        """The model, with the mean of each channel and ten scores."""
        channels = self.shape[2]
        mean = self.w.tensor([1, channels], "int8", scale=[0.05], zero=[-128])
        self.w.node("MEAN", [self.x, self.w.constant(np.array([1, 2], np.int32))], [mean])
        data = self.rng.integers(-127, 128, (10, channels)).astype(np.int8)
        weights = self.w.tensor([10, channels], "int8", data=data, scale=[0.01], zero=[0])
        out = self.w.tensor([1, 10], "int8", scale=[0.2], zero=[0])
        self.w.node("FULLY_CONNECTED", [mean, weights, -1], [out], activation=0)
        self.w.graphs[0].outputs = [out]
        return self.w.bytes()


def mobile_net(size: int = 96, layers: int = len(LAYERS)) -> bytes:
    net = ImageNet(size)
    for layer in LAYERS[:layers]:
        net.layer(*layer)
    return net.bytes()


def residual_net(size: int = 24) -> bytes:
    net = ImageNet(size)
    net.layer("conv", 8, 1)
    net.residual()
    net.layer("conv", 12, 2)
    net.residual()
    return net.bytes()
