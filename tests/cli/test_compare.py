"""``millrace compare``: one table of models and variants."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest

from millrace.cli import main
from tests.quantize.quantize_models import dense, recurrent, samples

FIRMWARE = shutil.which("qemu-system-arm") and shutil.which("arm-none-eabi-gcc")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two models that take other inputs, each with its own samples beside it."""
    for name, proto, shape in (
        ("dense", dense(), (1, 12)),
        ("gru", recurrent("GRU", 3), (20, 1, 6)),
    ):
        (tmp_path / name).mkdir()
        onnx.save(proto, tmp_path / name / "net.onnx")
        x = samples(*shape)
        labels = np.arange(len(x)) % 5
        np.savez(tmp_path / name / "data.npz", in0=x, labels=labels)
    return tmp_path


def models(folder: Path) -> list[str]:
    return [f"{n}={folder / n / 'net.onnx'}" for n in ("dense", "gru")]


def test_table_and_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = [f"--{kind}={folder / f'out.{kind}'}" for kind in ("csv", "json")]
    code = main(["compare", *models(folder), "--data", "data.npz", *wanted, "--samples", "8"])
    assert code == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[2:] == ["accuracy", "agrees", "error", "flash", "RAM", "us", "MACs"]
    assert [line.split()[:2] for line in lines[1:]] == [
        ["dense", "float32"],
        ["dense", "int8"],
        ["gru", "float32"],
        ["gru", "int8"],
    ]
    rows = json.loads((folder / "out.json").read_text())
    assert [r["samples"] for r in rows] == [8] * 4
    assert rows[0]["error"] == 0 and rows[0]["agreement"] == 1.0
    assert 0 < rows[1]["error"] < 0.05 and rows[1]["agreement"] > 0.8
    assert rows[0]["flash_bytes"] > 0 and rows[0]["instructions"] is None
    table = list(csv.DictReader((folder / "out.csv").read_text().splitlines()))
    assert [r["model"] for r in table] == [r["model"] for r in rows]
    assert float(table[3]["error"]) == rows[3]["error"]


def test_accuracy_is_that_of_the_labels(folder: Path) -> None:
    with np.load(folder / "dense" / "data.npz") as file:
        x = file["in0"]
    import millrace

    model = millrace.compile(folder / "dense" / "net.onnx")
    winners = np.array([model(s).argmax() for s in x])
    winners[::4] += 1  # a quarter is wrong
    np.savez(folder / "labels.npz", labels=winners % 5)
    out = folder / "out.json"
    args = ["--data", "data.npz", "--labels", str(folder / "labels.npz"), "--samples", "24"]
    main(["compare", models(folder)[0], *args, "--variants", "float32", "--json", str(out)])
    assert json.loads(out.read_text())[0]["accuracy"] == 0.75


def test_too_few_labels_name_their_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez(folder / "labels.npz", labels=np.zeros(3, np.int64))
    args = ["--data", "data.npz", "--labels", str(folder / "labels.npz"), "--samples", "8"]
    assert main(["compare", models(folder)[0], *args]) == 1
    message = capsys.readouterr().err
    assert "labels.npz: 3 labels for 8 outputs of 8 samples" in message


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_plot(folder: Path, suffix: str) -> None:
    pytest.importorskip("matplotlib", reason="plots are not tested: matplotlib is not there")
    from millrace.driver.comparison import Row
    from millrace.driver.plots import plot

    rows = [
        Row("a", "float32", "m4", 4, 0.9, 1.0, 0.0, 4000, 300, 12345, None, 100),
        Row("b", "int8", "m4", problem="cannot"),
    ]
    plot(rows, folder / f"one.{suffix}")
    plot(rows, folder / f"two.{suffix}")
    content = (folder / f"one.{suffix}").read_bytes()
    assert content.startswith(b"\x89PNG" if suffix == "png" else b"<?xml")
    assert content == (folder / f"two.{suffix}").read_bytes()


@pytest.mark.skipif(not FIRMWARE, reason="no comparison in QEMU: qemu-system-arm or GCC missing")
def test_on_an_emulated_board(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "out.json"
    args = ["--data", "data.npz", "--variants", "int8:loop,int8:unrolled", "--samples", "2"]
    args += ["--target", "cortex-m4", "--json", str(out)]
    assert main(["compare", models(folder)[1], *args]) == 0
    assert "instructions" in capsys.readouterr().out
    loop, unrolled = json.loads(out.read_text())
    assert loop["instructions"] > 0 and loop["latency_us"] is None
    assert unrolled["flash_bytes"] > loop["flash_bytes"]
    assert loop["error"] == unrolled["error"]


def test_a_model_that_fails_has_a_row(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = ["--data", "data.npz", "--target", "cortex-a7", "--variants", "float32"]
    assert main(["compare", models(folder)[0], *args]) == 1
    assert "cortex-a7" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["--data", "data.npz", "--variants", "int4"], "int4"),
        (["--data", "missing.npz"], "missing.npz"),
        (["--data", "data.npz", "--plot", "x.pdf"], ".png, .svg"),
        (["--data", "data.npz", "--samples", "0"], "at least one"),
    ],
)
def test_errors(
    folder: Path, args: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", models(folder)[0], *args]) == 1
    assert text in capsys.readouterr().err
