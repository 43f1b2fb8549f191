"""Small ONNX models and seeded mutations of them, by bytes and by protobuf fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "gru_demo.onnx"
Rng = np.random.Generator

NUMBERS = (0, 1, -1, 2, 3, 7, 127, -128, 1 << 16, -(1 << 31), (1 << 31) - 1, (1 << 63) - 1)
FLOATS = (0.0, -0.0, 1.0, -1.0, 1e-30, 1e30, float("nan"), float("inf"), float("-inf"))


def make_case(seed: int, case: int) -> bytes:
    """The file of a case: always the same for the same numbers."""
    rng = np.random.default_rng([seed, case])
    bases = base_models()
    data = bases[case % len(bases)]
    if case // len(bases) % 3 == 0:
        return mutate_bytes(rng, data)
    return mutate_fields(rng, data)


def mutate_bytes(rng: Rng, data: bytes) -> bytes:
    """One to three bytes changed, dropped, doubled, or a piece moved."""
    out = bytearray(data)
    for _ in range(int(rng.integers(1, 4))):
        if not out:
            break
        at = int(rng.integers(len(out)))
        match int(rng.integers(4)):
            case 0:
                out[at] ^= 1 << int(rng.integers(8))
            case 1:
                out[at] = int(rng.integers(256))
            case 2:
                del out[at : at + int(rng.integers(1, 5))]
            case _:
                piece = out[at : at + int(rng.integers(1, 9))]
                to = int(rng.integers(len(out)))
                out[to:to] = piece
    return bytes(out)


def mutate_fields(rng: Rng, data: bytes) -> bytes:
    """One or two fields of the model's messages changed to something else of their type."""
    model = onnx.load_model_from_string(data)
    for _ in range(int(rng.integers(1, 3))):
        places = list(fields_of(model))
        message, field = places[int(rng.integers(len(places)))]
        change(rng, model, message, field)
    return bytes(model.SerializeToString(deterministic=True))


def fields_of(message: Any) -> Iterator[tuple[Any, Any]]:
    """Every set field of a message and of the messages in it. Weights count once, whatever
    their size: most mutations shall hit the graph."""
    for field, value in message.ListFields():
        yield message, field
        if field.message_type is not None:
            for inner in value if _repeated(field) else (value,):
                yield from fields_of(inner)


def change(rng: Rng, model: Any, message: Any, field: Any) -> None:
    value = getattr(message, field.name)
    if _repeated(field):
        change_list(rng, model, field, value)
    elif field.message_type is not None:
        message.ClearField(field.name)
    else:
        setattr(message, field.name, other_scalar(rng, model, field, value))


def change_list(rng: Rng, model: Any, field: Any, items: Any) -> None:
    """Drop, double, swap or change one item."""
    at = int(rng.integers(len(items)))
    kind = int(rng.integers(4))
    if kind == 0:
        del items[at]
    elif kind == 1 and field.message_type is not None:
        items.add().CopyFrom(items[at])
    elif kind == 1:
        items.append(items[at])
    elif kind == 2 and field.message_type is not None:
        kept = [type(i).FromString(i.SerializeToString()) for i in items]
        kept[at], kept[-1] = kept[-1], kept[at]
        del items[:]
        items.extend(kept)
    elif kind == 2:
        items[at], items[-1] = items[-1], items[at]
    elif field.message_type is None:
        items[at] = other_scalar(rng, model, field, items[at])


def other_scalar(rng: Rng, model: Any, field: Any, value: Any) -> Any:
    """Another value of the field's type."""
    d = field
    if d.cpp_type in (d.CPPTYPE_FLOAT, d.CPPTYPE_DOUBLE):
        return FLOATS[int(rng.integers(len(FLOATS)))]
    if d.cpp_type == d.CPPTYPE_ENUM:
        numbers = [v.number for v in d.enum_type.values]
        return numbers[int(rng.integers(len(numbers)))]
    if d.cpp_type == d.CPPTYPE_STRING:
        if isinstance(value, bytes):
            return mutate_bytes(rng, value) if value else b"x"
        return other_name(rng, model, value)
    number = value + int(rng.integers(-2, 3))
    if rng.integers(2):
        number = NUMBERS[int(rng.integers(len(NUMBERS)))]
    if d.cpp_type in (d.CPPTYPE_INT32, d.CPPTYPE_UINT32):
        number = min(max(number, -(1 << 31)), (1 << 31) - 1)
    if d.cpp_type in (d.CPPTYPE_UINT32, d.CPPTYPE_UINT64):
        number = abs(number)
    return number


