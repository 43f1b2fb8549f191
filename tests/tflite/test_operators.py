"""One operator at a time, against numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from millrace.frontend.tflite import import_tflite
from millrace.ir.errors import CompileError
from millrace.ir.verifier import verify
from tests.tflite.tflite_models import one_node, run

RNG = np.random.default_rng(7)
Array = np.ndarray[Any, Any]


def floats(*shape: int) -> Array:
    return RNG.normal(size=shape).astype(np.float32)


def i32(*values: int) -> Array:
    return np.array(values, np.int32)


X = floats(2, 6, 5, 4)
M = floats(3, 4)
W = floats(5, 4)
B = floats(5)
PADS = np.array([[0, 0], [1, 2], [0, 0], [0, 0]], np.int32)
STRIDED = {"begin_mask": 0, "end_mask": 2, "ellipsis_mask": 0, "new_axis_mask": 0}
BLOCKS = floats(1, 2, 3, 8)
# kind, operands, which of them are constants, options, the result
CASES: list[tuple[str, list[Any], list[int], dict[str, Any], Array]] = [
    ("ADD", [X, M[0]], [], {"activation": 1}, np.maximum(X + M[0], 0)),
    ("SUB", [X, M[0]], [], {"activation": 2}, np.clip(X - M[0], -1, 1)),
    ("MUL", [X, M[0]], [], {"activation": 3}, np.clip(X * M[0], 0, 6)),
    ("DIV", [X, X + 9], [], {"activation": 4}, np.tanh(X / (X + 9))),
    ("FULLY_CONNECTED", [M, W, B], [1, 2], {"activation": 0}, M @ W.T + B),
    ("FULLY_CONNECTED", [X, W, None], [1], {"keep_num_dims": True}, X @ W.T),
    ("FULLY_CONNECTED", [X, W, None], [1], {"keep_num_dims": False}, X.reshape(-1, 4) @ W.T),
    ("BATCH_MATMUL", [M, W], [], {"adj_x": False, "adj_y": True}, M @ W.T),
    ("CONCATENATION", [M, M], [], {"axis": -1, "activation": 0}, np.concatenate([M, M], 1)),
    ("RESHAPE", [M, i32(2, -1)], [1], {}, M.reshape(2, 6)),
    ("SQUEEZE", [M[None]], [], {"dims": []}, M),
    ("EXPAND_DIMS", [M, i32(-1)], [1], {}, M[..., None]),
    ("TRANSPOSE", [X, i32(3, 0, 2, 1)], [1], {}, X.transpose(3, 0, 2, 1)),
    ("PACK", [M, M], [], {"count": 2, "axis": 1}, np.stack([M, M], 1)),
    ("GATHER", [X, i32(3, 0)], [1], {"axis": 1}, X[:, [3, 0]]),
    ("GATHER", [X, i32(3, 0)], [], {"axis": 1}, X[:, [3, 0]]),
    ("GATHER", [X, i32(3, 0)[:, None]], [], {"axis": 1, "batch_dims": 1},
     np.stack([X[0, [3]], X[1, [0]]])),
    ("SLICE", [X, i32(0, 1, 2, 0), i32(-1, 3, -1, 2)], [1, 2], {}, X[:, 1:4, 2:, :2]),
    ("STRIDED_SLICE", [X, i32(0, -1, 0), i32(2, 0, 5), i32(1, -2, 2)], [1, 2, 3],
     {**STRIDED, "shrink_axis_mask": 1}, X[0, ::-2, 0:5:2]),
    ("STRIDED_SLICE", [X, i32(0, 0, 1), i32(0, 0, 3), i32(1, 1, 1)], [1, 2, 3],
     {**STRIDED, "end_mask": 0, "ellipsis_mask": 2, "new_axis_mask": 1}, X[None, ..., 1:3]),
    ("PAD", [X, PADS], [1], {}, np.pad(X, PADS.tolist())),
    ("PADV2", [X, PADS, np.float32(3)], [1, 2], {}, np.pad(X, PADS.tolist(), constant_values=3)),
    ("MIRROR_PAD", [X, PADS], [1], {"mode": 0}, np.pad(X, PADS.tolist(), mode="reflect")),
    ("TILE", [M, i32(2, 1)], [1], {}, np.tile(M, (2, 1))),
    ("REVERSE_V2", [M, i32(1)], [1], {}, M[:, ::-1]),
    ("SUM", [X, i32(1, -1)], [1], {"keep_dims": False}, X.sum((1, 3))),
    ("MEAN", [X, i32(1, 2)], [1], {"keep_dims": True}, X.mean((1, 2), keepdims=True)),
    ("REDUCE_MAX", [X, i32(0)], [1], {"keep_dims": False}, X.max(0)),
    ("ARG_MAX", [X, i32(2)], [1], {"type": 2}, X.argmax(2).astype(np.int32)),
    ("SHAPE", [X], [], {"type": 2}, i32(2, 6, 5, 4)),
    ("FILL", [i32(2, 3), np.float32(4)], [0], {}, np.full((2, 3), 4, np.float32)),
    ("RANGE", [np.int32(1), np.int32(9), np.int32(3)], [0, 1, 2], {}, i32(1, 4, 7)),
    ("CAST", [M * 10], [], {"from": 0, "to": 2}, (M * 10).astype(np.int32)),
    ("FLOOR_DIV", [i32(7, -7), i32(2, 2)], [], {}, i32(3, -4)),
    ("SELECT", [np.array([True, False, True]), M, -M], [], {},
     np.where([[True], [False], [True]], M, -M)),
    ("SCATTER_ND", [i32(1, 1, 0)[:, None], M, i32(4, 4)], [2], {},
     np.stack([M[2], M[0] + M[1], 0 * M[0], 0 * M[0]])),
    ("DEPTH_TO_SPACE", [BLOCKS], [], {"block": 2},
     BLOCKS.reshape(1, 2, 3, 2, 2, 2).transpose(0, 1, 3, 2, 4, 5).reshape(1, 4, 6, 2)),
    ("SOFTMAX", [M], [], {"beta": 0.5},
     np.exp(M / 2) / np.exp(M / 2).sum(1, keepdims=True)),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda c: c[0])
def test_operator(case: Any) -> None:
    kind, operands, constants, options, want = case
    data = one_node(kind, operands, (want.shape, str(want.dtype)), constants=constants, **options)
    module = import_tflite(data)
    verify(module)
    given = [x for i, x in enumerate(operands) if x is not None and i not in constants]
    (got,) = run(module, *given)
    assert got.dtype == want.dtype
    np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5)


def padded_convolution(x: Array, w: Array, stride: int) -> Array:
    """SAME padding over one of the two dimensions, as loops."""
    rows = -(-x.shape[1] // stride)
    total = max((rows - 1) * stride + w.shape[1] - x.shape[1], 0)
    x = np.pad(x, [(0, 0), (total // 2, total - total // 2), (0, 0), (0, 0)])
    out = np.zeros((x.shape[0], rows, x.shape[2], w.shape[0]), np.float32)
    for i in range(rows):
        patch = x[:, i * stride : i * stride + w.shape[1]]
        out[:, i] = np.einsum("nkwc,okc->nwo", patch, w[:, :, 0])
    return out


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_convolution_pads_as_the_scheme_says(stride: int) -> None:
    w = floats(3, 4, 1, 4)
    want = padded_convolution(X, w, stride)
    options = {"padding": 0, "stride_h": stride, "stride_w": 1, "activation": 0}
    data = one_node("CONV_2D", [X, w, None], (want.shape, "float32"), constants=[1], **options)
    (got,) = run(import_tflite(data), X)
    np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "operands", "constants", "options", "message"),
    [
        ("RESHAPE", [M, i32(5, -1)], [1], {}, "cannot reshape 12 elements"),
        ("ADD", [M, floats(3)], [], {"activation": 0}, "cannot broadcast 3x4 with 3"),
        ("ADD", [M, M], [], {"activation": 9}, "activation number 9"),
        ("SLICE", [M, i32(0, 3), i32(-1, 5)], [1, 2], {}, "5 elements from 3 on"),
        ("FULLY_CONNECTED", [M, floats(5, 7), None], [1], {"activation": 0}, "cannot multiply"),
        ("TRANSPOSE", [M, i32(1, 0)], [], {}, "only known at run time"),
        ("SPLIT", [i32(1), M], [0], {"count": 3}, "cannot split a dimension of 4"),
    ],
)
def test_errors_name_the_operator(
    kind: str, operands: list[Any], constants: list[int], options: dict[str, Any], message: str
) -> None:
    data = one_node(kind, operands, ([1], "float32"), constants=constants, **options)
    with pytest.raises(CompileError, match=f'node "{kind}#0.*{message}'):
        import_tflite(data)
