"""Ill-formed text gives a ParseError at the right place, whatever it is."""

from __future__ import annotations

import random
import re

import pytest

from millrace.ir.errors import CompileError, ParseError
from millrace.ir.parser import parse_module
from millrace.ir.printer import collect_resources, print_module
from millrace.ir.verifier import verify

HEAD = '"builtin.module"() ({\n'
TAIL = "\n}) : () -> ()"
AB = '%a, %b = "func.call"() <{callee = @f}> : () -> (i64, f32)\n'

# The text between HEAD and TAIL, the column of the error in its last line, part of the message.
ERRORS = [
    ('"mr.frobnicate"() : () -> ()', 1, "unknown operation 'mr.frobnicate'"),
    ('"mr.constnat"() : () -> ()', 1, "did you mean 'mr.constant'?"),
    ('%0 = "mr.constant"() : () -> ()', 24, "1 names for 0 results"),
    ('"mr.constant"() : () -> () loc(3)', 32, "expected a location, got '3'"),
    ('"mr.constant"() : () -> tensor<4xf33>', 25, "f33 is not an element type"),
    ('"mr.constant"() : () -> tensor<*xf32>', 25, "malformed type"),
    ('"mr.constant"() : () -> tensor<4xf32, 3>', 25, "bounds are written"),
    ('"mr.constant"() : () -> tensor<?xf32, array<i64: 1, 2>>', 25, "2 bounds for 1 dim"),
    ('"mr.constant"() : () -> tensor<4xf32, array<i64: 3>>', 25, "a static dimension"),
    ('"mr.constant"() : () -> memref<?xf32>', 25, "memrefs have static sizes"),
    ('"mr.constant"() : () -> memref<4xf32, strided<[1, 2], offset: ?>>', 25, "2 strides"),
    ('"mr.constant"() : () -> vector<?xf32>', 25, "static sizes"),
    (f'"mr.constant"() : () -> tensor<{"9" * 30}xf32>', 25, "does not fit 64 bits"),
    (f'"mr.constant"() : () -> tensor<{"9" * 9999}xf32>', 25, "does not fit 64 bits"),
    ('"mr.constant"() : () -> frob', 25, "expected a type, got 'frob'"),
    ('"mr.constant"() <{value = dense<1.0>}> : () -> ()', 37, "expected ':', got '}>'"),
    ('"mr.constant"() <{value = dense<[1.0, 2.0]> : tensor<3xf32>}> : () -> ()', 27, "shape 2 for"),
    ('"mr.constant"() <{value = dense<[[1], [2, 3]]> : tensor<2x2xi8>}> : () -> ()', 27, "rectang"),
    ('"mr.constant"() <{value = dense<[1, [2]]> : tensor<2xi8>}> : () -> ()', 27, "rectangular"),
    ('"mr.constant"() <{value = dense<[1 2]> : tensor<2xi8>}> : () -> ()', 27, "missing ,"),
    ('"mr.constant"() <{value = dense<[1, 2> : tensor<2xi8>}> : () -> ()', 27, "missing ]"),
    ('"mr.constant"() <{value = dense<1, 2> : tensor<2xi8>}> : () -> ()', 27, "misplaced ,"),
    ('"mr.constant"() <{value = dense<1]> : tensor<2xi8>}> : () -> ()', 27, "misplaced ]"),
    ('"mr.constant"() <{value = dense<> : tensor<2xi8>}> : () -> ()', 27, "no elements"),
    ('"mr.constant"() <{value = dense<300> : tensor<2xi8>}> : () -> ()', 27, "300 does not fit i8"),
    ('"mr.constant"() <{value = dense<-1> : tensor<2xui8>}> : () -> ()', 27, "-1 does not fit ui8"),
    (
        '"mr.constant"() <{value = dense<2> : tensor<2xi1>}> : () -> ()',
        27,
        "expected true or false",
    ),
    (
        '"mr.constant"() <{value = dense<true> : tensor<f32>}> : () -> ()',
        27,
        "true is not a number",
    ),
    ('"mr.constant"() <{value = dense<nan> : tensor<f32>}> : () -> ()', 27, "nan is not a number"),
    ('"mr.constant"() <{value = dense<1_0> : tensor<i32>}> : () -> ()', 27, "not a 64-bit integer"),
    (
        '"mr.constant"() <{value = dense<0x7FC0> : tensor<f32>}> : () -> ()',
        27,
        "must have 8 digits",
    ),
    ('"mr.constant"() <{value = dense<1.0> : tensor<?xf32>}> : () -> ()', 27, "a static shape"),
    (
        '"mr.constant"() <{value = dense<1> : tensor<9999999x9999999xi8>}> : () -> ()',
        27,
        "elements",
    ),
    (
        '"mr.constant"() <{value = dense<1> : memref<4xi8>}> : () -> ()',
        38,
        "a constant is a tensor",
    ),
    ('"mr.constant"() <{value = dense<[1]> : vector<1xi8>}> : () -> ()', 27, "one number"),
    ('"mr.constant"() <{value = dense_resource<k> : tensor<4xi8>}> : () -> ()', 27, "no .npz file"),
    ('"mr.constant"() <{a = 1, a = 2}> : () -> ()', 26, "attribute 'a' is given twice"),
    ('"mr.constant"() <{a = 1}> {a = 2} : () -> ()', 1, "attributes are given twice"),
    ('"mr.constant"() <{a = 1 : q8}> : () -> ()', 27, "'q8' is not a number's type"),
    ('"mr.constant"() <{a = 1.5 : i8}> : () -> ()', 23, "1.5 is not a 64-bit integer"),
    ('"mr.constant"() <{a = 300 : i8}> : () -> ()', 23, "300 does not fit i8"),
    ('"mr.constant"() <{a = 0x7FC000000 : f32}> : () -> ()', 23, "more bits than f32 has"),
    ('"mr.constant"() <{a = frob}> : () -> ()', 23, "'frob' is not an attribute"),
    ('"mr.constant"() <{a b}> : () -> ()', 21, "expected '=', got 'b'"),
    ('"mr.constant"() <{3 = 4}> : () -> ()', 19, "expected an attribute name"),
    ('"mr.constant"() <{a = [1, }> : () -> ()', 27, "expected an attribute, got '}>'"),
    ('"mr.constant"() <{a = array<i64: 1, x>}> : () -> ()', 23, "x is not a 64-bit integer"),
    ('"mr.constant"() <{a = array<q: 1>}> : () -> ()', 23, "'q' is not a number's type"),
    ('"mr.constant"() <{a = affine_map<(d0) -> (d1)>}> : () -> ()', 23, "unexpected 'd1'"),
    ('"mr.constant"() <{a = affine_map<(d0) -> (d0 * d0)>}> : () -> ()', 23, "must be a constant"),
    ('"mr.constant"() <{a = affine_map<(d0) -> (d0 mod 0)>}> : () -> ()', 23, "non-positive"),
    ('"mr.constant"() <{a = affine_map<(d0) -> (d0 +)>}> : () -> ()', 23, "ends early"),
    ('"mr.constant"() <{a = affine_map<(d0, d0) -> (d0)>}> : () -> ()', 23, "malformed dims"),
    ('"mr.constant"() <{a = affine_map<(d0) -> (d0 & 1)>}> : () -> ()', 23, "unexpected '&'"),
    (f'"mr.constant"() <{{a = affine_map<() -> ({"(" * 99}1{")" * 99})>}}> : () -> ()', 23, "deep"),
    (f'"mr.constant"() <{{a = affine_map<() -> ({"-" * 9999}1)>}}> : () -> ()', 23, "deep"),
    ('"mr.constant"() <{a = "\\q"}> : () -> ()', 23, "malformed string"),
    ('"mr.constant() : () -> ()', 1, "unterminated string"),
    ('"mr.constant"() : () -> () ~', 28, "unexpected character '~'"),
    ('"mr.constant"() 3', 17, "expected ':', got '3'"),
    ('"mr.constant"()[^bb0] : () -> ()', 16, "no successors"),
    (AB + '"func.return"(%a, %b) : (i64) -> ()', 25, "2 operands and 1 operand types"),
    (AB + '"func.return"(%a) : (i32) -> ()', 15, "%a is i64, used as i32"),
    (AB + '"func.return"(%c) : (i32) -> ()', 15, "%c is not defined"),
    (AB + '"func.return"(%a#1) : (i32) -> ()', 15, "%a has 1 values"),
    (AB + '%a = "func.call"() : () -> i64', 1, "%a is already defined"),
    ('%a:0 = "func.call"() : () -> i64', 4, "not a number of results"),
    ('"scf.yield"(%a) : (i8) -> ()\n"scf.yield"(%a) : (i64) -> ()', 13, "%a is i8, used as i64"),
    ('"scf.if"() ({^a: ^a: }) : () -> ()', 18, "block ^a is defined twice"),
    ('"scf.if"() ({^a(%x: i64, %x: i64): }) : () -> ()', 26, "%x is already defined"),
    ('"scf.if"() ({ 3 }) : () -> ()', 15, "expected an operation or '}', got '3'"),
    ('"scf.if"() ({}, ) : () -> ()', 17, "expected a region, got ')'"),
]


