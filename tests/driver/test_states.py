"""Models with state through the whole pipeline: streams, reset, failures, files, the command
line; native against the interpreter."""

from __future__ import annotations

import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import millrace
from millrace.cli import main
from millrace.driver.report import Report
from millrace.ir.errors import RunError
from millrace.ir.interpreter import interpret
from millrace.ir.parser import read


def module(args: str, results: str, attributes: str, body: str) -> str:
    return f"""\
"builtin.module"() ({{
  "func.func"() <{{sym_name = "main", function_type = ({args}) -> ({results}), role = "entry", \
{attributes}}}> ({{
{body}
  }}) : () -> ()
}}) : () -> ()
"""


V = "tensor<4xf32>"
ACCUMULATOR = module(
    f"{V}, {V}, tensor<ui8>",
    f"{V}, {V}, tensor<ui8>",
    'arg_names = ["x"], result_names = ["y"], num_states = 2, '
    'state_names = ["rnn/sum:0", "n"], state_init = '
    "[dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>, dense<254> : tensor<ui8>]",
    f"""\
  ^bb0(%x: {V}, %s: {V}, %n: tensor<ui8>):
    %new = "mr.add"(%s, %x) : ({V}, {V}) -> {V}
    %y = "mr.mul"(%new, %s) : ({V}, {V}) -> {V}
    %one = "mr.constant"() <{{value = dense<1> : tensor<ui8>}}> : () -> tensor<ui8>
    %m = "mr.add"(%n, %one) : (tensor<ui8>, tensor<ui8>) -> tensor<ui8>
    "func.return"(%y, %new, %m) : ({V}, {V}, tensor<ui8>) -> ()""",
)
SWAP = module(
    f"{V}, {V}, {V}",
    f"{V}, {V}, {V}",
    'result_names = ["y"], num_states = 2',
    f"""\
  ^bb0(%x: {V}, %s: {V}, %t: {V}):
    %u = "mr.add"(%s, %x) : ({V}, {V}) -> {V}
    %y = "mr.sub"(%s, %t) : ({V}, {V}) -> {V}
    "func.return"(%y, %t, %u) : ({V}, {V}, {V}) -> ()""",
)
# Looks up row %i of a table; the sum of the rows is kept. The sum is made before, and after, the
# row is known to exist, as the compiler likes.
LOOKUP = module(
    "tensor<1xi64>, tensor<1x2xf32>",
    "tensor<1x2xf32>, tensor<1x2xf32>",
    'arg_names = ["i"], result_names = ["y"], num_states = 1, state_names = ["sum"]',
    """\
  ^bb0(%i: tensor<1xi64>, %s: tensor<1x2xf32>):
    %t = "mr.constant"() <{value = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>}> : () -> \
tensor<2x2xf32>
    %r = "mr.gather"(%t, %i) <{axis = 0 : i64}> : (tensor<2x2xf32>, tensor<1xi64>) -> \
tensor<1x2xf32>
    %u = "mr.add"(%s, %r) : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
    "func.return"(%u, %u) : (tensor<1x2xf32>, tensor<1x2xf32>) -> ()""",
)
ONE = np.ones(4, np.float32)


@pytest.fixture
def build(tmp_path: Path) -> Any:
    def make(text: str, name: str = "net") -> millrace.Model:
        (tmp_path / f"{name}.mlir").write_text(text)
        return millrace.compile(tmp_path / f"{name}.mlir")

    return make


def start() -> Any:
    return np.arange(1, 5, dtype=np.float32)


def test_state_carries_over_and_resets(build: Any) -> None:
    model = build(ACCUMULATOR)
    s = start()
    for _ in range(3):
        np.testing.assert_allclose(model(ONE), (s + 1) * s)
        s = s + 1
    model.reset()
    np.testing.assert_allclose(model(ONE), (start() + 1) * start())


def test_streams_are_independent(build: Any) -> None:
    model = build(ACCUMULATOR)
    assert [str(s) for s in model.states] == ["rnn/sum:0: float32[4]", "n: uint8[]"]
    assert len(model.inputs) == len(model.outputs) == 1
    one, two = model.new_state(), model.new_state()
    one(ONE)
    one.run({"x": ONE})
    model.run({"x": ONE}, state=two)
    assert (one.values()["n"], two.values()["n"]) == (0, 255)
    np.testing.assert_array_equal(one.values()["rnn/sum:0"], start() + 2)
    np.testing.assert_array_equal(two.values()["rnn/sum:0"], start() + 1)
    np.testing.assert_allclose(model(ONE), (start() + 1) * start())
    one.reset()
    np.testing.assert_array_equal(one.values()["rnn/sum:0"], start())


def test_a_state_belongs_to_its_model(build: Any) -> None:
    state = build(SWAP).new_state()
    with pytest.raises(RunError, match="belongs to"):
        build(ACCUMULATOR).run({"x": ONE}, state=state)


@pytest.mark.parametrize("text", [ACCUMULATOR, SWAP, LOOKUP], ids=["sum", "swap", "lookup"])
def test_as_the_interpreter(build: Any, tmp_path: Path, text: str) -> None:
    model = build(text)
    original = read(tmp_path / "net.mlir")
    rs = np.random.default_rng(0)
    states: list[Any] = []
    count = len(model.outputs)
    for _ in range(4):
        spec = model.inputs[0]
        x = np.asarray(2 * rs.random(spec.shape)).astype(spec.dtype)
        want = interpret(original, [x, *states])
        states = want[count:]
        np.testing.assert_allclose(model(x), want[0], rtol=1e-6)


