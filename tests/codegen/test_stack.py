"""The stack's worst case, read from assembly."""

from __future__ import annotations

import pytest

from millrace.codegen import llvm, target
from millrace.codegen.stack import Stack, worst_case
from millrace.ir.errors import CompileError
from millrace.ir.target import TargetInfo

NAMES = [
    *("x86-64", "x86-64-v4", "aarch64", "cortex-m0", "cortex-m3", "cortex-m4", "cortex-m33"),
    *("cortex-m55", "cortex-m85", "cortex-a7", "riscv32"),
]
TARGETS = [target(name) for name in NAMES]

MODULE = """
target triple = "{triple}"
declare void @outside(ptr)
define internal void @leaf(ptr %p) noinline nounwind {{
  store volatile i32 1, ptr %p
  ret void
}}
define internal void @deep(ptr %p) noinline nounwind {{
  %a = alloca [{size} x i8], align {align}
  call void @outside(ptr %a)
  call void @leaf(ptr %a)
  call void @leaf(ptr %p)
  ret void
}}
define void @root(ptr %p) nounwind {{
  %a = alloca [64 x i8], align 8
  call void @leaf(ptr %a)
  call void @deep(ptr %a)
  call void @leaf(ptr %p)
  ret void
}}
"""


def stack_of(t: TargetInfo, size: int, align: int = 8) -> Stack:
    text = MODULE.format(triple=t.triple, size=size, align=align)
    return worst_case(llvm.emit(text, t).assembly, t.triple, ("root",))


@pytest.mark.parametrize("t", TARGETS, ids=lambda t: t.name)
@pytest.mark.parametrize("size", [16, 400, 4096, 100_000])
def test_frames_add_up_along_the_deepest_path(t: TargetInfo, size: int) -> None:
    found = stack_of(t, size)
    assert size + 64 < found.nbytes <= size + 64 + 128
    assert found.externals == found.uncounted == ("outside",)


@pytest.mark.parametrize("t", TARGETS, ids=lambda t: t.name)
def test_rounding_the_stack_pointer_counts(t: TargetInfo) -> None:
    """Frames with vectors in them are aligned further than the caller leaves the stack."""
    align = 16 if t.name.startswith("cortex") else 64
    assert stack_of(t, 512).nbytes < stack_of(t, 512, align).nbytes <= 512 + 64 + 128 + align


X86 = """
\t.type\tf,@function
f:
\ttestq\t%rdi, %rdi
\tje\t.LBB0_2
\tpushq\t%rbp
\tsubq\t$16, %rsp
\tpushq\t$3
\tpushq\t8(%rsp)
\tcallq\tg@PLT
\taddq\t$32, %rsp
\tpopq\t%rbp
\tretq
.LBB0_2:
\tjmp\tg
\t.type\tg,@function
g:
\tsubq\t$-128, %rsp
\tsubq\t$200, %rsp                       # imm = 0xC8
\taddq\t$200, %rsp
\tretq
"""


def test_pushed_arguments_and_tail_calls_count() -> None:
    """f: 8 of its return address, 8 + 16 + 8 + 8 pushed, 8 of g's; g: 200 - 128."""
    assert worst_case(X86, "x86_64-linux-gnu", ("f",)) == Stack(8 + 40 + 8 + 72)


def test_what_is_not_understood_is_no_guess() -> None:
    text = "\t.type\tf,@function\nf:\n\tsubq\t%rax, %rsp\n\tretq\n"
    with pytest.raises(CompileError, match="f: unknown change of the stack: subq"):
        worst_case(text, "x86_64-linux-gnu", ("f",))
    with pytest.raises(CompileError, match="mips"):
        worst_case("", "mips-elf", ("f",))


CALLS = """\
target triple = "{triple}"
declare void @{callee}(ptr, ptr, i32) nounwind
define void @root(ptr %p) nounwind {{
  call void @{callee}(ptr %p, ptr %p, i32 8)
  ret void
}}
"""


@pytest.mark.parametrize(("callee", "nbytes"), [("memcpy", 24), ("__aeabi_ldivmod", 120)])
def test_library_functions_count_where_they_are_known(callee: str, nbytes: int) -> None:
    def of(name: str) -> Stack:
        t = target("cortex-m0")
        text = CALLS.format(triple=t.triple, callee=name)
        return worst_case(llvm.emit(text, t).assembly, t.triple, ("root",))

    known, unknown = of(callee), of("outside")
    assert (known.externals, known.uncounted) == ((callee,), ())
    assert (unknown.externals, unknown.uncounted) == (("outside",), ("outside",))
    assert known.nbytes == unknown.nbytes + nbytes


REPEATED = """\
target triple = "{triple}"
define void @leaf(ptr %p) noinline nounwind {{
  %a = alloca [800 x i8], align 8
  call void @outside(ptr %a)
  ret void
}}
declare void @outside(ptr) nounwind
define void @root(ptr %p) minsize optsize nounwind {{
  call void @leaf(ptr %p)
  call void @leaf(ptr %p)
  call void @leaf(ptr %p)
  call void @leaf(ptr %p)
  store i8 0, ptr %p
  ret void
}}
"""


@pytest.mark.parametrize("core", ["cortex-m3", "cortex-m55"])
def test_calls_through_registers_count(core: str) -> None:
    t = target(core)
    assembly = llvm.emit(REPEATED.format(triple=t.triple), t).assembly
    assert "blx\tr" in assembly and "\tbl\t" in assembly and "\tbl\tleaf" not in assembly
    assert 800 <= worst_case(assembly, t.triple, ("root",)).nbytes < 900
