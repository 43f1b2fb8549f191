"""Loops over rows whose number is known at run time only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import millrace

Array = np.ndarray[Any, Any]
LENGTHS = (1, 2, 3, 7, 11, 12)


def tensorflow_loop(writer: Any, kinds: Any) -> Any:
    """``h = tanh(x[t] + h / 2)`` over rows of unknown number, in dataflow form with TensorArrays;
    as many steps as Shape says."""
    f32, i32 = kinds.type("float32"), kinds.type("int32")
    g = writer()
    g.placeholder("x", -1, 3)
    g.add("dims", "Shape", "x", T=f32, out_type=i32)
    for name, number in (("zero", [0]), ("one", [1])):
        g.const(name, number, dtype=np.int32)
    g.add(
        "rows", "StridedSlice", "dims", "zero", "one", "one",
        T=i32, Index=i32, shrink_axis_mask=1, begin_mask=0, end_mask=0,
    )  # fmt: skip
    g.add("steps", "Range", "i0", "rows", "i1", Tidx=i32)
    g.const("i0", 0, dtype=np.int32)
    g.const("i1", 1, dtype=np.int32)
    g.const("h0", np.zeros(3))
    g.const("half", 0.5)
    g.add("ins", "TensorArrayV3", "rows", dtype=f32)
    g.add("filled", "TensorArrayScatterV3", "ins", "steps", "x", "ins:1", T=f32)
    g.add("outs", "TensorArrayV3", "rows", dtype=f32)
    for name, init in (("t", "i0"), ("h", "h0"), ("flow", "outs:1")):
        kind = i32 if name == "t" else f32
        g.add(f"enter_{name}", "Enter", init, T=kind, frame_name="loop")
        g.add(f"merge_{name}", "Merge", f"enter_{name}", f"next_{name}", T=kind)
        g.add(f"switch_{name}", "Switch", f"merge_{name}", "go", T=kind)
        g.add(f"exit_{name}", "Exit", f"switch_{name}", T=kind)
        g.add(f"body_{name}", "Identity", f"switch_{name}:1", T=kind)
    for name, outer in (("rows", "rows"), ("ins", "ins"), ("filled", "filled"), ("outs", "outs")):
        g.add(f"in_{name}", "Enter", outer, frame_name="loop", is_constant=True)
    g.add("less", "Less", "merge_t", "in_rows", T=i32)
    g.add("go", "LoopCond", "less")
    g.add("row", "TensorArrayReadV3", "in_ins", "body_t", "in_filled", dtype=f32)
    g.add("in_half", "Enter", "half", T=f32, frame_name="loop", is_constant=True)
    g.add("scaled", "Mul", "body_h", "in_half", T=f32)
    g.add("sum", "AddV2", "row", "scaled", T=f32)
    g.add("new_h", "Tanh", "sum", T=f32)
    g.add("written", "TensorArrayWriteV3", "in_outs", "body_t", "new_h", "body_flow", T=f32)
    g.const("step", 1, "^body_t", dtype=np.int32)
    g.add("new_t", "AddV2", "body_t", "step", T=i32)
    for name, after in (("t", "new_t"), ("h", "new_h"), ("flow", "written")):
        g.add(f"next_{name}", "NextIteration", after)
    g.add("y", "TensorArrayGatherV3", "outs", "steps", "exit_flow", dtype=f32)
    return g


def halves(x: Array) -> Array:
    h, rows = np.zeros(3, np.float32), []
    for row in x:
        h = np.tanh(row + h / 2)
        rows.append(h)
    return np.stack(rows)


def test_tensorflow_dataflow(writer: Any, kinds: Any, tmp_path: Path) -> None:
    path = tmp_path / "loop.pb"
    path.write_bytes(tensorflow_loop(writer, kinds).data())
    compiled = millrace.compile(path, fetch="y,exit_h", shape={"x": ("T<=12", 3)})
    for n in LENGTHS:
        x = np.random.default_rng(n).standard_normal((n, 3)).astype(np.float32)
        y, last = compiled(x)
        np.testing.assert_allclose(y, halves(x), rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(last, halves(x)[-1], rtol=1e-5, atol=1e-6)
