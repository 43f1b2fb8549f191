"""Recurrent cells and layers that are one TensorFlow operator, native, against the formulas of its
documentation in numpy. Gates are stored in the order i, c, f, o; in BlockLSTMV2 as i, f, c, o."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import millrace
from millrace.frontend.tensorflow import import_graphdef
from millrace.ir.interpreter.run import interpret
from millrace.ir.printer import print_module

Array = np.ndarray[Any, Any]
B, N, H, T = 2, 3, 4, 6
OUTPUTS = ("i", "cs", "f", "o", "ci", "co", "h")


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def lstm_step(
    x: Array,
    cs_prev: Array,
    h_prev: Array,
    w: dict[str, Array],
    gates: str,
    forget_bias: float,
    clip: float,
) -> dict[str, Array]:
    xh = np.concatenate([x, h_prev], 1)
    z = dict(zip(gates, np.split(xh @ w["w"] + w["b"], 4, axis=1), strict=True))
    f = z["f"] + forget_bias
    i = sigmoid(cs_prev * w["wci"] + z["i"])
    f = sigmoid(cs_prev * w["wcf"] + f)
    ci = np.tanh(z["c"])
    cs = ci * i + cs_prev * f
    if clip > 0:
        cs = np.clip(cs, -clip, clip)
    o = sigmoid(cs * w["wco"] + z["o"])
    co = np.tanh(cs)
    return dict(zip(OUTPUTS, (i, cs, f, o, ci, co, co * o), strict=True))


def numbers(rng: np.random.Generator, *shape: int) -> Array:
    return rng.normal(size=shape).astype(np.float32)


def weights(rng: np.random.Generator) -> dict[str, Array]:
    peepholes = {k: numbers(rng, H) for k in ("wci", "wcf", "wco")}
    return {"w": numbers(rng, N + H, 4 * H), **peepholes, "b": numbers(rng, 4 * H)}


def compiled(g: Any, fetch: list[str], tmp_path: Path) -> Any:
    path = tmp_path / "cell.pb"
    path.write_bytes(g.data())
    return millrace.compile(path, fetch=fetch)


def compare(got: list[Array], want: list[Array]) -> None:
    for g, w in zip(got, want, strict=True):
        assert g.shape == w.shape
        np.testing.assert_allclose(g, w, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("peepholes", [False, True])
@pytest.mark.parametrize(
    "options", [{}, {"forget_bias": 0.25, "cell_clip": 0.3}, {"cell_clip": -1.0}]
)
def test_lstm_block_cell(
    writer: Any, tmp_path: Path, peepholes: bool, options: dict[str, float]
) -> None:
    rng = np.random.default_rng(1)
    w = weights(rng)
    g = writer()
    for name, width in (("x", N), ("cs", H), ("hp", H)):
        g.placeholder(name, B, width)
    for name, a in w.items():
        g.const(name, a)
    g.add("cell", "LSTMBlockCell", "x", "cs", "hp", *w, use_peephole=peepholes, **options)
    model = compiled(g, [f"cell:{k}" for k in range(7)], tmp_path)
    inputs = [2 * numbers(rng, B, n) for n in (N, H, H)]
    if not peepholes:
        w = {**w, **{k: np.zeros(H, np.float32) for k in ("wci", "wcf", "wco")}}
    bias, clip = options.get("forget_bias", 1.0), options.get("cell_clip", 3.0)
    compare(list(model(*inputs)), list(lstm_step(*inputs, w, "icfo", bias, clip).values()))


@pytest.mark.parametrize("op", ["BlockLSTM", "BlockLSTMV2"])
@pytest.mark.parametrize("peepholes", [False, True])
@pytest.mark.parametrize("steps", [T, T + 3, 4, 0, None])
def test_block_lstm(
    writer: Any, tmp_path: Path, op: str, peepholes: bool, steps: int | None
) -> None:
    """All outputs of all steps; behind ``seq_len_max``, known or not, they are zero."""
    rng = np.random.default_rng(2)
    w = weights(rng)
    g = writer()
    if steps is None:
        g.placeholder("n", dtype="int64")
    else:
        g.const("n", steps, dtype=np.int64)
    g.placeholder("x", T, B, N)
    for name in ("cs", "hp"):
        g.placeholder(name, B, H)
    for name, a in w.items():
        g.const(name, a)
    g.add("layer", op, "n", "x", "cs", "hp", *w, use_peephole=peepholes)
    model = compiled(g, [f"layer:{k}" for k in range(7)], tmp_path)
    x, cs, h = numbers(rng, T, B, N), numbers(rng, B, H), numbers(rng, B, H)
    given = [np.int64(5)] if steps is None else []
    got = list(model(*given, x, cs, h))
    if not peepholes:
        w = {**w, **{k: np.zeros(H, np.float32) for k in ("wci", "wcf", "wco")}}
    first = op == "BlockLSTM"
    want = {k: np.zeros((T, B, H), np.float32) for k in OUTPUTS}
    for t in range(min(T, 5 if steps is None else steps)):
        args = ("icfo", 1.0, 3.0) if first else ("ifco", 0.0, 0.0)
        made = lstm_step(x[t], cs, h, w, *args)
        cs, h = made["cs"], made["h"]
        for k, a in made.items():
            want[k][t] = a
    compare(got, list(want.values()))


def test_a_layer_of_which_the_last_output_counts_is_one_scan(writer: Any) -> None:
    rng = np.random.default_rng(3)
    g = writer()
    g.const("n", T, dtype=np.int64)
    g.placeholder("x", T, B, N)
    for name in ("cs", "hp"):
        g.const(name, np.zeros((B, H)))
    w = weights(rng)
    for name, a in w.items():
        g.const(name, a)
    g.add("layer", "BlockLSTMV2", "n", "x", "cs", "hp", *w, cell_clip=0.0)
    text = print_module(import_graphdef(g.data(), fetch=["layer:6"]))
    assert text.count('"mr.scan"') == 1


def test_gru_block_cell(writer: Any, tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    w_ru, w_c = numbers(rng, N + H, 2 * H), numbers(rng, N + H, H)
    b_ru, b_c = numbers(rng, 2 * H), numbers(rng, H)
    g = writer()
    g.placeholder("x", B, N)
    g.placeholder("hp", B, H)
    for name, a in {"w_ru": w_ru, "w_c": w_c, "b_ru": b_ru, "b_c": b_c}.items():
        g.const(name, a)
    g.add("cell", "GRUBlockCell", "x", "hp", "w_ru", "w_c", "b_ru", "b_c")
    model = compiled(g, [f"cell:{k}" for k in range(4)], tmp_path)
    x, h = numbers(rng, B, N), numbers(rng, B, H)
    r, u = np.split(sigmoid(np.concatenate([x, h], 1) @ w_ru + b_ru), 2, axis=1)
    c = np.tanh(np.concatenate([x, h * r], 1) @ w_c + b_c)
    compare(list(model(x, h)), [r, u, c, (1 - u) * c + u * h])


def test_outputs_have_names_in_functions(writer: Any, kinds: Any) -> None:
    body = writer()
    body.add("cell", "GRUBlockCell", "x", "hp", "wr", "wc", "br", "bc")
    names = dict.fromkeys(("x", "hp", "wr", "wc", "br", "bc"), "float32")
    g = writer()
    g.function("step", names, {"out": "cell:h:0"}, body)
    shapes = {"x": (B, N), "hp": (B, H), "wr": (N + H, 2 * H), "wc": (N + H, H)}
    for name, shape in {**shapes, "br": (2 * H,), "bc": (H,)}.items():
        g.const(name, np.ones(shape) * 0.1)
    g.add("y", "StatefulPartitionedCall", *names, f=kinds.func("step"))
    module = import_graphdef(g.data(), fetch=["y"])
    gate = sigmoid(np.float32(0.1 * N * 0.1 + 0.1 * H * 0.1 + 0.1))
    new = np.tanh(0.1 * N * 0.1 + 0.1 * gate * H * 0.1 + 0.1)
    (out,) = interpret(module, [])
    np.testing.assert_allclose(out, np.full((B, H), (1 - gate) * new + gate * 0.1), rtol=1e-5)


def test_weights_that_do_not_fit(writer: Any) -> None:
    g = writer()
    g.placeholder("x", B, N)
    g.placeholder("hp", B, H)
    for name, shape in {"wr": (N, 2 * H), "wc": (N + H, H), "br": (2 * H,), "bc": (H,)}.items():
        g.const(name, np.zeros(shape))
    g.add("cell", "GRUBlockCell", "x", "hp", "wr", "wc", "br", "bc")
    with pytest.raises(
        millrace.CompileError, match=r'node "cell".*input 2 is \[3, 8\], not \[7, 8\]'
    ):
        import_graphdef(g.data(), fetch=["cell:3"])


def test_a_tensor_array_of_pieces(writer: Any, kinds: Any, tmp_path: Path) -> None:
    g = writer()
    g.placeholder("x", 6, 3)
    g.const("size", 3, dtype=np.int32)
    g.const("lengths", [2, 2, 2], dtype=np.int64)
    g.const("one", 1, dtype=np.int32)
    g.add("array", "TensorArrayV3", "size", dtype=kinds.type("float32"))
    g.add("flow", "TensorArraySplitV3", "array", "x", "lengths", "array:1")
    g.add("read", "TensorArrayReadV3", "array", "one", "flow", dtype=kinds.type("float32"))
    model = compiled(g, ["read"], tmp_path)
    x = np.arange(18, dtype=np.float32).reshape(6, 3)
    np.testing.assert_array_equal(model(x), x[2:4])
