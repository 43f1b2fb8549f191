"""The dependency law: frontend, passes and codegen are siblings over ir."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "ir": {"ir"},
    "frontend": {"ir", "frontend"},
    "passes": {"ir", "passes"},
    "codegen": {"ir", "codegen"},
}
OUTSIDE = {
    "ir": {"numpy", "ml_dtypes"},
    "frontend": {"numpy", "ml_dtypes", "onnx", "google"},
    "passes": {"numpy", "ml_dtypes", "networkx"},
    "codegen": {"numpy", "ml_dtypes", "llvmlite"},
    "millrace": {"numpy", "ml_dtypes", "matplotlib"},
}


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted module) of every import statement, those inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, a.name) for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            module = node.module or ""
            if module == "millrace":
                yield from ((node.lineno, f"millrace.{a.name}") for a in node.names)
            else:
                yield node.lineno, module


def files(layer: str) -> list[Path]:
    if layer != "millrace":
        return sorted((ROOT / layer).rglob("*.py"))
    links = {p for p in (ROOT / "millrace").iterdir() if p.is_symlink()}
    return [p for p in sorted((ROOT / "millrace").rglob("*.py")) if links.isdisjoint(p.parents)]


def violations(layer: str, paths: list[Path]) -> list[str]:
    found = []
    for path in paths:
        for line, module in imports(path):
            parts = module.split(".")
            if parts[0] == "millrace":
                inside = parts[1] if len(parts) > 1 else ""
                bad = layer in MAY_IMPORT and inside not in MAY_IMPORT[layer]
            else:
                bad = parts[0] not in OUTSIDE[layer] and parts[0] not in sys.stdlib_module_names
            if bad:
                found.append(f"{path}:{line}: {layer} imports {module}")
    return found


@pytest.mark.parametrize("layer", [*MAY_IMPORT, "millrace"])
def test_layer_imports_only_what_it_may(layer: str) -> None:
    paths = files(layer)
    assert paths, f"no files in {layer}"
    assert violations(layer, paths) == []


def test_a_violation_is_found(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("def f():\n    from millrace.codegen import x\n    import tensorflow\n")
    assert len(violations("passes", [bad])) == 2


def test_llvmlite_is_imported_in_one_file() -> None:
    users = {
        str(p.relative_to(ROOT))
        for p in files("codegen")
        for _, module in imports(p)
        if module.split(".")[0] == "llvmlite"
    }
    assert len(users) == 1, users


def test_import_needs_no_format_library() -> None:
    """``import millrace`` and the compiler itself load neither onnx nor a test dependency."""
    code = (
        "import sys; sys.modules['onnx'] = None; sys.modules['onnxruntime'] = None\n"
        "import millrace; millrace.compile; millrace.load; import millrace.cli\n"
        "import millrace.driver.compiler\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
