"""What pyproject.toml says is what lies in the folders."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

import millrace

ROOT = Path(__file__).parent.parent
FOLDERS = ("ir", "frontend", "passes", "codegen")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_every_package_is_listed() -> None:
    """A folder that is not listed is missing from the wheel."""
    found = {"millrace", "millrace.cli", "millrace.driver"}
    found |= {"millrace.emulator", "millrace.exports"}
    for folder in FOLDERS:
        for init in (ROOT / folder).rglob("__init__.py"):
            found.add(".".join(("millrace", *init.parent.relative_to(ROOT).parts)))
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == found


def test_every_folder_with_modules_is_a_package() -> None:
    for folder in (*FOLDERS, "millrace"):
        for module in (ROOT / folder).rglob("*.py"):
            assert (module.parent / "__init__.py").exists(), module


def test_links_are_relative_and_right() -> None:
    for folder in FOLDERS:
        link = ROOT / "millrace" / folder
        assert link.is_symlink() and str(link.readlink()) == f"../{folder}"


def test_the_version_is_stated_once() -> None:
    assert "version" in PROJECT["project"]["dynamic"]
    assert f"## {millrace.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_licence_and_types_are_shipped() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text()
    assert (ROOT / "millrace" / "py.typed").exists()
    assert "py.typed" in PROJECT["tool"]["setuptools"]["package-data"]["millrace"]


def test_sources_of_firmware_are_shipped() -> None:
    folder = ROOT / "millrace" / "emulator"
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["millrace.emulator"]
    shipped = {path for pattern in patterns for path in folder.glob(pattern)}
    assert shipped == {p for p in folder.rglob("*") if p.suffix in (".c", ".h", ".ld")} != set()


def test_all_public_names_exist() -> None:
    for name in millrace.__all__:
        assert getattr(millrace, name) is not None
    assert set(millrace.__all__) <= set(dir(millrace))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = millrace.nothing  # type: ignore[attr-defined]


@pytest.mark.slow
def test_pip_install_gives_package_and_command(tmp_path: Path) -> None:
    """Into an empty environment; needs a package index."""
    venv.create(tmp_path / "env", with_pip=True)
    binaries = tmp_path / "env" / "bin"
    subprocess.run([binaries / "pip", "install", "-q", f"{ROOT}[onnx]"], check=True)
    done = subprocess.run(
        [binaries / "millrace", "compile", ROOT / "examples" / "gru_demo.onnx", "-o", tmp_path],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert "gru_demo" in done.stdout and (tmp_path / "gru_demo.o").exists()
    code = "import millrace, sys; print(millrace.__file__)"
    where = subprocess.run([binaries / "python", "-c", code], capture_output=True, cwd=tmp_path)
    assert str(tmp_path).encode() in where.stdout and sys.version_info >= (3, 11)