@pytest.mark.parametrize("body, column, message", ERRORS, ids=lambda v: str(v)[:40])
def test_errors(body: str, column: int, message: str):
    text = HEAD + body + TAIL
    with pytest.raises(ParseError) as info:
        parse_module(text, filename="dir/f.mlir")
    error = str(info.value)
    assert message in error
    last = body.count("\n") + 2
    place, source, caret = error.split("\n")
    assert place.startswith(f"dir/f.mlir:{last}:{column}: "), error
    at = caret.index("^")
    assert source[at : at + 1] == text.split("\n")[last - 1][column - 1 : column]


WHOLE = [
    ("", 1, 1, "expected an operation, got the end of the text"),
    ('"func.return"() : () -> ()', 1, 1, "expected builtin.module"),
    (HEAD + TAIL + "\n}", 4, 1, "expected the end of the text after the module"),
    (HEAD, 2, 1, "expected an operation or '}', got the end of the text"),
    ('%0 = "mr.constant"() : () -> i8', 1, 1, "expected builtin.module"),
    ('"builtin.module"(%x) ({}) : (i8) -> ()', 1, 18, "%x is not defined"),
]


@pytest.mark.parametrize("text, line, column, message", WHOLE)
def test_whole_text(text: str, line: int, column: int, message: str):
    with pytest.raises(ParseError, match=rf"^<string>:{line}:{column}: {re.escape(message)}"):
        parse_module(text)


