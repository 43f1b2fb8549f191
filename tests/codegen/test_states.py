"""Models that keep state: struct, initial values, failing runs, in this process and from C."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from millrace.codegen import TensorIO, compile_module, header, load, target
from millrace.codegen.compiled import CompiledObject
from millrace.codegen.states import struct_of
from millrace.ir.attributes import Dense
from millrace.ir.core import Block, Value
from millrace.ir.dialects import arith, memref, scf
from millrace.ir.dialects.mr.control import AllPassed, Check
from millrace.ir.errors import RunError
from millrace.ir.types import F32, F64, I8, I64, UI8

from .conftest import Maker, buffer

STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
COMPILERS = [c for c in (["gcc", "-std=c99"], ["g++"]) if shutil.which(c[0])]


def model(name: str = "net") -> CompiledObject:
    """Keeps n (calls so far, from 0 on) and sum (starts as 1, 2, 3); y = sum += x. A negative
    x[0] fails after the sum has been made."""
    m = Maker()
    t = buffer(3, F32)

    def body(x: Value, y: Value, n: Value, total: Value) -> None:
        m.for_(0, 3, lambda i: m.store(m.op(arith.AddF, m.load(x, i), m.load(total, i)), y, i))
        ok = m.op(arith.CmpF, m.load(x, 0), m.const(0.0, F32), predicate=arith.cmp_f("oge"))
        m.b.create(Check, ok, code="index")
        passed = m.op(AllPassed)
        then, otherwise = Block(), Block()
        with m.b.at_end_of(then):
            m.b.create(memref.Copy, y, total)
            m.store(m.op(arith.AddI, m.load(n, 0), m.const(1, I8)), n, 0)
            m.b.create(scf.Yield)
        with m.b.at_end_of(otherwise):
            m.b.create(scf.Yield)
        m.b.create(scf.If, passed, then_block=then, else_block=otherwise, result_types=[])

    m.func(
        "main",
        [t, t, buffer(1, I8), t],
        body,
        role="entry",
        num_inputs=1,
        arg_names=("x",),
        result_names=("y",),
        num_states=2,
        state_names=("n", "lstm/sum:0"),
        state_init=(Dense(np.zeros(1, np.int8)), Dense(np.array([1, 2, 3], np.float32))),
    )
    kept = (TensorIO("n", (), UI8), TensorIO("lstm/sum:0", (3, 1), F32))
    return compile_module(m.module, target("host"), name=name, states=kept)


def test_struct_layout() -> None:
    fields = [(UI8, (3,)), (F32, (2,)), (I8, ()), (F64, (1,)), (I64, (0,)), (I8, (1,))]
    layout = struct_of([TensorIO("t", shape, t) for t, shape in fields])
    assert layout.offsets == (0, 4, 12, 16, 24, 32)
    assert (layout.nbytes, layout.alignment) == (40, 8)


def test_streams_are_independent_and_start_anew() -> None:
    c = model()
    assert (c.state_bytes, [s.name for s in c.states]) == (16, ["n", "lstm/sum:0"])
    f = load(c)
    one, two = f.new_state(), f.new_state()
    x = np.ones(3, np.float32)
    for want in ([2, 3, 4], [3, 4, 5]):
        np.testing.assert_array_equal(f(x, state=one)[0], want)
    np.testing.assert_array_equal(f(10 * x, state=two)[0], [11, 12, 13])
    assert (one[0], two[0]) == (2, 1)
    f.reset(one)
    assert one[0] == 0
    np.testing.assert_array_equal(f(x, state=one)[0], [2, 3, 4])


def test_a_failing_run_leaves_the_state() -> None:
    f = load(model())
    state = f.new_state()
    f(np.ones(3, np.float32), state=state)
    before = state.copy()
    with pytest.raises(RunError):
        f(np.full(3, -1, np.float32), state=state)
    np.testing.assert_array_equal(state, before)


MAIN = r"""
#include <stdio.h>
#include "net.h"
static double memory[NET_ARENA_BYTES + NET_ARENA_ALIGN];
int main(void) {
    float x[NET_INPUT_X_SIZE] = {1, 1, 1}, y[NET_OUTPUT_Y_SIZE];
    unsigned char *arena = (unsigned char *)memory;
    net_inputs_t in = {x};
    net_outputs_t out = {y};
    net_state_t a, b;
    int r;
    while ((uintptr_t)arena % NET_ARENA_ALIGN) arena++;
    net_init(NULL);
    net_init(&a);
    net_init(&b);
    r = net_run(&in, &out, &a, arena) + net_run(&in, &out, &a, arena);
    printf("%d %g %d\n", r, (double)y[0], a.n[0]);
    x[0] = -1;
    printf("%d ", net_run(&in, &out, &a, arena) == NET_E_INDEX);
    printf("%d %g\n", a.n[0], (double)a.lstm_sum_0[0]);
    x[0] = 5;
    r = net_run(&in, &out, &b, arena);
    printf("%d %g %d\n", r, (double)y[0], b.n[0]);
    net_init(&a);
    printf("%d %g %g\n", a.n[0], (double)a.lstm_sum_0[0], (double)a.lstm_sum_0[2]);
    printf("%d %d\n", net_run(&in, &out, NULL, arena) == NET_E_ARG,
           NET_STATE_BYTES == sizeof(net_state_t));
    printf("%d %d\n", NET_STATE_LSTM_SUM_0_DIM0, NET_STATE_N_RANK);
    return 0;
}
"""


@pytest.mark.skipif(not COMPILERS, reason="no C compiler")
@pytest.mark.parametrize("compiler", COMPILERS, ids=lambda c: c[0])
def test_from_c(compiler: list[str], tmp_path: Path) -> None:
    c = model()
    c.write_object(tmp_path / "net.o")
    (tmp_path / "net.h").write_text(header(c, "0.1.0"))
    source = tmp_path / ("main.c" if compiler[0] == "gcc" else "main.cpp")
    source.write_text(MAIN)
    build = [*compiler, *STRICT, str(source), "net.o", "-o", "prog"]
    done = subprocess.run(build, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr
    out = subprocess.run([tmp_path / "prog"], capture_output=True, text=True, check=True).stdout
    assert out.splitlines() == ["0 3 2", "1 2 3", "0 6 1", "0 1 3", "1 1", "3 0"]


def test_stateless_models_have_none_of_it() -> None:
    m = Maker()
    m.entry([], [buffer(1, F32)], lambda y: m.store(m.const(1.0, F32), y, 0))
    c = compile_module(m.module, target("host"), name="net")
    text = header(c)
    assert c.state_bytes == 0 and "STATE" not in text and "state_t" not in text
    assert c.init_symbol.encode() not in c.code
