"""Printing and parsing are inverse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from millrace.ir.attributes import Dense, Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation
from millrace.ir.dialects import arith
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.errors import IRError, ParseError
from millrace.ir.location import Location
from millrace.ir.parser import parse_module, read
from millrace.ir.printer import collect_resources, print_module, write
from millrace.ir.types import F64, I1, I32
from millrace.ir.verifier import verify


def same(a: Operation, b: Operation) -> bool:
    """Equal operations, values compared by where they are defined."""
    order: dict[object, int] = {}
    for side in (a, b):
        number = 0
        for op in side.walk():
            for v in (*op.results, *(x for r in op.regions for k in r.blocks for x in k.args)):
                order[v] = number
                number += 1

    def key(op: Operation) -> tuple:
        attributes = [(k, type(v), v) for k, v in op.attributes.items()]
        regions = [[[x.type for x in k.args] for k in r.blocks] for r in op.regions]
        operands = [order[v] for v in op.operands]
        return type(op), operands, attributes, [r.type for r in op.results], regions, op.loc

    return [key(op) for op in a.walk()] == [key(op) for op in b.walk()]


def test_round_trip(sample):
    _, module = sample
    text = print_module(module)
    again = parse_module(text, resources=collect_resources(module))
    assert print_module(again) == text
    assert same(module, again)


def test_golden(sample, golden):
    name, module = sample
    golden(f"{name}.mlir", print_module(module))


def test_samples_verify(sample):
    verify(sample[1])


def test_same_can_tell(make):
    a, b = make("scalars"), make("scalars")
    assert same(a, b)
    next(op for op in b.walk() if isinstance(op, arith.AddF)).attributes.clear()
    assert not same(a, b)


def test_files(sample, tmp_path: Path):
    name, module = sample
    path = tmp_path / "m.mlir"
    write(module, path)
    assert (tmp_path / "m.mlir.npz").exists() == (name in ("constants", "loop"))
    again = read(path)
    assert same(module, again)
    write(again, tmp_path / "n.mlir")
    assert (tmp_path / "n.mlir").read_bytes() == path.read_bytes()


def test_sidecar_is_reproducible(make, tmp_path: Path):
    for name in ("a", "b"):
        write(make("constants"), tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_missing_sidecar(make, tmp_path: Path):
    write(make("loop"), tmp_path / "m.mlir")
    (tmp_path / "m.mlir.npz").unlink()
    with pytest.raises(ParseError, match=r"m\.mlir:2:.*is in no \.npz file"):
        read(tmp_path / "m.mlir")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 damaged", b"\x93NUMPY\x01\x00", b"text"])
def test_damaged_sidecar(make, tmp_path: Path, content: bytes):
    write(make("loop"), tmp_path / "m.mlir")
    (tmp_path / "m.mlir.npz").write_bytes(content)
    with pytest.raises(ParseError, match=r"m\.mlir\.npz: "):
        read(tmp_path / "m.mlir")


def test_damaged_resource(make, tmp_path: Path):
    write(make("loop"), tmp_path / "m.mlir")
    sidecar = tmp_path / "m.mlir.npz"
    data = bytearray(sidecar.read_bytes())
    data[200] ^= 0xFF  # inside the array: the checksum fails
    sidecar.write_bytes(data)
    with pytest.raises(ParseError, match="cannot be read"):
        read(tmp_path / "m.mlir")


def test_wrong_resource(make):
    text = print_module(make("loop"))
    key = next(iter(collect_resources(make("loop"))))
    with pytest.raises(ParseError, match="the resource is float32 of shape 99"):
        parse_module(text, resources={key: np.zeros(99, np.float32)})


def test_unreadable_files(tmp_path: Path):
    with pytest.raises(ParseError, match=r"none\.mlir: No such file"):
        read(tmp_path / "none.mlir")
    (tmp_path / "latin.mlir").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ParseError, match="not UTF-8"):
        read(tmp_path / "latin.mlir")


def with_ops(*ops: Operation) -> Module:
    block = Block()
    for op in ops:
        Builder(block).insert(op)
    return Module(block=block)


def test_large_splats_print_inline_and_stay_small():
    module = with_ops(Constant(value=Dense(np.broadcast_to(np.float32(2), (1 << 20, 1 << 10)))))
    text = print_module(module)
    assert "dense<2.0> : tensor<1048576x1024xf32>" in text
    assert collect_resources(module) == {}
    again = next(iter(parse_module(text).block))
    assert again.attributes["value"].array.strides == (0, 0)


def test_names_are_unique_and_valid():
    ops = [arith.Constant(value=Scalar(i, F64)) for i in range(8)]
    hints = ["x", "x", "x_1", "/a/b:0", "123", "\u00e9", "_x", None]
    for op, hint in zip(ops, hints, strict=True):
        op.result.name_hint = hint
    text = print_module(with_ops(*ops))
    names = [line.split(" = ")[0].strip() for line in text.splitlines() if line[2] == "%"]
    assert names == ["%x", "%x_1", "%x_1_1", "%a_b_0", "%v123", "%0", "%_x", "%1"]
    assert print_module(parse_module(text)) == text


def test_locations():
    locs = [
        Location("a"),
        Location(None, "f.py", 3, 4),
        Location('q"\\', "g.py", 5, 6),
        Location("", "h", 0, 0),
        Location(),
    ]
    ops = [arith.Constant(value=Scalar(True, I1), loc=loc) for loc in locs]
    text = print_module(with_ops(*ops))
    lines = [line.partition("i1")[2].strip() for line in text.splitlines()[1:-1]]
    assert lines == [
        'loc("a")',
        'loc("f.py":3:4)',
        r'loc("q\"\\"("g.py":5:6))',
        'loc(""("h":0:0))',
        "",
    ]
    assert [op.loc for op in parse_module(text).block] == locs
    bare = print_module(
        with_ops(arith.Constant(value=Scalar(True, I1), loc=locs[0])), debug_locs=False
    )
    assert "loc(" not in bare


def test_source_locations():
    text = '// a comment\n"builtin.module"() ({\n  "mr.constant"() : () -> () loc("n")\n'
    text += '  "mr.constant"() : () -> ()\n}) : () -> ()'
    module = parse_module(text, filename="f.mlir", source_locs=True)
    assert [op.loc for op in module.walk()] == [
        Location(None, "f.mlir", 2, 1),
        Location("n"),
        Location(None, "f.mlir", 4, 3),
    ]
    assert not parse_module(text).loc


def test_forward_references():
    text = """"builtin.module"() ({
  %0 = "arith.addi"(%a, %later) : (i64, i64) -> i64
  "scf.if"(%c) ({
    "scf.yield"(%later, %a) : (i64, i64) -> ()
  }, {
    "scf.yield"(%0, %later) : (i64, i64) -> ()
  }) : (i1) -> ()
  %later = "arith.addi"(%0, %a) : (i64, i64) -> i64
  %a, %c = "func.call"() <{callee = @f}> : () -> (i64, i1)
}) : () -> ()
"""
    module = parse_module(text)
    assert print_module(module) == text
    first, branch, later, call = module.block.ops
    assert first.operands == [call.results[0], later.result]
    assert branch.regions[0].block.terminator.operands == [later.result, call.results[0]]
    assert set(later.result.users) == {first, *(r.block.last for r in branch.regions)}


def test_upstream_spellings():
    """What we do not print but upstream may: result packs, an attribute dictionary after the
    regions, locations of block arguments, comments, default types."""
    text = """
    // RUN: nothing
    "builtin.module"() ({
      %p:2 = "func.call"() {callee = @"f"} : () -> (i64, i1)
      %q:1 = "arith.addi"(%p#0, %p) : (i64, i64) -> (i64) loc(unknown)
      "scf.for"(%q, %q, %q) ({
      ^start(%i : i64 loc("x")):  // first
        "scf.yield"() : () -> ()
      }) {a.b = 1, a.c = [0x10 : i32, 2.5], a.d = affine_map<(i, j) -> (2 * i - j, -i)>,
          a.e = array<i1: true, false>, a.f = array<f32: 1.0>} : (i64, i64, i64) -> ()
    }) : () -> ()"""
    module = parse_module(text)
    call, add, loop = module.block.ops
    assert add.operands == [call.results[0], call.results[0]]
    a = loop.attributes
    assert a["a.b"] == 1 and a["a.c"] == (Scalar(16, I32), 2.5)
    assert str(a["a.d"]) == "affine_map<(d0, d1) -> (d0 * 2 + d1 * -1, d0 * -1)>"
    assert a["a.e"] == (True, False) and a["a.f"] == (1.0,)
    again = print_module(module)
    assert print_module(parse_module(again)) == again


def test_nested_operation_prints_alone(make):
    inner = make("kernel").block.first.block.last.prev
    text = print_module(inner)
    assert '"linalg.generic"(%outside0, %outside1)' in text


@pytest.mark.parametrize("value", [object(), 1 << 64, None, (1, None)])
def test_values_without_text(value):
    op = arith.Constant(value=Scalar(1.0, F64))
    op.attributes["value"] = value
    with pytest.raises(IRError):
        print_module(with_ops(op))
