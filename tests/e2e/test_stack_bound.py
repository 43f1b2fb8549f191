"""The report's stack against what a run really touches."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from millrace.driver.compiler import compile_artifact
from millrace.driver.options import CompileOptions
from millrace.driver.save import write_artifact
from millrace.driver.sources import open_source

EXAMPLE = Path(__file__).parents[2] / "examples" / "gru_demo.onnx"

# Runs the model, and then nothing, on a painted stack, and prints how deep each painted over it.
PROGRAM = r"""
#define _XOPEN_SOURCE 700
#include <stdio.h>
#include <string.h>
#include <ucontext.h>
#include "net.h"
static unsigned char stack[1 << 18], arena[NET_ARENA_BYTES] __attribute__((aligned(64)));
static float frames[NET_INPUT_FRAMES_SIZE], scores[NET_OUTPUT_SCORES_SIZE];
static ucontext_t here, there;
static int status;
static void nothing(void) { status = 0; }
static void model(void) {
    net_inputs_t in = {frames};
    net_outputs_t out = {scores};
    status = net_run(&in, &out, arena);
}
static int depth(void (*f)(void)) {
    size_t i = 0;
    memset(stack, 0xA5, sizeof stack);
    getcontext(&there);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = sizeof stack;
    there.uc_link = &here;
    makecontext(&there, f, 0);
    swapcontext(&here, &there);
    while (stack[i] == 0xA5) i++;
    return (int)(sizeof stack - i);
}
int main(void) {
    int base = depth(nothing), all = depth(model);
    printf("%d\n", all - base);
    return status;
}
"""


@pytest.mark.skipif(not shutil.which("gcc"), reason="no gcc")
@pytest.mark.parametrize("target", ["x86-64", "host"])
def test_a_run_stays_within_the_bound(target: str, tmp_path: Path) -> None:
    artifact = compile_artifact(open_source(EXAMPLE), CompileOptions(target=target, name="net"))
    files = write_artifact(artifact, tmp_path)
    (tmp_path / "main.c").write_text(PROGRAM)
    command = ["gcc", "-O1", "-w", str(tmp_path / "main.c"), str(files["object"]), "-lm"]
    subprocess.run([*command, "-o", str(tmp_path / "main")], check=True)
    done = subprocess.run([tmp_path / "main"], check=True, capture_output=True, text=True)
    # Besides the model the program's own function has a frame; library functions are not in.
    touched, bound = int(done.stdout), artifact.report.stack_bytes
    assert touched <= bound + 64 + (512 if artifact.compiled.stack.externals else 0)
    assert touched >= bound // 2, "the bound is far from the truth"
