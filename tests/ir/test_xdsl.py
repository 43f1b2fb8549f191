"""Outside tools read our text: xDSL parses every golden file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from xdsl.context import Context
from xdsl.dialects import get_all_dialects
from xdsl.dialects.builtin import Builtin
from xdsl.parser import Parser
from xdsl.utils.exceptions import ParseError

TESTS = Path(__file__).parents[1]
GOLDEN = sorted(p for p in TESTS.rglob("*.mlir") if "golden" in p.relative_to(TESTS).parts)
REGISTERED = ("func", "scf", "arith", "math", "linalg", "tensor", "memref", "vector")


def parse_with_xdsl(text: str, dialects: tuple[str, ...]) -> int:
    """How many operations xDSL finds; with only Builtin loaded when there are no ``dialects``."""
    context = Context(allow_unregistered=True)
    context.load_dialect(Builtin)
    known = get_all_dialects()
    for name in dialects:
        context.register_dialect(name, known[name])
    return sum(1 for _ in Parser(context, text).parse_module().walk())


def test_there_are_files():
    assert len(GOLDEN) >= 100


@pytest.mark.parametrize("dialects", [(), REGISTERED], ids=["builtin", "registered"])
@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: str(p.relative_to(TESTS)))
def test_xdsl_reads_golden_files(path: Path, dialects: tuple[str, ...]):
    text = path.read_text()
    heads = re.findall(r'^ *(?:%[^"=]* = )?"[\w.]+"\(', text, re.MULTILINE)
    assert parse_with_xdsl(text, dialects) == len(heads) > 0


def test_xdsl_can_fail():
    with pytest.raises(ParseError):
        parse_with_xdsl('"builtin.module"() <{a = tensor<4xf33>}> ({}) : () -> ()', ())