OPERATORS = [
    "Add",
    "Mul",
    "Sub",
    "Div",
    "Pow",
    "MatMul",
    "Relu",
    "Sigmoid",
    "Tanh",
    "Softmax",
    "Transpose",
    "Reshape",
    "Concat",
    "Slice",
    "Gather",
    "ReduceSum",
    "ReduceMax",
    "ArgMax",
    "Conv",
    "MaxPool",
    "Identity",
    "Shape",
    "Cast",
    "Where",
    "Exp",
    "Log",
    "Sqrt",
    "Clip",
    "Tile",
    "Expand",
    "Squeeze",
    "Unsqueeze",
    "Flatten",
    "Max",
    "Min",
    "Neg",
    "Abs",
    "Floor",
    "GlobalAveragePool",
    "LSTM",
    "GRU",
    "RNN",
    "CumSum",
]


def other_name(rng: Rng, model: Any, value: str) -> str:
    """For an operator another operator, for a tensor another tensor of the graph, or nonsense."""
    if value in OPERATORS:
        return OPERATORS[int(rng.integers(len(OPERATORS)))]
    names = [n for node in model.graph.node for n in (*node.input, *node.output)]
    names += ["", "nowhere", value + "x"]
    return names[int(rng.integers(len(names)))]


def _repeated(field: Any) -> bool:
    flag = getattr(field, "is_repeated", None)  # protobuf before 6.31 has only the label
    return bool(field.label == field.LABEL_REPEATED) if flag is None else bool(flag)


# ---- the models


def base_models() -> list[bytes]:
    """Small models, each of another sort."""
    made = [mlp(), conv_net(), lstm(), branch(), loop(), scan(), shapes(), reductions()]
    return [EXAMPLE.read_bytes(), *(m.SerializeToString(deterministic=True) for m in made)]


def mlp() -> onnx.ModelProto:
    return model_of(
        [
            node("Gemm", ["x", "w0", "b0"], "h0", transB=1),
            node("Relu", ["h0"], "h1"),
            node("MatMul", ["h1", "w1"], "h2"),
            node("Softmax", ["h2"], "y", axis=-1),
        ],
        {"x": (2, 6)},
        {"y": (2, 3)},
        {"w0": (5, 6), "b0": (5,), "w1": (5, 3)},
    )


