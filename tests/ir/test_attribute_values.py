"""Any attribute value goes through text unchanged."""

from __future__ import annotations

import struct

import ml_dtypes
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from millrace.ir.affine import AffineExpr, AffineMap, cst, dim
from millrace.ir.attributes import Dense, DialectAttr, FrozenDict, Iterator, Scalar, SymbolRef
from millrace.ir.builder import Builder
from millrace.ir.core import Block
from millrace.ir.dialects import arith
from millrace.ir.dialects.builtin import Module
from millrace.ir.location import Location
from millrace.ir.parser import parse_module
from millrace.ir.printer import collect_resources, print_module
from millrace.ir.text.affine import affine_map
from millrace.ir.types import (
    BF16,
    F16,
    F32,
    F64,
    I1,
    I8,
    I16,
    I32,
    I64,
    INDEX,
    UI8,
    UI16,
    UI32,
    UI64,
    FunctionType,
    IntegerType,
    MemRefType,
    NoneType,
    TensorType,
    VectorType,
)

FLOATS = [F16, BF16, F32, F64]
INTEGERS = [I8, I16, I32, I64, UI8, UI16, UI32, UI64]
ELEMENTS = [*FLOATS, *INTEGERS, I1, INDEX]

elements = st.sampled_from(ELEMENTS)
sizes = st.integers(0, 2**40)
shapes = st.lists(sizes, max_size=4).map(tuple)
idents = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.$]{0,8}", fullmatch=True)


@st.composite
def bounded(draw):
    bounds = draw(st.lists(sizes, min_size=1, max_size=3).map(tuple))
    dynamic = draw(st.lists(st.booleans(), min_size=len(bounds), max_size=len(bounds)))
    shape = tuple(-1 if d else b for d, b in zip(dynamic, bounds, strict=True))
    return TensorType(shape, draw(elements), bounds)


@st.composite
def strided(draw):
    shape = draw(shapes)
    strides = st.lists(st.integers(-99, 99), min_size=len(shape), max_size=len(shape))
    return MemRefType(shape, draw(elements), tuple(draw(strides)))


data_types = (
    elements
    | st.builds(TensorType, shapes, elements)
    | st.builds(VectorType, shapes, elements)
    | st.builds(MemRefType, shapes, elements)
    | bounded()
    | strided()
    | st.just(NoneType())
)
type_lists = st.lists(data_types, max_size=3).map(tuple)
types = st.recursive(
    data_types,
    lambda inner: st.builds(
        FunctionType, st.lists(inner, max_size=2).map(tuple), st.lists(inner, max_size=2).map(tuple)
    ),
    max_leaves=5,
)


@st.composite
def affine_maps(draw):
    rank = draw(st.integers(0, 3))
    small = st.integers(-9, 9)
    leaf: st.SearchStrategy[AffineExpr] = small.map(cst)
    if rank:
        leaf |= st.integers(0, rank - 1).map(dim)
    exprs = st.recursive(
        leaf,
        lambda e: (
            st.builds(lambda a, b: a + b, e, e)
            | st.builds(lambda a, b: a - b, e, e)
            | st.builds(lambda a, k: a * k, e, small)
            | st.builds(lambda a, k: a // k, e, st.integers(1, 9))
            | st.builds(lambda a, k: a % k, e, st.integers(1, 9))
        ),
        max_leaves=6,
    )
    return AffineMap(rank, tuple(draw(st.lists(exprs, max_size=3))))


NUMPY = [np.float16, np.float32, np.float64, np.bool_]
NUMPY += [getattr(np, f"{u}int{n}") for u in ("", "u") for n in (8, 16, 32, 64)]
array_shapes = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=6)
arrays = st.sampled_from(NUMPY).flatmap(lambda t: hnp.arrays(t, array_shapes))
bf16_arrays = hnp.arrays(np.uint16, array_shapes).map(lambda a: a.view(ml_dtypes.bfloat16))


