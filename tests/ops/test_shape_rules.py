"""Shape rules, index checks and canonical forms of movement, contraction and indexed operations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects.mr import assemble, conv, gather, movement, select
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.errors import IRError, RunError
from millrace.ir.location import Location
from millrace.ir.registry import lookup
from millrace.ir.types import F32, I64, tensor


def builder(*shapes: tuple[int, ...]) -> tuple[Builder, list[Value]]:
    block = Block([tensor(s, F32) for s in shapes])
    return Builder(block), list(block.args)


BAD: list[tuple[str, list[tuple[int, ...]], dict[str, Any], str]] = [
    ("reshape", [(2, 3)], {"shape": (4, 2)}, "cannot reshape 2x3 to 4x2"),
    ("transpose", [(2, 3)], {"perm": (0, 0)}, "no permutation of 2 dimensions"),
    ("slice", [(4,)], {"starts": (2,), "sizes": (3,)}, "3 elements from 2 by 1"),
    ("broadcast", [(2, 3)], {"shape": (2, 4)}, "cannot broadcast 2x3 to 2x4"),
    ("matmul", [(2, 3), (4, 5)], {}, "cannot multiply 2x3 with 4x5"),
    ("matmul", [(2, 3, 4), (5, 4, 6)], {}, "cannot broadcast 2 with 5"),
    ("conv", [(1, 5, 3), (2, 2, 4)], {}, "3 channels in 1 groups"),
    ("conv", [(1, 2, 3), (4, 3, 4)], {}, "a window of 4 does not fit into 2"),
    ("max_pool", [(1, 5, 3)], {"kernel": (2, 2)}, "for 1 spatial dimensions"),
    ("pad", [(2, 3)], {"low": (0,), "high": (0, 0)}, "must have 2 entries"),
    ("pad", [(2,)], {"low": (-2,), "high": (-1,)}, "leaves nothing"),
    ("contract", [(2, 3), (4,)], {"equation": "ij,j->i"}, "letter 'j' is 3 and 4"),
    ("top_k", [(2, 3)], {"k": 4, "axis": 1}, "4 of 3 elements"),
    ("gather", [(2, 3), (2,)], {}, "indices are f32"),
    ("tile", [(2, 3)], {"repeats": (2,)}, "rank 2"),
    ("det", [(2, 3)], {}, "no square matrices"),
    ("resize", [(2, 3)], {"axes": (0,), "sizes": (2,), "mode": "best"}, "unknown mode 'best'"),
]


@pytest.mark.parametrize(("name", "shapes", "fields", "message"), BAD, ids=lambda x: str(x)[:30])
def test_ill_typed(
    name: str, shapes: list[tuple[int, ...]], fields: dict[str, Any], message: str
) -> None:
    b, args = builder(*shapes)
    cls = lookup(f"mr.{name}")
    assert cls is not None
    with pytest.raises(IRError, match=message) as caught:
        b.create(cls, *args, loc=Location("/the/node"), **fields)
    assert "/the/node" in str(caught.value)


def test_concat_of_unequal_shapes() -> None:
    b, args = builder((2, 3), (3, 3))
    with pytest.raises(IRError, match="cannot concatenate"):
        b.create(assemble.Concat, args, axis=1)


def indices(b: Builder, values: Any) -> Value:
    return b.value(Constant, value=Dense(np.array(values, np.int64)))


@pytest.mark.parametrize("index", [3, -4])
def test_index_out_of_range(index: int) -> None:
    b, (x,) = builder((3,))
    op = b.create(gather.Gather, x, indices(b, [0, index]), loc=Location("/the/node"))
    with pytest.raises(RunError, match=f"/the/node.*index {index} is out of range for size 3"):
        op.evaluate(np.zeros(3, np.float32), np.array([0, index]))
    assert op.canonicalize(b) is None, "the check must stay"


def test_selection_of_another_size() -> None:
    block = Block([tensor((3,), I64)])
    op = Builder(block).create(select.NonZero, block.args[0], count=2)
    with pytest.raises(RunError, match="3 elements selected where 2 were declared"):
        op.evaluate(np.ones(3, np.int64))


def canonical(b: Builder, value: Value) -> Value:
    """The value after canonicalizing (or folding) the operation that makes it."""
    op: Any = value.defining_op
    out = op.fold([None] * len(op.operands)) or op.canonicalize(b)
    assert out is not None
    return out[0]


def test_reshapes_merge() -> None:
    b, (x,) = builder((2, 6))
    y = movement.reshape(b, movement.reshape(b, x, (3, 4)), (12,))
    assert canonical(b, y).defining_op.operands == [x]
    back = movement.reshape(b, movement.reshape(b, x, (12,)), (2, 6))
    assert canonical(b, canonical(b, back)) is x


def test_transposes_merge_and_cancel() -> None:
    b, (x,) = builder((2, 3, 4))
    y = movement.transpose(b, x, (1, 2, 0))
    assert canonical(b, movement.transpose(b, y, (2, 0, 1))) is x
    twice = canonical(b, movement.transpose(b, y, (1, 2, 0)))
    assert twice.defining_op.perm == (2, 0, 1) and twice.defining_op.input is x


def test_slices_merge() -> None:
    b, (x,) = builder((20,))
    inner = movement.slice_along(b, x, 0, 18, 9, -2)
    outer = canonical(b, movement.slice_along(b, inner, 0, 1, 3, 2)).defining_op
    assert (outer.input, outer.starts, outer.steps) == (x, (16,), (-4,))


@pytest.mark.parametrize(("places", "step"), [([1, 3, 5], 2), ([-1, -2], -1), (4, 1)])
def test_even_gather_becomes_a_slice(places: Any, step: int) -> None:
    b, (x,) = builder((6, 2))
    y = canonical(b, b.value(gather.Gather, x, indices(b, places), axis=0))
    op: Any = y.defining_op
    op = op.input.defining_op if isinstance(op, movement.Reshape) else op
    assert isinstance(op, movement.Slice) and op.steps == (step, 1)


def test_known_gather_loses_its_check() -> None:
    b, (x,) = builder((6, 2))
    op: Any = canonical(b, b.value(gather.Gather, x, indices(b, [0, -1, 3]))).defining_op
    assert op.in_bounds and op.indices.defining_op.value.array.tolist() == [0, 5, 3]


def test_matmul_takes_in_transposes() -> None:
    b, (x, y) = builder((2, 4, 3), (5, 4))
    swapped = [movement.transpose(b, x, (0, 2, 1)), movement.transpose(b, y, (1, 0))]
    op: Any = canonical(b, b.value(MatMul, *swapped)).defining_op
    assert (op.lhs, op.rhs, op.transpose_lhs, op.transpose_rhs) == (x, y, True, True)


def test_padded_convolution_has_no_nest() -> None:
    b, (x, w) = builder((1, 5, 3), (3, 3, 4))
    y = b.value(conv.Conv, x, w, low=(1,), high=(1,))
    with pytest.raises(IRError, match=r"canonicalized to mr\.pad"):
        y.defining_op.nest()
    plain: Any = canonical(b, y).defining_op
    assert isinstance(plain.lhs.defining_op, assemble.Pad)
    assert plain.nest().extents == (1, 5, 4, 3, 3)


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_loops_of_grouped_convolutions(groups: int) -> None:
    """The weights' channels are indexed plainly where they can be."""
    b, (x, w) = builder((1, 6, 6, 4), (3, 3, 4 // groups, 4))
    nest = b.create(conv.Conv, x, w, groups=groups).nest()
    parallel = {1: (1, 4, 4, 4), 2: (1, 4, 4, 2, 2), 4: (1, 4, 4, 4)}[groups]
    reduced = {1: (3, 3, 4), 2: (3, 3, 2), 4: (3, 3)}[groups]
    assert nest.extents == (*parallel, *reduced)
    assert nest.parallel == len(parallel)


def test_reshape_keeps_whole_dimensions_apart() -> None:
    m = movement.reshape_map((2, 12, 1, 5), (2, 3, 4, 5))
    assert str(m) == "affine_map<(d0, d1, d2, d3) -> (d0, d1 floordiv 4, d1 mod 4, d3)>"
