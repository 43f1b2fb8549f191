"""A small model as IR text, and a way to run the command line in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from millrace.cli import main

SMALL = """\
"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>, role = "entry", arg_names = ["a", "b"], result_names = ["y"]}> ({
  ^bb0(%0: tensor<2x3xf32>, %1: tensor<3xf32>):
    %2 = "mr.add"(%0, %1) : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32> loc("/Add")
    %3 = "mr.neg"(%2) : (tensor<2x3xf32>) -> tensor<2x3xf32>
    %4 = "mr.neg"(%3) : (tensor<2x3xf32>) -> tensor<2x3xf32>
    %5 = "mr.exp"(%2) : (tensor<2x3xf32>) -> tensor<2x3xf32>
    "func.return"(%4) : (tensor<2x3xf32>) -> ()
  }) : () -> ()
}) : () -> ()
"""  # noqa: E501


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.mlir"
    path.write_text(SMALL)
    return path


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs `millrace ARGS...`; argparse's own exits become codes as well."""

    def call(*args: object) -> Result:
        try:
            code = main([str(a) for a in args])
        except SystemExit as e:
            code = int(e.code or 0)
        captured = capfd.readouterr()
        return Result(code, captured.out, captured.err)

    return call