@st.composite
def scalars(draw):
    element = draw(elements)
    if element in FLOATS:
        value = draw(st.floats(allow_nan=False) | st.just(float("nan")))
        if not np.isfinite(value):  # text has the bits of the element type
            value = float(np.asarray(value, element.dtype))
    elif element == I1:
        value = draw(st.booleans())
    else:
        unsigned = isinstance(element, IntegerType) and element.unsigned
        low = 0 if unsigned else -(1 << (element.width - 1))
        value = draw(st.integers(low, (1 << element.width) - 1))
    splat = draw(st.booleans())
    return Scalar(value, VectorType((draw(st.integers(1, 64)),), element) if splat else element)


leaves = (
    st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=20)
    | types
    | affine_maps()
    | arrays.map(Dense)
    | bf16_arrays.map(Dense)
    | st.text(min_size=1, max_size=8).map(SymbolRef)
    | st.sampled_from([DialectAttr("arith.fastmath<contract>"), DialectAttr("x.y<a, <b>>")])
    | st.sampled_from(list(Iterator))
)
values = st.recursive(
    leaves,
    lambda v: (
        st.lists(v, max_size=4).map(tuple)
        | st.dictionaries(idents | st.text(max_size=6), v, max_size=3).map(FrozenDict)
    ),
    max_leaves=8,
)


def through_text(op: arith.Constant) -> arith.Constant:
    block = Block()
    Builder(block).insert(op)
    module = Module(block=block)
    text = print_module(module)
    again = parse_module(text, resources=collect_resources(module))
    assert print_module(again) == text
    (found,) = again.block
    return found


def identical(a, b) -> bool:
    """Equal, of equal types, floats by their bits."""
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return struct.pack("d", a) == struct.pack("d", b)
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(identical, a, b))
    if isinstance(a, FrozenDict):
        return list(a) == list(b) and all(identical(a[k], b[k]) for k in a)
    if isinstance(a, Dense):
        return a.type == b.type and a.array.tobytes() == b.array.tobytes()
    return bool(a == b)


@settings(max_examples=150)
@given(values)
def test_values(value):
    op = arith.Constant(value=Scalar(True, I1), result_types=[])
    op.attributes["test.value"] = value
    assert identical(through_text(op).attributes["test.value"], value)


@settings(max_examples=100)
@given(scalars())
def test_scalars(value):
    found = through_text(arith.Constant(value=value)).attributes["value"]
    assert found == value and found.type == value.type


@settings(max_examples=200)
@given(affine_maps())
def test_affine_maps(value):
    assert affine_map(str(value)) == value


@settings(max_examples=60)
@given(types)
def test_types(value):
    op = arith.Constant(value=Scalar(True, I1), result_types=[value])
    assert through_text(op).results[0].type == value


@settings(max_examples=60)
@given(
    st.none() | st.text(max_size=9),
    st.none() | st.tuples(st.text(max_size=9), st.integers(0, 2**40), st.integers(0, 2**40)),
)
def test_locations(name, place):
    loc = Location(name, *(place or ()))
    op = arith.Constant(value=Scalar(True, I1), loc=loc)
    assert through_text(op).loc == loc


def test_scalar_of_other_levels_types():
    """``f64``, ``i64`` and ``i1`` numbers are Scalars where the field says so."""
    for value in (Scalar(0.5, F64), Scalar(3, I64), Scalar(False, I1), Scalar(2**64 - 1, UI64)):
        assert through_text(arith.Constant(value=value)).value == value


def test_float_text_is_exact():
    bits = np.arange(0, 1 << 16, 7, dtype=np.uint16)
    op = arith.Constant(value=Scalar(True, I1))
    parts = [p for t in (np.float16, ml_dtypes.bfloat16) for p in np.array_split(bits.view(t), 200)]
    value = tuple(Dense(p) for p in parts)
    op.attributes["test.value"] = value
    assert identical(through_text(op).attributes["test.value"], value)
