"""Compiled models on emulated boards: the same outputs as on this machine."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest

import millrace
from millrace.cli import main
from millrace.emulator import emulate
from millrace.emulator.boards import SMALL_M0
from millrace.ir.errors import RunError
from tests.tflite.image_models import ImageNet
from tests.tflite.test_control_flow import counter
from tests.tflite.test_native import quantized

from .conftest import CORES

EXAMPLES = Path(__file__).parents[2] / "examples"
FLOATS = (*CORES, "cortex-m0plus", "cortex-m4-soft")


def bytes_like(model: millrace.Model, count: int) -> list[list[np.ndarray]]:
    rng = np.random.default_rng(6)
    return [
        [rng.integers(-128, 128, s.shape).astype(s.dtype) for s in model.inputs]
        for _ in range(count)
    ]


@pytest.mark.parametrize("core", CORES)
def test_8_bit_models_agree_to_the_bit(core: str) -> None:
    host = millrace.compile(quantized(), name="net")
    model = millrace.compile(quantized(), name="net", target=core)
    samples = bytes_like(model, 5)
    emulation = model.emulate(samples)
    assert len(emulation.samples) == 5
    for run, sample in zip(emulation.samples, samples, strict=True):
        for got, want in zip(run.outputs, host(*sample), strict=True):
            np.testing.assert_array_equal(got, want)
        assert run.instructions > model.report.macs / 4 and run.init_instructions is None


@pytest.mark.parametrize("core", CORES)
def test_images_agree_to_the_bit(core: str) -> None:
    """Convolutions, depthwise ones among them, of channels that fill no vector."""
    net = ImageNet(13)
    for layer in (("conv", 11, 1), ("separable", 21, 1), ("separable", 18, 2)):
        net.layer(*layer)
    net.residual()
    data = net.bytes()
    model, host = millrace.compile(data, target=core), millrace.compile(data)
    samples = bytes_like(model, 2)
    for run, sample in zip(model.emulate(samples).samples, samples, strict=True):
        np.testing.assert_array_equal(run.outputs[0], host(*sample))


@pytest.mark.parametrize("core", FLOATS)
def test_float_models_agree(core: str) -> None:
    """A GRU with all that it needs: loops, exp, softmax."""
    host = millrace.compile(EXAMPLES / "gru_demo.onnx")
    model = millrace.compile(EXAMPLES / "gru_demo.onnx", target=core)
    rng = np.random.default_rng(3)
    samples = [[rng.uniform(-1, 1, (1, 49, 10)).astype(np.float32)] for _ in range(2)]
    for run, (x,) in zip(model.emulate(samples).samples, samples, strict=True):
        np.testing.assert_allclose(run.outputs[0], host(x), rtol=0, atol=1e-6)


@pytest.mark.parametrize("core", ["cortex-m4", "cortex-m55"])
@pytest.mark.parametrize("carry", [False, True])
def test_state_starts_anew_or_is_carried(core: str, carry: bool) -> None:
    data = counter().bytes()
    host = millrace.compile(data, name="net")
    model = millrace.compile(data, name="net", target=core)
    x = np.array([1.0, 2.0], np.float32)
    samples = [[x], [3 * x], [-x]]
    runs = model.emulate(samples, carry_state=carry).samples
    for run, sample in zip(runs, samples, strict=True):
        if not carry:
            host.reset()
        np.testing.assert_array_equal(run.outputs[0], host(*sample))
    assert [r.init_instructions is None for r in runs] == [False, carry, carry]
    assert all(r.init_instructions is None or 0 < r.init_instructions < 200 for r in runs)


@pytest.mark.parametrize("name", ["main", "inputs", "harness", "board", "memory", "net__run"])
def test_models_of_any_name(name: str) -> None:
    """Nothing of the harness is called as something of a model can be."""
    model = millrace.compile(counter().bytes(), name=name, target="cortex-m4")
    assert model.emulate([[np.array([1.0, 2.0], np.float32)]]).instructions > 0


@pytest.mark.parametrize("core", CORES)
def test_the_stack_is_as_deep_as_stated(core: str) -> None:
    """With a model that calls library functions at its deepest: it moves and fills memory, and
    small cores have helpers for floats."""
    for source in (quantized(), EXAMPLES / "gru_demo.onnx"):
        model = millrace.compile(source, name="net", target=core)
        inputs = [np.zeros(s.shape, s.dtype) for s in model.inputs]
        used = model.emulate([inputs]).stack_bytes
        assert used <= model.report.stack_bytes <= used + 64
        assert not [note for note in model.report.notes if "stack" in note]


def recurrence() -> onnx.ModelProto:
    """An RNN over a sequence of any length."""
    h, rng = onnx.helper, np.random.default_rng(5)
    x = h.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["T", 1, 3])
    y = h.make_tensor_value_info("y", onnx.TensorProto.FLOAT, ["T", 1, 1, 4])
    weights = [
        onnx.numpy_helper.from_array(rng.uniform(-1, 1, shape).astype(np.float32), name)
        for name, shape in (("w", (1, 4, 3)), ("r", (1, 4, 4)))
    ]
    node = h.make_node("RNN", ["x", "w", "r"], ["y", ""], "/rnn", hidden_size=4)
    graph = h.make_graph([node], "net", [x], [y], weights)
    return h.make_model(graph, opset_imports=[h.make_opsetid("", 18)], ir_version=9)


@pytest.mark.parametrize("core", ["cortex-m4", "cortex-m55"])
def test_run_time_sizes(core: str) -> None:
    shape = {"x": ("T<=6", 1, 3)}
    host = millrace.compile(recurrence(), name="net", shape=shape)
    model = millrace.compile(recurrence(), name="net", shape=shape, target=core)
    rng = np.random.default_rng(9)
    samples = [[rng.uniform(-1, 1, (n, 1, 3)).astype(np.float32)] for n in (6, 1, 4)]
    runs = model.emulate(samples).samples
    for run, sample in zip(runs, samples, strict=True):
        want = host(*sample)
        assert run.outputs[0].shape == want.shape == (len(sample[0]), 1, 1, 4)
        np.testing.assert_allclose(run.outputs[0], want, rtol=0, atol=1e-6)
    assert runs[1].instructions < runs[2].instructions < runs[0].instructions


def test_code_for_a_cortex_m0_runs_on_one() -> None:
    """On the board that code for it usually runs on more instructions would be known."""
    model = millrace.compile(quantized(), name="net", target="cortex-m0")
    samples = bytes_like(model, 2)
    usual = model.emulate(samples).samples
    small = emulate(model._artifact.compiled, samples, place=SMALL_M0)
    assert small.machine == "microbit"
    for got, want in zip(small.samples, usual, strict=True):
        assert got.instructions == want.instructions and got.stack_bytes == want.stack_bytes
        for a, b in zip(got.outputs, want.outputs, strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_failing_check_names_its_node() -> None:
    h = onnx.helper
    x = h.make_tensor_value_info("i", onnx.TensorProto.INT32, [2])
    y = h.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [2])
    table = onnx.numpy_helper.from_array(np.arange(5, dtype=np.float32), "table")
    node = h.make_node("Gather", ["table", "i"], ["y"], "/look_up")
    graph = h.make_graph([node], "net", [x], [y], [table])
    source = h.make_model(graph, opset_imports=[h.make_opsetid("", 18)], ir_version=9)
    model = millrace.compile(source, name="net", target="cortex-m4")
    (run,) = model.emulate([[np.array([4, 1], np.int32)]]).samples
    assert run.outputs[0].tolist() == [4.0, 1.0]
    good, bad = np.array([0, 1], np.int32), np.array([0, 5], np.int32)
    with pytest.raises(RunError, match=r"sample 1: .*NET_E_INDEX \(-2\).*/look_up"):
        model.emulate([[good], [bad]])


# ---- the faces


def test_a_call_says_what_to_do_instead() -> None:
    model = millrace.compile(quantized(), name="net", target="cortex-m4")
    assert not model.native
    with pytest.raises(RunError, match=r"compiled for cortex-m4.*Model.emulate and `millrace run`"):
        model(np.zeros((2, 16), np.int8))
    with pytest.raises(RunError, match="expected 1 inputs, got 2"):
        model.emulate([[1, 2]])
    with pytest.raises(RunError, match=r"input 't0': expected int8\[2, 16\]"):
        model.emulate([[np.zeros((3, 16), np.int8)]])


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "net.tflite").write_bytes(quantized())
    x = np.random.default_rng(8).integers(-128, 128, (3, 2, 16)).astype(np.int8)
    np.savez(tmp_path / "in.npz", in0=x)
    return tmp_path


Texts = pytest.CaptureFixture[str]


def millrace_command(*arguments: object) -> int:
    return main([str(a) for a in arguments])


@pytest.mark.parametrize("samples", [["--samples"], ["--samples", 2]])
def test_run_writes_what_it_writes_on_the_host(files: Path, samples: list[object]) -> None:
    given = [files / "net.tflite", "--inputs", files / "in.npz", *samples]
    for core in ("host", "cortex-m4"):
        out = files / f"{core}.npz"
        assert millrace_command("run", *given, "--outputs", out, "--target", core) == 0
    got, want = np.load(files / "cortex-m4.npz"), np.load(files / "host.npz")
    assert got.files == want.files and got["out0"].shape == ((2 if 2 in samples else 3), 2, 8)
    for name in want.files:
        np.testing.assert_array_equal(got[name], want[name])


def test_run_and_bench_take_what_compile_wrote(files: Path, capsys: Texts) -> None:
    build = files / "build"
    assert (
        millrace_command(
            "compile", files / "net.tflite", "-o", build, "-q", "--target", "cortex-m33"
        )
        == 0
    )
    assert millrace_command("run", build, "--inputs", files / "in.npz", "--samples", 1) == 0
    assert millrace_command("bench", build) == 0
    assert "net for cortex-m33 on QEMU's mps2-an505, 1 run" in capsys.readouterr().out


def test_bench_prints_one_row(files: Path, capsys: Texts) -> None:
    path, figures = files / "net.tflite", files / "f.json"
    given = ["--inputs", files / "in.npz", "--samples", "--json", figures]
    assert millrace_command("bench", path, "--target", "cortex-m4", *given) == 0
    title, head, row = capsys.readouterr().out.splitlines()
    assert "cortex-m4 on QEMU's mps2-an386, 3 runs" in title
    found = json.loads(figures.read_text())
    assert head.split()[:2] == ["instructions", "instr/mac"]
    assert row.split()[0] == f"{found['instructions']:,}"
    assert found["instructions"] == max(found["instructions_of_samples"])
    report = millrace.compile(path, target="cortex-m4").report.to_dict()
    for key in ("code_bytes", "weight_bytes", "arena_bytes", "state_bytes", "stack_bytes"):
        assert found[key] == report[key]
    assert found["macs"] == 2 * 8 * 16 and found["instructions_per_mac"] > 0
    assert found["stack_used_bytes"] <= found["stack_bytes"]


@pytest.mark.no_tools
def test_run_without_a_board(files: Path, capsys: Texts) -> None:
    assert millrace_command("run", files / "net.tflite", "--target", "riscv32") == 1
    assert "cannot execute code for riscv32, and QEMU" in capsys.readouterr().err