def conv_net() -> onnx.ModelProto:
    return model_of(
        [
            node("Conv", ["x", "w0", "b0"], "c0", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
            node("Clip", ["c0", "zero", "six"], "c1"),
            node("Conv", ["c1", "w1"], "c2", kernel_shape=[3, 3], strides=[2, 2], group=4),
            node("MaxPool", ["c2"], "c3", kernel_shape=[2, 2], strides=[1, 1], ceil_mode=1),
            node("GlobalAveragePool", ["c3"], "g"),
            node("Flatten", ["g"], "y"),
        ],
        {"x": (1, 3, 8, 8)},
        {"y": (1, 4)},
        {"w0": (4, 3, 3, 3), "b0": (4,), "w1": (4, 1, 3, 3)},
        {"zero": np.float32(0), "six": np.float32(6)},
    )


def lstm() -> onnx.ModelProto:
    return model_of(
        [
            helper.make_node(
                "LSTM",
                ["x", "w", "r", "b"],
                ["ys", "h", "c"],
                "/lstm",
                hidden_size=4,
                direction="bidirectional",
            ),
            node("Mul", ["ys", "ys"], "y"),
        ],
        {"x": (5, 1, 3)},
        {"y": (5, 2, 1, 4), "h": (2, 1, 4)},
        {"w": (2, 16, 3), "r": (2, 16, 4), "b": (2, 32)},
    )


def branch() -> onnx.ModelProto:
    then = graph_of([node("Add", ["x", "k"], "t")], {}, {"t": (3,)})
    other = graph_of([node("Mul", ["x", "k"], "e")], {}, {"e": (3,)})
    return model_of(
        [
            node("ReduceSum", ["x"], "s", keepdims=0),
            node("Greater", ["s", "zero"], "p"),
            helper.make_node("If", ["p"], ["y"], "/if", then_branch=then, else_branch=other),
        ],
        {"x": (3,)},
        {"y": (3,)},
        {"k": (3,)},
        {"zero": np.float32(0)},
    )


def loop() -> onnx.ModelProto:
    body = helper.make_graph(
        [
            node("Tanh", ["a"], "t"),
            node("Add", ["t", "x"], "next"),
            node("Identity", ["next"], "row"),
            node("Identity", ["cond"], "go"),
        ],
        "body",
        [
            info("i", (), TensorProto.INT64),
            info("cond", (), TensorProto.BOOL),
            info("a", (3,)),
        ],
        [info("go", (), TensorProto.BOOL), info("next", (3,)), info("row", (3,))],
    )
    return model_of(
        [helper.make_node("Loop", ["n", "true", "x"], ["last", "rows"], "/loop", body=body)],
        {"x": (3,)},
        {"last": (3,), "rows": (4, 3)},
        {},
        {"n": np.int64(4), "true": np.bool_(True)},
    )


def scan() -> onnx.ModelProto:
    body = graph_of(
        [node("Mul", ["s", "half"], "d"), node("Add", ["d", "e"], "s2"), node("Exp", ["s2"], "o")],
        {"s": (2,), "e": (2,)},
        {"s2": (2,), "o": (2,)},
        {},
        {"half": np.float32(0.5)},
    )
    return model_of(
        [
            helper.make_node(
                "Scan", ["s0", "x"], ["last", "y"], "/scan", body=body, num_scan_inputs=1
            )
        ],
        {"s0": (2,), "x": (6, 2)},
        {"last": (2,), "y": (6, 2)},
    )


def shapes() -> onnx.ModelProto:
    return model_of(
        [
            node("Transpose", ["x"], "t", perm=[1, 0, 2]),
            node("Reshape", ["t", "to"], "r"),
            node("Slice", ["r", "starts", "ends"], "s"),
            node("Concat", ["s", "s"], "c", axis=1),
            node("Gather", ["c", "i"], "g", axis=0),
            node("Pad", ["g", "pads"], "p"),
            node("Expand", ["p", "wide"], "y"),
        ],
        {"x": (2, 3, 4)},
        {"y": (2, 4, 8)},
        {},
        {
            "to": np.array([3, 8], np.int64),
            "starts": np.array([0, 1], np.int64),
            "ends": np.array([3, 4], np.int64),
            "i": np.array([2, 0, -1], np.int64),
            "pads": np.array([0, 1, 1, 1], np.int64),
            "wide": np.array([2, 1, 1], np.int64),
        },
    )


def reductions() -> onnx.ModelProto:
    return model_of(
        [
            node("ReduceMean", ["x", "axes"], "m", keepdims=1),
            node("Sub", ["x", "m"], "d"),
            node("LayerNormalization", ["d", "k"], "n", axis=-1),
            node("ArgMax", ["n"], "a", axis=1, keepdims=0),
            node("CumSum", ["n", "axis"], "y"),
        ],
        {"x": (3, 5)},
        {"y": (3, 5)},
        {"k": (5,)},
        {"axes": np.array([1], np.int64), "axis": np.array(1, np.int64)},
        {"a": (3,)},
    )


def node(op: str, ins: Sequence[str], out: str, **attributes: Any) -> onnx.NodeProto:
    return helper.make_node(op, ins, [out], f"/{out}", **attributes)


def info(name: str, shape: tuple[int, ...], dtype: int = TensorProto.FLOAT) -> Any:
    return helper.make_tensor_value_info(name, dtype, shape)


def graph_of(
    nodes: Sequence[onnx.NodeProto],
    ins: dict[str, tuple[int, ...]],
    outs: dict[str, tuple[int, ...]],
    weights: dict[str, tuple[int, ...]] | None = None,
    constants: dict[str, Any] | None = None,
    integer_outs: dict[str, tuple[int, ...]] | None = None,
) -> onnx.GraphProto:
    rng = np.random.default_rng(3)
    values = {n: rng.uniform(-1, 1, s).astype(np.float32) for n, s in (weights or {}).items()}
    values |= {n: np.asarray(v) for n, v in (constants or {}).items()}
    results = [info(n, s) for n, s in outs.items()]
    results += [info(n, s, TensorProto.INT64) for n, s in (integer_outs or {}).items()]
    return helper.make_graph(
        list(nodes),
        "graph",
        [info(n, s) for n, s in ins.items()],
        results,
        [numpy_helper.from_array(v, n) for n, v in values.items()],
    )


def model_of(*args: Any) -> onnx.ModelProto:
    opset = [helper.make_opsetid("", 18)]
    return helper.make_model(graph_of(*args), opset_imports=opset, ir_version=9)
