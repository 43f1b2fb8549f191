"""Weights that are stored without zeros, on emulated boards: the same bits, and no more of them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import millrace
from millrace.ir.errors import CompileError

CORES = ("cortex-m0", "cortex-m4", "cortex-m55")
STEPS, INPUTS, UNITS, CLASSES = 3, 20, 24, 12


def pruned(rs: np.random.Generator, shape: tuple[int, ...], zeros: float) -> Any:
    w = rs.standard_normal(shape).astype(np.float32) * 0.3
    w.reshape(-1)[rs.permutation(w.size)[: round(zeros * w.size)]] = 0
    return w


def network(zeros: float) -> bytes:
    """A GRU over some steps, and two layers on its last state; one has a class without weights."""
    rs = np.random.default_rng(5)
    last = pruned(rs, (40, CLASSES), zeros)
    last[:, 3] = 0
    arrays = {
        "w": pruned(rs, (1, 3 * UNITS, INPUTS), zeros),
        "r": pruned(rs, (1, 3 * UNITS, UNITS), zeros),
        "bias": pruned(rs, (1, 6 * UNITS), 0),
        "w1": pruned(rs, (UNITS, 40), zeros),
        "w2": last,
        "b2": pruned(rs, (CLASSES,), 0),
    }
    nodes = [
        helper.make_node("GRU", ["x", "w", "r", "bias"], ["", "h"], hidden_size=UNITS),
        helper.make_node("Squeeze", ["h", "axes"], ["h0"]),
        helper.make_node("MatMul", ["h0", "w1"], ["a"]),
        helper.make_node("Relu", ["a"], ["a1"]),
        helper.make_node("MatMul", ["a1", "w2"], ["c"]),
        helper.make_node("Add", ["c", "b2"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [STEPS, 1, INPUTS])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, CLASSES])],
        [numpy_helper.from_array(a, name) for name, a in arrays.items()]
        + [numpy_helper.from_array(np.array([0]), "axes")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    onnx.checker.check_model(model)
    return model.SerializeToString()  # type: ignore[no-any-return]


SAMPLES = np.random.default_rng(8).standard_normal((4, STEPS, 1, INPUTS)).astype(np.float32)


@cache
def compiled(zeros: float, target: str, scheme: str | None = "int8", **options: Any) -> Any:
    if scheme is not None:
        options |= {"quantize": scheme, "calibration": {"x": SAMPLES}}
        options["calibrate_method"] = "minmax"
    return millrace.compile(network(zeros), name="net", target=target, **options)


def outputs(model: Any) -> list[Any]:
    runs = model.emulate([[x] for x in SAMPLES]).samples
    return [run.outputs[0] for run in runs]


def decisions(model: Any) -> list[str]:
    return [d.text for d in model.report.decisions if d.by == "sparsify"]


@pytest.mark.parametrize(
    ("core", "scheme"), [*((c, "int8") for c in CORES), ("cortex-m4", "int16x8")]
)
def test_the_host_and_the_dense_form_give_the_same_bits(core: str, scheme: str) -> None:
    host = compiled(0.85, "host", scheme)
    sparse = compiled(0.85, core, scheme, sparse="least")
    dense = compiled(0.85, core, scheme, sparse="never")
    assert any("stored without zeros" in t for t in decisions(sparse)) and not decisions(dense)
    assert sparse.report.weight_bytes < 0.6 * dense.report.weight_bytes
    for x, got, want in zip(SAMPLES, outputs(sparse), outputs(dense), strict=True):
        np.testing.assert_array_equal(got, want)
        np.testing.assert_array_equal(got.reshape(-1), host(x).reshape(-1))


@pytest.mark.parametrize("core", CORES)
def test_floats_agree(core: str) -> None:
    host = compiled(0.85, "host", None)
    model = compiled(0.85, core, None, sparse="least")
    assert any("stored without zeros" in t for t in decisions(model))
    for x, got in zip(SAMPLES, outputs(model), strict=True):
        np.testing.assert_allclose(got.reshape(-1), host(x).reshape(-1), rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize(
    ("core", "zeros", "scheme"),
    [
        *((core, 0.85, scheme) for core in CORES for scheme in ("int8", None)),
        ("cortex-m4", 0.65, "int8"),
    ],
)
def test_what_is_chosen_takes_no_more_of_anything(
    core: str, zeros: float, scheme: str | None
) -> None:
    auto, dense = (compiled(zeros, core, scheme, sparse=s) for s in ("auto", "never"))
    assert decisions(auto)
    a, d = (max(r.instructions for r in m.emulate([[SAMPLES[0]]]).samples) for m in (auto, dense))
    chosen = any("stored without zeros" in t for t in decisions(auto))
    assert chosen or core == "cortex-m55" or (core == "cortex-m4" and zeros < 0.8)
    if chosen:
        assert auto.report.weight_bytes < dense.report.weight_bytes
    assert a <= d and auto.report.flash_bytes <= dense.report.flash_bytes
    assert auto.report.ram_bytes <= dense.report.ram_bytes


@pytest.mark.parametrize("core", CORES)
def test_nothing_changes_where_there_are_few_zeros(core: str) -> None:
    auto, never = (compiled(0.1, core, None, sparse=s) for s in ("auto", "never"))
    assert auto._artifact.compiled.code == never._artifact.compiled.code
    assert not decisions(auto)


@pytest.mark.no_tools
def test_flash_that_is_missing_is_saved_by_leaving_zeros_out() -> None:
    """Zeros too few to be worth it otherwise."""
    plain = compiled(0.65, "cortex-m4", "int8", sparse="auto")
    least = compiled(0.65, "cortex-m4", "int8", sparse="least")
    assert least.report.flash_bytes < plain.report.flash_bytes
    flash = (plain.report.flash_bytes + least.report.flash_bytes) // 2
    found = compiled(0.65, "cortex-m4", "int8", flash=flash)
    assert found.report.flash_bytes <= flash
    assert any("instructions a byte" in t and "stored" in t for t in decisions(found))
    with pytest.raises(CompileError, match=r"\(--flash\)"):
        compiled(0.65, "cortex-m4", "int8", flash=flash, sparse="never")


@pytest.mark.no_tools
def test_a_word_that_is_none() -> None:
    with pytest.raises(CompileError, match="--sparse 'some': give auto, never or least"):
        millrace.compile(network(0.5), sparse="some")
