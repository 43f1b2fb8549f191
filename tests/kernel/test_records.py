"""Numbers a channel in records: what goes into them, and the kernels that read them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from millrace.ir.attributes import Dense
from millrace.ir.dialects import memref
from millrace.ir.dialects.mr import cast, contraction, elementwise
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.target import TargetInfo
from millrace.ir.types import I8, I16, I32, tensor
from millrace.passes.kernel.records import Record, record_of
from millrace.passes.kernel.stage import Access

from .conftest import Harness

HARNESS = Harness()
SMALL: dict[str, Any] = {
    "vector_bytes": 0,
    "vector_registers": 8,
    "pointer_bytes": 4,
    "l1_bytes": 0,
    "bare": True,
    "alignment": 16,
}
PLAIN, DSP = TargetInfo("plain", "", **SMALL), TargetInfo("dsp", "", dsp=True, **SMALL)


def test_bytes_of_a_record() -> None:
    r = Record((I32, I16, I16), 3)
    wide, a, b = np.arange(3, dtype=np.int32) - 1, np.int16([5, 6, 7]), np.int16([-5, -6, -7])
    packed = r.pack([wide, a, b])
    assert packed.dtype == np.int8 and packed.size == r.nbytes == 24
    rows = packed.reshape(3, r.size)
    assert [r.offset(k) for k in range(3)] == [0, 4, 6]
    np.testing.assert_array_equal(np.ascontiguousarray(rows[:, 0:4]).view(np.int32)[:, 0], wide)
    np.testing.assert_array_equal(np.ascontiguousarray(rows[:, 6:8]).view(np.int16)[:, 0], b)


@pytest.mark.parametrize(
    ("elements", "kept"),
    [
        ([I16, I32, I32], [I32, I32]),  # a gap of two bytes, and then they are too few
        ([I16, I32, I16, I32], [I32, I32, I16, I16]),
        ([I16, I32, I32, I32], [I32, I32, I32]),
        ([I8, I16, I16, I16], [I16, I16, I16]),
        ([I32, I32], []),
    ],
)
def test_no_gaps(elements: Any, kept: Any) -> None:
    columns = [[Access(None, (1,), 0, e)] for e in elements]  # type: ignore[arg-type]
    found = record_of(columns, 4)
    assert [c[0].element for c in found[1]] == kept if found is not None else len(kept) < 3


@pytest.mark.parametrize("target", [PLAIN, DSP])
@pytest.mark.parametrize("n", [2, 5, 20])
@pytest.mark.parametrize("same", [False, True])
def test_gates(target: TargetInfo, n: int, same: bool) -> None:
    """Three gates with a bias and a factor each; the factors may be one array."""

    def build(b: Any, h: Any) -> Any:
        rs = np.random.default_rng(8)

        def numbers() -> Any:
            return b.value(Constant, value=Dense(rs.integers(-999, 999, n).astype(np.int32)))

        factor, gates = numbers() if same else None, []
        for _ in range(3):
            w = b.value(Constant, value=Dense(rs.integers(-128, 128, (8, n)).astype(np.int8)))
            y = b.value(elementwise.Add, b.value(contraction.MatMul, h, w, acc=I32), numbers())
            y = b.value(elementwise.Mul, y, factor or numbers())
            gates.append(b.value(cast.Cast, b.value(cast.Cast, y, to=I8), to=I32))
        return [b.value(elementwise.Add, b.value(elementwise.Mul, *gates[:2]), gates[2])]

    m = HARNESS.run([tensor((1, 8), I8)], build, target=target)
    read = {op.sym for op in m.walk() if isinstance(op, memref.GetGlobal)}
    kept = [g.value.array for g in m.block if isinstance(g, memref.Global) and g.sym_name in read]
    assert not [a for a in kept if a.dtype == np.int32], "all of them are in the record"
    assert sum(a.nbytes for a in kept) == 3 * 8 * n + (4 if same else 6) * 4 * n
