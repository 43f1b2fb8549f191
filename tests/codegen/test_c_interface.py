"""Header and object used from C and C++."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from millrace.codegen import TensorIO, compile_module, header, load, target
from millrace.codegen.compiled import CompiledObject
from millrace.codegen.elf import Object
from millrace.codegen.names import c_identifier, unique_identifiers
from millrace.ir.core import Value
from millrace.ir.dialects import arith, memref
from millrace.ir.dialects.mr.control import Check
from millrace.ir.errors import CompileError
from millrace.ir.quantization import Quantization
from millrace.ir.target import TargetInfo
from millrace.ir.types import BF16, F32, I1, I8, I32, UI8

from .conftest import Maker, buffer, host_can_run

STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
COMPILERS = [c for c in (["gcc", "-std=c99"], ["g++"]) if shutil.which(c[0])]

pytestmark = pytest.mark.skipif(not COMPILERS, reason="no C compiler")


def model(name: str, factor: float, n: int = 6, on: TargetInfo | None = None) -> CompiledObject:
    """out = in * weights * factor, elementwise; index error when in[0] is negative."""
    m = Maker()
    weights = np.arange(n, dtype=np.float32)
    m.constant("w", weights)

    def kernel(x: Value, w: Value, out: Value) -> None:
        first = m.load(x, 0)
        ok = m.op(arith.CmpF, first, m.const(0.0, F32), predicate=arith.cmp_f("oge"))
        m.b.create(Check, ok, code="index")

        def step(i: Value) -> None:
            y = m.op(arith.MulF, m.load(x, i), m.load(w, i))
            m.store(m.op(arith.MulF, y, m.const(factor, F32)), out, i)

        m.for_(0, n, step)

    t = buffer(n, F32)
    m.func("kernel", [t, t, t], kernel)

    def body(x: Value, out: Value, arena: Value) -> None:
        tmp = m.view(arena, 0, t)
        m.call("kernel", x, m.get("w", t), tmp)
        m.b.create(memref.Copy, tmp, out)

    m.entry([t], [t], body, arena=64)
    io = (TensorIO("x:0", (2, n // 2), F32),), (TensorIO("/y/*/out", (n,), F32),)
    on = on or target("host")
    return compile_module(m.module, on, name=name, inputs=io[0], outputs=io[1])


def write(c: CompiledObject, folder: Path) -> None:
    c.write_object(folder / f"{c.name}.o")
    (folder / f"{c.name}.h").write_text(header(c, "0.1.0"))


MAIN = r"""
#include <stdio.h>
#include "one.h"
#include "two.h"
static unsigned char memory[ONE_ARENA_BYTES + TWO_ARENA_BYTES + ONE_ARENA_ALIGN];
int main(void) {
    float x[ONE_INPUT_X_0_SIZE] = {1, 2, 3, 4, 5, 6};
    float y[ONE_OUTPUT_Y_OUT_SIZE], z[TWO_OUTPUT_Y_OUT_SIZE];
    unsigned char *arena = memory;
    int i, a, b, c, d, e;
    one_inputs_t in = {x};
    one_outputs_t out = {y};
    two_inputs_t in2 = {x};
    two_outputs_t out2 = {z};
    while ((uintptr_t)arena % ONE_ARENA_ALIGN) arena++;
    a = one_run(&in, &out, arena);
    b = two_run(&in2, &out2, arena);
    for (i = 0; i < 6; i++) printf("%g %g\n", (double)y[i], (double)z[i]);
    c = one_run(&in, &out, arena + 4);
    d = one_run(&in, &out, NULL);
    x[0] = -1;
    e = one_run(&in, &out, arena);
    printf("%d %d %d %d %d\n", a, b, c == ONE_E_ARG, d == ONE_E_ARG, e == ONE_E_INDEX);
    in.x_0 = NULL;
    printf("%d %d\n", one_run(&in, &out, arena), one_run(NULL, &out, arena));
    return 0;
}
"""


@pytest.mark.parametrize("compiler", COMPILERS, ids=lambda c: c[0])
def test_two_models_in_one_program(compiler: list[str], tmp_path: Path) -> None:
    write(model("one", 1.0), tmp_path)
    write(model("two", 2.0), tmp_path)
    source = tmp_path / ("main.c" if compiler[0] == "gcc" else "main.cpp")
    source.write_text(MAIN)
    build = [*compiler, *STRICT, str(source), "one.o", "two.o", "-o", "prog"]
    done = subprocess.run(build, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr
    kind = int.from_bytes((tmp_path / "prog").read_bytes()[16:18], "little")
    assert kind == 3, "not a position-independent executable"
    out = subprocess.run([tmp_path / "prog"], capture_output=True, text=True, check=True).stdout
    lines = out.splitlines()
    assert lines[:6] == [f"{(i + 1) * i} {(i + 1) * i * 2}" for i in range(6)]
    assert lines[6:] == ["0 0 1 1 1", "-1 -1"]


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="no valgrind")
def test_memory_checkers_find_nothing(tmp_path: Path) -> None:
    plain = target("x86-64")  # valgrind does not know AVX-512
    if not host_can_run(plain):
        pytest.skip("x86-64 only")
    write(model("one", 1.0, on=plain), tmp_path)
    write(model("two", 2.0, on=plain), tmp_path)
    (tmp_path / "main.c").write_text(MAIN)
    build = [*COMPILERS[0], "-g", "main.c", "one.o", "two.o", "-o", "prog"]
    subprocess.run(build, cwd=tmp_path, check=True)
    check = ["valgrind", "-q", "--error-exitcode=9", "./prog"]
    done = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_header_of_odd_tensors_compiles(tmp_path: Path) -> None:
    """No inputs, colliding and reserved names, comment enders, scalars, 16-bit and truth types."""
    m = Maker()
    types = [F32, BF16, I1, I32]
    outs = [buffer(1, t) for t in types]
    m.entry([], outs, lambda *args: None)
    shapes = (("int", F32), ("a/b", BF16), ("a.b", I1), ("*/ evil \\", I32))
    c = compile_module(
        m.module, target("host"), name="9 lives*/", inputs=(),
        outputs=tuple(TensorIO(n, (), t) for n, t in shapes),
    )  # fmt: skip
    assert c.name == "t_9_lives"
    write(c, tmp_path)
    text = (tmp_path / f"{c.name}.h").read_text()
    assert "uint16_t *a_b;" in text and "uint8_t *a_b_2;" in text and "float *int_;" in text
    program = f'#include "{c.name}.h"\nint main(void) {{ return 0; }}\n'
    for compiler in COMPILERS:
        source = tmp_path / ("m.c" if compiler[0] == "gcc" else "m.cpp")
        source.write_text(program)
        done = subprocess.run(
            [*compiler, *STRICT, str(source), "-o", "m"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr


def test_header_tells_sizes_and_quantization() -> None:
    m = Maker()
    t = buffer(4, I8)
    m.entry([t], [t], lambda x, y: m.store(m.load(x, 0), y, 0))
    io = TensorIO("q", (2, 2), UI8, quantization=Quantization((0.5,), (128,)))
    c = compile_module(m.module, target("host"), name="net", inputs=(io,), outputs=(io,))
    text = header(c)
    for line in (
        "#define NET_INPUT_Q_SCALE 0.5f",
        "#define NET_INPUT_Q_ZERO_POINT (128)",
        "#define NET_OUTPUT_Q_DIM1 2",
        "#define NET_INPUT_Q_BYTES 4",
        "    const uint8_t *q; /* 2x2, 4 elements; scale 0.5, zero point 128 */",
    ):
        assert line in text.splitlines()
    assert load(c)(np.array([[7, 0], [0, 0]], np.uint8))[0][0, 0] == 7


def test_io_that_does_not_fit_is_refused() -> None:
    m = Maker()
    t = buffer(4, F32)
    m.entry([t], [t], lambda x, y: None)
    wrong = (TensorIO("x", (5,), F32),)
    with pytest.raises(CompileError, match="'x'"):
        compile_module(m.module, target("host"), name="n", inputs=wrong, outputs=wrong)
    with pytest.raises(CompileError, match="1 are described"):
        compile_module(m.module, target("host"), name="n", inputs=(), outputs=wrong)


def test_weights_go_into_the_object_unprinted() -> None:
    m = Maker()
    w = np.random.default_rng(0).integers(0, 255, 3 << 20).astype(np.uint8).view(np.int8)
    m.constant("w", w, offset=128)
    m.entry(
        [], [buffer(1, I8)],
        lambda y: m.store(m.load(m.get("w", buffer(w.size, I8)), 1 << 20), y, 0),
    )  # fmt: skip
    c = compile_module(m.module, target("host"), name="net", keep_llvm=True)
    assert c.weight_bytes == w.size + 128 and c.code_bytes < 4096
    assert len(c.llvm_ir or "") < 10000
    assert load(c)()[0][0] == w[1 << 20]
    parsed = Object(c.object_bytes())
    section = parsed.section(".rodata.net_w")
    assert section.size == c.weight_bytes and section.offset % 64 == 0
    assert parsed.data[section.offset + 128 : section.offset + section.size] == w.tobytes()


def test_identifiers() -> None:
    assert c_identifier("net.0/x:1") == "net_0_x_1"
    assert c_identifier("class") == "class_"
    assert c_identifier("1x") == "t_1x"
    assert c_identifier("???") == "tensor"
    assert unique_identifiers(["a", "A", "a_2", "a"]) == ["a", "a_2", "a_2_2", "a_3"]