def test_unclosed_type():
    """Without its bracket a type runs on to the next one, here that of the arrow."""
    with pytest.raises(ParseError, match=r":2:25: malformed type"):
        parse_module(HEAD + '"mr.constant"() : () -> tensor<4xf32' + TAIL)


def test_outer_values_are_hidden_from_functions():
    body = AB + '"func.func"() ({\n  "func.return"(%a) : (i64) -> ()\n}) : () -> ()'
    with pytest.raises(ParseError, match=r":4:17: %a is not defined"):
        parse_module(HEAD + body + TAIL)


def test_names_end_with_their_region():
    body = '"scf.if"() ({\n' + AB + '}) : () -> ()\n"func.return"(%a) : (i64) -> ()'
    with pytest.raises(ParseError, match=r":5:15: %a is not defined"):
        parse_module(HEAD + body + TAIL)


def test_long_lines_are_cut():
    body = '"mr.constant"() <{a = "' + "x" * 5000 + '", b = frob, c = "' + "y" * 5000 + '"}>'
    with pytest.raises(ParseError) as info:
        parse_module(HEAD + body)
    _, source, caret = str(info.value).split("\n")
    assert len(source) < 140 and source[caret.index("^") :].startswith("frob")


@pytest.mark.parametrize(
    "piece",
    [
        '"scf.if"() ({',
        '"scf.if"() <{a = [',
        '"scf.if"() <{a = {a = ',
        '"scf.if"() <{a = (',
        '"scf.if"() : (',
    ],
)
def test_deep_nesting(piece: str):
    opener = piece.removeprefix('"scf.if"() <{a = ') if "a = " in piece else piece[-1]
    text = HEAD + piece + opener * 10_000
    if piece.endswith("({"):
        text = HEAD + piece * 5_000
    with pytest.raises(ParseError, match="nested more than"):
        parse_module(text)


def test_nesting_below_the_limit():
    """As deep as the parser allows, the printer and the verifier go as well."""
    opening = '"scf.if"(%c) ({\n' * 70
    closing = '"scf.yield"() : () -> ()\n}, {\n"scf.yield"() : () -> ()\n}) : (i1) -> ()\n' * 70
    body = '%c = "arith.constant"() <{value = true}> : () -> i1\n' + opening + closing
    module = parse_module(HEAD + body + TAIL)
    verify(module)
    assert print_module(parse_module(print_module(module))) == print_module(module)


def test_every_prefix_fails_cleanly(make):
    text = print_module(make("control"))
    for end in range(0, len(text.rstrip()) - 1, 7):
        with pytest.raises(ParseError):
            parse_module(text[:end])


@pytest.mark.parametrize("name", ["constants", "control", "kernel", "loop"])
def test_mutations(make, name: str):
    """Damaged text either is an error of ours, or a module that prints and parses again."""
    module = make(name)
    resources = collect_resources(module)
    text = print_module(module)
    rng = random.Random(name)
    outcomes = {"fine": 0, "error": 0}
    for _ in range(200):
        damaged = _mutate(text, rng)
        try:
            again = parse_module(damaged, resources=resources)
            printed = print_module(again)
            assert (
                print_module(parse_module(printed, resources=collect_resources(again))) == printed
            )
            verify(again)
            outcomes["fine"] += 1
        except CompileError:
            outcomes["error"] += 1
    assert min(outcomes.values()) > 0, outcomes


def _mutate(text: str, rng: random.Random) -> str:
    words = re.split(r"(\W)", text)
    for _ in range(rng.randint(1, 3)):
        i, j = rng.randrange(len(words)), rng.randrange(len(words))
        kind = rng.randrange(4)
        if kind == 0:
            words[i] = ""
        elif kind == 1:
            words[i] = words[j]
        elif kind == 2:
            words[i], words[j] = words[j], words[i]
        else:
            words[i] = rng.choice(
                ["-1", "0", "999999999999", "%0", "i1", "{", "}", '"', "x", "\x00"]
            )
    return "".join(words)
