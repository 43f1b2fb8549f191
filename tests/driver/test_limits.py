"""Sizes that no machine has."""

from __future__ import annotations

from pathlib import Path

import pytest

import millrace

HUGE = """\
"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = (tensor<4xf32>) -> tensor<SIZEx4xf32>, role = "entry", arg_names = ["x"], result_names = ["y"]}> ({
  ^bb0(%0: tensor<4xf32>):
    %1 = "mr.broadcast"(%0) <{shape = array<i64: SIZE, 4>}> : (tensor<4xf32>) -> tensor<SIZEx4xf32>
    "func.return"(%1) : (tensor<SIZEx4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
"""  # noqa: E501


def test_a_tensor_beyond_the_address_space(tmp_path: Path) -> None:
    path = tmp_path / "huge.mlir"
    path.write_text(HUGE.replace("SIZE", str(1 << 60)))
    with pytest.raises(millrace.CompileError, match=r"tensor 'y' has .* cannot address"):
        millrace.compile(path)


def test_out_of_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "small.mlir"
    path.write_text(HUGE.replace("SIZE", "2"))
    model = millrace.compile(path)

    def refuse(*args: object) -> None:
        raise MemoryError

    monkeypatch.setattr("millrace.driver.model.np.empty", refuse)
    with pytest.raises(millrace.RunError, match="out of memory"):
        model([1.0, 2.0, 3.0, 4.0])
