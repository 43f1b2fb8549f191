"""Random networks over images of integers: convolutions, windows, borders, sums of branches."""

from __future__ import annotations

from typing import Any

import numpy as np

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects import func
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.assemble import Concat, pad
from millrace.ir.dialects.mr.bits import ShiftRight
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.conv import Conv
from millrace.ir.dialects.mr.elementwise import Add, Clip
from millrace.ir.dialects.mr.movement import shape_of
from millrace.ir.dialects.mr.pool import MaxPool, SumPool
from millrace.ir.dialects.mr.reduction import ReduceMax
from millrace.ir.types import I8, I32, FunctionType, tensor


class Images:
    """Grows a network; ``pool`` has its tensors, all of bytes, [1, rows, columns, channels]."""

    def __init__(self, seed: int) -> None:
        self.rs = np.random.default_rng(seed)
        rows, columns = (int(n) for n in self.rs.integers(9, 30, 2))
        self.block = Block([tensor((1, rows, columns, int(self.rs.integers(1, 5))), I8)])
        self.b = Builder(self.block)
        self.pool: list[Value] = [self.block.args[0]]

    def module(self, count: int) -> Module:
        moves = [self.conv, self.conv, self.depthwise, self.add, self.add, self.window]
        moves += [self.mean, self.channels, self.scale]
        for _ in range(count):
            x = self.pool[-1] if self.rs.random() < 0.7 else self.pick()
            self.pool.append(moves[self.rs.integers(len(moves))](x))
        last = self.pool[-1]
        top = self.b.value(ReduceMax, last, axes=(1, 2))
        self.b.create(func.Return, [last, top])
        outs = (last.type, top.type)
        t = FunctionType((self.block.args[0].type,), outs)
        f = func.Func(sym_name="main", function_type=t, role="entry", block=self.block)
        module = Module(block=Block())
        module.block._insert_before(None, f)
        return module

    def array(self) -> Any:
        shape = shape_of(self.block.args[0])
        return self.rs.integers(-128, 128, shape).astype(np.int8)

    def pick(self) -> Value:
        return self.pool[self.rs.integers(len(self.pool))]

    def constant(self, low: int, high: int, *shape: int, dtype: Any = np.int8) -> Value:
        array = self.rs.integers(low, high, shape).astype(dtype)
        return self.b.value(Constant, value=Dense(array))

    def narrow(self, x: Value) -> Value:
        """Back to bytes, with a bias for each channel."""
        bias = self.constant(-300, 300, shape_of(x)[-1], dtype=np.int32)
        shift = self.constant(4, 5, dtype=np.int32)
        y = self.b.value(ShiftRight, self.b.value(Add, x, bias), shift)
        ends = self.constant(-128, -127, dtype=np.int32), self.constant(127, 128, dtype=np.int32)
        return self.b.value(Cast, self.b.value(Clip, y, *ends), to=I8)

    # ---- one layer each

    def geometry(self, x: Value) -> tuple[Value, tuple[int, int], dict[str, Any]]:
        """A padded input, the size of a kernel that fits, and how it moves."""
        kernel = tuple(int(k) for k in self.rs.choice((1, 2, 3), 2))
        dilations = tuple(int(d) for d in self.rs.choice((1, 1, 2), 2))
        reach = [d * (k - 1) for d, k in zip(dilations, kernel, strict=True)]
        low = [0, *(int(self.rs.integers(0, r + 1)) for r in reach), 0]
        high = [0, *reach, 0]
        strides = tuple(int(self.rs.choice((1, 1, 2))) if n > 5 else 1 for n in shape_of(x)[1:3])
        value = int(self.rs.integers(-128, 128))
        fields = {"strides": strides, "dilations": dilations}
        return pad(self.b, x, low, high, value=value), (kernel[0], kernel[1]), fields

    def conv(self, x: Value) -> Value:
        y, kernel, fields = self.geometry(x)
        w = self.constant(-20, 21, *kernel, shape_of(x)[-1], int(self.rs.integers(1, 7)))
        return self.narrow(self.b.value(Conv, y, w, acc=I32, **fields))

    def depthwise(self, x: Value) -> Value:
        y, kernel, fields = self.geometry(x)
        n = shape_of(x)[-1]
        w = self.constant(-40, 41, *kernel, 1, n)
        return self.narrow(self.b.value(Conv, y, w, acc=I32, groups=n, **fields))

    def window(self, x: Value) -> Value:
        y, kernel, fields = self.geometry(x)
        return self.b.value(MaxPool, y, kernel=kernel, **fields)

    def mean(self, x: Value) -> Value:
        y, kernel, fields = self.geometry(x)
        wide = self.b.value(Cast, y, to=I32)
        return self.narrow(self.b.value(SumPool, wide, kernel=kernel, **fields))

    def scale(self, x: Value) -> Value:
        return self.narrow(self.b.value(Cast, x, to=I32))

    def add(self, x: Value) -> Value:
        same = [v for v in self.pool if v.type == x.type]
        other = same[self.rs.integers(len(same))]
        wide = [self.b.value(Cast, v, to=I32) for v in (x, other)]
        return self.narrow(self.b.value(Add, *wide))

    def channels(self, x: Value) -> Value:
        same = [v for v in self.pool if shape_of(v)[:3] == shape_of(x)[:3]]
        return self.b.value(Concat, [x, same[self.rs.integers(len(same))]], axis=3)
