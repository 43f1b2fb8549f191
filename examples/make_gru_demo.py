"""Makes gru_demo.onnx: a keyword spotter, two GRU layers over 49 frames of 10 features.

The weights are random (seeded): the model shows the way of a recurrence, not a trained task.
Run it from anywhere: ``python examples/make_gru_demo.py``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FRAMES, FEATURES, HIDDEN, CLASSES = 49, 10, 32, 6


def build() -> onnx.ModelProto:
    """The model, the same bytes each time."""
    rng = np.random.default_rng(7)
    weights: list[Any] = []

    def constant(name: str, *shape: int, scale: float) -> str:
        value = rng.uniform(-scale, scale, shape).astype(np.float32)
        weights.append(numpy_helper.from_array(value, name))
        return name

    def gru(layer: int, x: str, features: int) -> list[Any]:
        ins = [
            x,
            constant(f"w{layer}", 1, 3 * HIDDEN, features, scale=features**-0.5),
            constant(f"r{layer}", 1, 3 * HIDDEN, HIDDEN, scale=HIDDEN**-0.5),
            constant(f"b{layer}", 1, 6 * HIDDEN, scale=0.1),
        ]
        node = helper.make_node(
            "GRU",
            ins,
            [f"y{layer}", f"h{layer}"],
            f"/gru{layer}",
            hidden_size=HIDDEN,
            linear_before_reset=1,
        )
        drop = helper.make_node(
            "Squeeze", [f"y{layer}", "one"], [f"seq{layer}"], f"/squeeze{layer}"
        )
        return [node, drop]

    weights.append(numpy_helper.from_array(np.array([1], np.int64), "one"))
    weights.append(numpy_helper.from_array(np.array([0], np.int64), "zero"))
    nodes = [
        helper.make_node("Transpose", ["frames"], ["x"], "/time_major", perm=[1, 0, 2]),
        *gru(1, "x", FEATURES),
        *gru(2, "seq1", HIDDEN),
        helper.make_node("Squeeze", ["h2", "zero"], ["last"], "/last"),
        helper.make_node(
            "Gemm",
            [
                "last",
                constant("w3", HIDDEN, CLASSES, scale=1.0),
                constant("b3", CLASSES, scale=0.1),
            ],
            ["logits"],
            "/classify",
        ),
        helper.make_node("Softmax", ["logits"], ["scores"], "/scores", axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "gru_demo",
        [helper.make_tensor_value_info("frames", TensorProto.FLOAT, [1, FRAMES, FEATURES])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, CLASSES])],
        weights,
    )
    model = helper.make_model(
        graph,
        producer_name="millrace examples",
        opset_imports=[helper.make_opsetid("", 18)],
        ir_version=9,
    )
    onnx.checker.check_model(model, full_check=True)
    return model


if __name__ == "__main__":
    path = Path(__file__).parent / "gru_demo.onnx"
    path.write_bytes(build().SerializeToString(deterministic=True))
    print(f"{path}: {path.stat().st_size} bytes")
