"""Random 8-bit networks: what the passes and the compiler make of them gives every bit that the
operators' definitions give."""

from __future__ import annotations

import math
import shutil
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

import millrace
from millrace.codegen import target
from millrace.driver.pipelines import GRAPH
from millrace.frontend.tflite import import_tflite
from millrace.ir.interpreter import interpret
from millrace.passes.manager import run_pipeline
from tests.tflite.tflite_models import ModelWriter

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Tensor:
    number: int
    shape: tuple[int, ...]
    scale: float
    zero: int


@dataclass
class Net:
    """Layers of random numbers, some channels without weights."""

    rng: np.random.Generator
    w: ModelWriter = field(default_factory=ModelWriter)

    def tensor(self, shape: tuple[int, ...], scale: float, zero: int | None = None) -> Tensor:
        at = int(self.rng.choice([-128, int(self.rng.integers(-30, 30))])) if zero is None else zero
        number = self.w.tensor(list(shape), "int8", scale=[scale], zero=[at])
        return Tensor(number, shape, float(np.float32(scale)), at)

    def weights(self, shape: tuple[int, ...], axis: int) -> tuple[int, float]:
        """The tensor, and the middle of its channels' scales."""
        n = shape[axis]
        values = self.rng.integers(-127, 128, shape)
        dead = self.rng.choice(n, int(self.rng.integers(0, 1 + n // 3)), replace=False)
        np.moveaxis(values, axis, 0)[dead] = 0
        scales = (0.01 * np.exp(self.rng.normal(0, 0.5, n))).astype(np.float32)
        data = values.astype(np.int8)
        zeros = [0] * n
        number = self.w.tensor(
            list(shape), "int8", data=data, scale=scales.tolist(), zero=zeros, axis=axis
        )
        return number, float(np.median(scales))

    def bias(self, n: int) -> int:
        return self.w.constant(self.rng.integers(-2000, 2000, n).astype(np.int32))

    def product(self, kind: str, x: Tensor, shape: tuple[int, ...], weights: tuple[int, ...],
                axis: int, terms: int, **options: Any) -> Tensor:  # fmt: skip
        w, middle = self.weights(weights, axis)
        scale = x.scale * middle * 73 * math.sqrt(terms) * float(self.rng.uniform(0.3, 1.5))
        y = self.tensor(shape, scale)
        activation = int(self.rng.choice([0, 1, 3]))
        operands = [x.number, w, self.bias(weights[axis])]
        self.w.node(kind, operands, [y.number], activation=activation, **options)
        return y

    def conv(self, x: Tensor, k: int, outs: int, stride: int) -> Tensor:
        n, h, w, c = x.shape
        shape = (n, -(-h // stride), -(-w // stride), outs)
        o = {"padding": 0, "stride_h": stride, "stride_w": stride}
        return self.product("CONV_2D", x, shape, (outs, k, k, c), 0, k * k * c, **o)

    def depthwise(self, x: Tensor, k: int) -> Tensor:
        o = {"padding": 0, "stride_h": 1, "stride_w": 1, "multiplier": 1}
        weights = (1, k, k, x.shape[3])
        return self.product("DEPTHWISE_CONV_2D", x, x.shape, weights, 3, k * k, **o)

    def dense(self, x: Tensor, outs: int) -> Tensor:
        size = math.prod(x.shape)
        w, scale = (size, outs), x.scale * 0.01 * 73 * math.sqrt(size)
        values = self.rng.integers(-127, 128, (outs, size)).astype(np.int8)
        number = self.w.tensor([outs, size], "int8", data=values, scale=[0.01], zero=[0])
        y = self.tensor((1, outs), scale)
        self.w.node(
            "FULLY_CONNECTED", [x.number, number, self.bias(w[1])], [y.number], activation=0
        )
        return y

    def sum_of(self, x: Tensor, y: Tensor) -> Tensor:
        z = self.tensor(x.shape, float(self.rng.uniform(0.7, 2)) * max(x.scale, y.scale))
        kind = str(self.rng.choice(["ADD", "SUB", "MUL"]))
        self.w.node(kind, [x.number, y.number], [z.number], activation=int(self.rng.choice([0, 1])))
        return z

    def pool(self, x: Tensor) -> Tensor:
        n, h, w, c = x.shape
        y = self.tensor((n, (h - 2) // 2 + 1, (w - 2) // 2 + 1, c), x.scale, x.zero)
        o = {"padding": 1, "stride_h": 2, "stride_w": 2, "filter_h": 2, "filter_w": 2}
        kind = str(self.rng.choice(["AVERAGE_POOL_2D", "MAX_POOL_2D"]))
        self.w.node(kind, [x.number], [y.number], activation=0, **o)
        return y


def network(seed: int) -> bytes:
    rng = np.random.default_rng(seed)
    net = Net(rng)
    x = start = net.tensor((1, 7, 6, 3), 0.05)
    x = net.conv(x, 3, 8, int(rng.integers(1, 3)))
    for _ in range(int(rng.integers(1, 4))):
        choice = rng.random()
        if choice < 0.4:
            x = net.depthwise(x, 3)
        elif choice < 0.7:
            x = net.sum_of(x, net.conv(x, 1, x.shape[3], 1))
        else:
            x = net.conv(x, int(rng.choice([1, 3])), int(rng.integers(4, 12)), 1)
    if min(x.shape[1:3]) >= 4:
        x = net.pool(x)
    y = net.dense(x, 5)
    last = net.tensor((1, 5), 1 / 256, -128)
    net.w.node("SOFTMAX", [y.number], [last.number], beta=1.0)
    main = net.w.graphs[0]
    main.inputs, main.outputs = [start.number], [y.number, last.number]
    return net.w.bytes()


def samples(seed: int, count: int) -> list[Array]:
    rng = np.random.default_rng(seed)
    return [rng.integers(-128, 128, (1, 7, 6, 3)).astype(np.int8) for _ in range(count)]


@pytest.mark.parametrize("seed", range(12))
def test_passes_change_no_bit(seed: int) -> None:
    data = network(seed)
    module = import_tflite(data)
    inputs = samples(seed, 6)
    want = [interpret(module, [x]) for x in inputs]
    core = replace(target("cortex-m4"), flash_bytes=0)
    module.attributes["target"] = core.to_attr()
    run_pipeline(module, GRAPH)
    names = {op.name for op in module.walk()}
    assert "mr.fixed_point_scale" not in names and "mr.multiply_high" in names
    for x, ys in zip(inputs, want, strict=True):
        for y, z in zip(interpret(module, [x]), ys, strict=True):
            np.testing.assert_array_equal(y, z)


@pytest.mark.parametrize("seed", range(12, 20))
def test_compiled_networks(seed: int) -> None:
    data = network(seed)
    module = import_tflite(data)
    model = millrace.compile(data)
    for x in samples(seed, 6):
        for y, z in zip(model(x), interpret(module, [x]), strict=True):
            np.testing.assert_array_equal(y, z)


MISSING = [t for t in ("arm-none-eabi-gcc", "qemu-system-arm") if shutil.which(t) is None]


@pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
@pytest.mark.parametrize("core", ["cortex-m0", "cortex-m4", "cortex-m55"])
@pytest.mark.parametrize("seed", [20, 21])
def test_networks_on_boards(seed: int, core: str) -> None:
    data = network(seed)
    module = import_tflite(data)
    inputs = samples(seed, 2)
    done = millrace.compile(data, target=core, name="net").emulate([[x] for x in inputs])
    for x, run in zip(inputs, done.samples, strict=True):
        for y, z in zip(run.outputs, interpret(module, [x]), strict=True):
            np.testing.assert_array_equal(np.asarray(y).reshape(z.shape), z)
