"""Random models: graphs of up to eight operators, and inputs for them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from millrace.frontend.tflite import schema
from millrace.frontend.tflite.model import TYPE_NAMES
from tests.tflite.random_quantized import movement as mv
from tests.tflite.random_quantized import pointwise as pw
from tests.tflite.random_quantized import products, recurrent
from tests.tflite.random_quantized.draft import MOST_ELEMENTS, Array, Draft, Tensor
from tests.tflite.random_quantized.pointwise import Maker
from tests.tflite.tflite_models import Graph, ModelWriter

COMMON: Mapping[str, Maker] = {
    "CONV_2D": products.conv_2d,
    "DEPTHWISE_CONV_2D": products.depthwise_conv_2d,
    "FULLY_CONNECTED": products.fully_connected,
    "ADD": pw.binary("ADD", lambda a, b: (a + b) / 2),
    "MUL": pw.binary("MUL", lambda a, b: a * b / 2),
    "AVERAGE_POOL_2D": pw.pool("AVERAGE_POOL_2D"),
    "MAX_POOL_2D": pw.pool("MAX_POOL_2D"),
    "MEAN": pw.reduction("MEAN", False),
    "CONCATENATION": mv.concatenation,
    "PAD": mv.pad,
    "RESHAPE": mv.reshape,
    "LOGISTIC": pw.logistic,
    "QUANTIZE": pw.quantize,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": recurrent.sequence_lstm,
}
"""Operators that are drawn more often than the others."""
RARER: Mapping[str, Maker] = {
    "ABS": pw.curve("ABS", lambda r: r),
    "ARG_MAX": mv.arg_max,
    "BATCH_MATMUL": products.batch_matmul,
    "BROADCAST_TO": mv.broadcast_to,
    "DEPTH_TO_SPACE": mv.depth_to_space,
    "DIV": pw.div,
    "EQUAL": pw.comparison("EQUAL"),
    "EXP": pw.curve("EXP", lambda r: math.exp(min(r, 8.0))),
    "EXPAND_DIMS": mv.expand_dims,
    "GATHER": mv.gather,
    "GELU": pw.curve("GELU", lambda r: r, approximate=True),
    "GREATER": pw.comparison("GREATER"),
    "HARD_SWISH": pw.curve("HARD_SWISH", lambda r: r, types="int8 uint8"),
    "L2_NORMALIZATION": pw.l2_normalization,
    "LEAKY_RELU": pw.leaky_relu,
    "LESS_EQUAL": pw.comparison("LESS_EQUAL"),
    "LOG": pw.root("LOG", lambda r: abs(math.log(r)) + 1),
    "LOG_SOFTMAX": pw.log_softmax,
    "MAXIMUM": pw.extreme("MAXIMUM"),
    "MINIMUM": pw.extreme("MINIMUM"),
    "MIRROR_PAD": mv.mirror_pad,
    "NEG": pw.negative,
    "PACK": mv.pack,
    "PRELU": pw.prelu,
    "REDUCE_MAX": pw.reduction("REDUCE_MAX", True),
    "REDUCE_MIN": pw.reduction("REDUCE_MIN", True),
    "RELU": pw.rectifier("RELU"),
    "RELU6": pw.rectifier("RELU6"),
    "RELU_0_TO_1": pw.rectifier("RELU_0_TO_1"),
    "RELU_N1_TO_1": pw.rectifier("RELU_N1_TO_1"),
    "RESIZE_BILINEAR": pw.resize("RESIZE_BILINEAR"),
    "RESIZE_NEAREST_NEIGHBOR": pw.resize("RESIZE_NEAREST_NEIGHBOR"),
    "REVERSE_V2": mv.reverse,
    "RSQRT": pw.root("RSQRT", lambda r: 1 / math.sqrt(r) * 4),
    "SLICE": mv.slice_,
    "SOFTMAX": pw.softmax,
    "SPACE_TO_BATCH_ND": mv.space_to_batch,
    "SPACE_TO_DEPTH": mv.space_to_depth,
    "SPLIT": mv.split,
    "SPLIT_V": mv.split_v,
    "SQRT": pw.root("SQRT", math.sqrt),
    "SQUARED_DIFFERENCE": pw.squared_difference,
    "SQUEEZE": mv.squeeze,
    "STRIDED_SLICE": mv.strided_slice,
    "SUB": pw.binary("SUB", lambda a, b: (a + b) / 2),
    "SUM": pw.reduction("SUM", False, "uint8"),
    "SVDF": recurrent.svdf,
    "TANH": pw.tanh,
    "TILE": mv.tile,
    "TRANSPOSE": mv.transpose,
    "TRANSPOSE_CONV": products.transpose_conv,
    "UNPACK": mv.unpack,
}
MAKERS: Mapping[str, Maker] = {**COMMON, **RARER}
SAMPLES = 6
MOST_TRIES = 30


@dataclass(frozen=True)
class RandomModel:
    """A model, its inputs sample by sample, and whether its state goes from sample to sample."""

    writer: ModelWriter
    samples: list[list[Array]]
    carries: bool

    @property
    def types(self) -> list[str]:
        """Of the tensors."""
        field = schema.TENSOR["type"].slot
        return [TYPE_NAMES[t[field][1]] for t in self.writer.graphs[0].tensors]

    @property
    def kinds(self) -> list[str]:
        return [n.kind for g in self.writer.graphs for n in g.nodes]


def random_model(
    seed: Sequence[int], kinds: Sequence[str] = (), types: Sequence[str] = (), most: int = 8
) -> RandomModel:
    """The model of a seed: of operators of ``kinds`` (any) on numbers of ``types``."""
    rng = np.random.default_rng(list(seed))
    d = Draft(rng)
    for _ in range(MOST_TRIES):  # what the first input was may have suited no operator
        if d.writer.graphs[0].nodes:
            break
        d = Draft(rng)
        _grow(d, kinds, d.pick(*(types or ("int8",) * 7 + ("int16",) * 2 + ("uint8",))), most)
    samples = [[sample(d, t, k) for t in d.inputs] for k in range(SAMPLES)]
    return RandomModel(d.writer, samples, bool(d.states) and d.chance(0.5))


def _grow(d: Draft, kinds: Sequence[str], type: str, most: int) -> None:
    live = [_first(d, type, kinds)]
    wanted, made = d.number(1, most), 0
    for _ in range(60 * wanted):
        if made >= wanted:
            break
        kind = d.pick(*kinds) if kinds else d.pick(*(COMMON if d.chance(0.6) else RARER))
        before = _mark(d)
        x = live[-1] if d.chance(0.7) else d.pick(*live)
        found = MAKERS[kind](d, x) if x.scale and x.size and x.rank else None
        if not found:
            _reset(d, before)
            continue
        made += 1
        live += [found] if isinstance(found, Tensor) else found
        if not kinds and d.chance(0.3) and _residual(d, live):
            made += 1
    # Outputs: whatever no operator reads, and at times more.
    g = d.writer.graphs[0]
    read = {t for n in g.nodes for t in n.inputs}
    made_here = [t for n in g.nodes for t in n.outputs]
    g.outputs = [t for t in made_here if t not in read or d.chance(0.1)]


def _first(d: Draft, type: str, kinds: Sequence[str]) -> Tensor:
    """The input that the model begins with."""
    rank = d.pick(4, 4, 4, 4, 3, 2)
    fixed = {"SVDF": 2, "UNIDIRECTIONAL_SEQUENCE_LSTM": 3}
    rank = next((fixed[k] for k in kinds if k in fixed), rank)
    batch = d.pick(1, 1, 1, 2)
    if rank == 4:
        shape = [batch, d.number(1, 10), d.number(1, 10), d.pick(1, 2, 3, 4, 5, 7, 8, 12, 16, 20)]
    else:
        shape = [batch, *(d.number(1, 24) for _ in range(rank - 1))]
    return d.input(shape, type)


def _residual(d: Draft, live: list[Tensor]) -> bool:
    """A sum of two tensors of one shape."""
    y = live[-1]
    pairs = [t for t in live[:-1] if t.shape == y.shape and t.type == y.type and t.scale]
    if not pairs or not y.scale or y.type == "int16":
        return False
    x = d.pick(*pairs)
    to = d.result(y.shape, y, (x.reach + y.reach) / 2)
    live.append(d.node("ADD", (y, x), to, activation=d.pick(0, 1), pot_scale_int16=False))
    return True


def _mark(d: Draft) -> tuple[int, ...]:
    g = d.writer.graphs[0]
    return len(d.writer.buffers), len(g.tensors), len(g.nodes), len(g.inputs), len(d.states)


def _reset(d: Draft, mark: tuple[int, ...]) -> None:
    """Forget what a maker left that did not take its tensor."""
    g = d.writer.graphs[0]
    buffers, tensors, nodes, inputs, states = mark
    del d.writer.buffers[buffers:], g.tensors[tensors:], g.nodes[nodes:], g.inputs[inputs:]
    del d.inputs[inputs:], d.states[states:]


def sample(d: Draft, t: Tensor, k: int) -> Array:
    """Numbers for an input: the first two samples are its limits."""
    low, high = t.limits
    if k < 2 and d.chance(0.5):
        return np.full(t.shape, high if k else low, t.type)
    return d.codes(t.shape, t.type)


def alone(writer: ModelWriter, index: int) -> ModelWriter:
    """A model of one operator of another, its tensors unchanged."""
    g = writer.graphs[0]
    node = g.nodes[index]
    made = {t for n in g.nodes for t in n.outputs}
    inputs = [t for t in dict.fromkeys(node.inputs) if t in made or t in g.inputs]
    part = ModelWriter()
    part.buffers = writer.buffers
    part.graphs = [Graph(g.tensors, [node], inputs, list(node.outputs))]
    return part


__all__ = ["MAKERS", "MOST_ELEMENTS", "SAMPLES", "RandomModel", "alone", "random_model"]