def test_a_failing_call_leaves_the_state(build: Any) -> None:
    model = build(LOOKUP)
    model(np.array([1]))
    with pytest.raises(RunError):
        model(np.array([7]))
    np.testing.assert_array_equal(model(np.array([0])), [[4, 6]])


def test_threads_take_turns(build: Any) -> None:
    model = build(ACCUMULATOR)
    state = model.new_state()

    def calls() -> None:
        for _ in range(50):
            state(ONE)

    threads = [threading.Thread(target=calls) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    np.testing.assert_array_equal(state.values()["rnn/sum:0"], start() + 200)


def test_saved_and_reopened(build: Any, tmp_path: Path) -> None:
    model = build(ACCUMULATOR)
    model(ONE)
    files = model.save(tmp_path / "build")
    again = millrace.load(tmp_path / "build")
    np.testing.assert_allclose(again(ONE), (start() + 1) * start())
    np.testing.assert_allclose(again(ONE), (start() + 2) * (start() + 1))
    assert again.states == model.states
    assert again.report.state_bytes == 20
    assert isinstance(again.report, Report)
    assert "float rnn_sum_0[4];" in files["header"].read_text()
    assert "state   rnn/sum:0" in files["report.txt"].read_text()


KINDS = module(
    "tensor<i1>, tensor<2xf64>, tensor<0xf32>, tensor<3xbf16>, tensor<i64>",
    "tensor<i64>, tensor<i1>, tensor<2xf64>, tensor<0xf32>, tensor<3xbf16>, tensor<i64>",
    "num_states = 5, state_init = [dense<true> : tensor<i1>, dense<[0.5, -0.5]> : tensor<2xf64>, "
    "dense<> : tensor<0xf32>, dense<[1.0, 2.0, 3.0]> : tensor<3xbf16>, dense<7> : tensor<i64>]",
    """\
  ^bb0(%a: tensor<i1>, %b: tensor<2xf64>, %c: tensor<0xf32>, %d: tensor<3xbf16>, %e: tensor<i64>):
    %na = "mr.not"(%a) : (tensor<i1>) -> tensor<i1>
    %nb = "mr.add"(%b, %b) : (tensor<2xf64>, tensor<2xf64>) -> tensor<2xf64>
    %nd = "mr.neg"(%d) : (tensor<3xbf16>) -> tensor<3xbf16>
    %ne = "mr.add"(%e, %e) : (tensor<i64>, tensor<i64>) -> tensor<i64>
    "func.return"(%e, %na, %nb, %c, %nd, %ne) : (tensor<i64>, tensor<i1>, tensor<2xf64>, \
tensor<0xf32>, tensor<3xbf16>, tensor<i64>) -> ()""",
)


def test_states_of_many_types(build: Any, tmp_path: Path) -> None:
    """No input, states without names, of sizes that need padding between them."""
    model = build(KINDS)
    assert [model() for _ in range(3)] == [7, 14, 28]
    state = model.new_state()
    assert [v.tolist() for v in state.values().values()] == [True, [0.5, -0.5], [], [1, 2, 3], 7]
    state()
    values = state.values()
    assert list(values) == [f"state{i}" for i in range(5)]
    assert [v.tolist() for v in values.values()] == [False, [1, -1], [], [-1, -2, -3], 14]
    model.save(tmp_path / "build")
    (tmp_path / "build" / "m.c").write_text('#include "net.h"\nnet_state_t s;\n')
    if shutil.which("gcc") is None:
        return
    gcc = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-c", "m.c"]
    subprocess.run(gcc, cwd=tmp_path / "build", check=True)


STATEFUL = Path(__file__).parents[3] / "shared" / "cases" / "k3_stateful"


@pytest.mark.skipif(not STATEFUL.exists(), reason="needs the shared cases")
def test_a_stateful_lstm_over_calls(tmp_path: Path) -> None:
    out = tmp_path / "out.npz"
    done = main(["run", str(STATEFUL / "resvar.f32.tflite"), "--samples", "--carry-state",
                 "--inputs", str(STATEFUL / "inputs.npz"), "--outputs", str(out)])  # fmt: skip
    assert done == 0
    want = np.load(STATEFUL / "outputs.npz")["out0"]
    got = np.load(out)["out0"].reshape(want.shape)
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-4)


def test_samples_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "net.mlir").write_text(ACCUMULATOR)
    np.savez(tmp_path / "in.npz", x=np.ones((3, 4), np.float32))
    run = ["run", str(tmp_path / "net.mlir"), "--inputs", str(tmp_path / "in.npz")]
    out = tmp_path / "out.npz"
    first = (start() + 1) * start()
    assert main([*run, "--samples", "--outputs", str(out)]) == 0
    np.testing.assert_allclose(np.load(out)["y"], [first] * 3)
    assert main([*run, "--samples", "--carry-state", "--outputs", str(out)]) == 0
    s = start()
    np.testing.assert_allclose(np.load(out)["out0"], [(s + i + 1) * (s + i) for i in range(3)])


def test_each_pass_keeps_the_meaning(tmp_path: Path) -> None:
    for text in (ACCUMULATOR, SWAP, LOOKUP):
        (tmp_path / "net.mlir").write_text(text)
        done = main(["compile", str(tmp_path / "net.mlir"), "-q", "--check-each", "-o",
                     str(tmp_path / "build")])  # fmt: skip
        assert done == 0
    done = main(["opt", str(tmp_path / "net.mlir"), "--pipeline", "default", "--interpret"])
    assert done == 0


def test_inspection_shows_the_state(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "net.mlir").write_text(ACCUMULATOR)
    assert main(["inspect", str(tmp_path / "net.mlir")]) == 0
    assert "state   n: uint8[]" in capfd.readouterr().out
