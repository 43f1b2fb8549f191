"""Rows of the target table for firmware: Arm's M and A profiles, RISC-V.

The environment in an Arm triple must be its fourth part: only then does LLVM pass floats in
registers and say so in the object, and linkers ask for that. It is GNU's, in which copies call
``memcpy`` and not the run-time ABI's ``__aeabi_memcpy4``.
Features are switched off where a core's name implies more than its rows promise.
"""

from __future__ import annotations

from dataclasses import replace

from millrace.ir.target import TargetInfo

_KB, _MB = 1 << 10, 1 << 20

_M0 = TargetInfo(
    name="cortex-m0",
    triple="thumbv6m-none-unknown-gnueabi",
    cpu="cortex-m0",
    abi="soft",
    cc_flags="-mcpu=cortex-m0 -mthumb -mfloat-abi=soft",
    bare=True,
    pointer_bytes=4,
    alignment=8,
    vector_bytes=0,
    vector_registers=6,
    vector_float=False,
    registers=8,
    fpu="none",
    fpu_round=False,
    long_multiply=False,
    divide=False,
    fma=False,
    fma_latency=1,
    fma_per_cycle=1,
    code_size="optsize",
    l1_bytes=0,
    l2_bytes=0,
    flash_bytes=256 * _KB,
    ram_bytes=32 * _KB,
)
_LITERALS = "+no-movt"
"""Constants of 32 bits are loaded from beside the code: one instruction, not two halves of each."""
_M3 = replace(
    _M0,
    name="cortex-m3",
    triple="thumbv7m-none-unknown-gnueabi",
    cpu="cortex-m3",
    features=_LITERALS,
    cc_flags="-mcpu=cortex-m3 -mthumb -mfloat-abi=soft",
    vector_registers=10,
    registers=12,
    long_multiply=True,
    divide=True,
    code_size="minsize",
    flash_bytes=512 * _KB,
    ram_bytes=64 * _KB,
)
_M4_SOFT = replace(
    _M3,
    name="cortex-m4-soft",
    triple="thumbv7em-none-unknown-gnueabi",
    cpu="cortex-m4",
    features=f"-fpregs,+soft-float,{_LITERALS}",
    cc_flags="-mcpu=cortex-m4 -mthumb -mfloat-abi=soft",
    dsp=True,
    flash_bytes=1 * _MB,
    ram_bytes=256 * _KB,
)
_M4 = replace(
    _M4_SOFT,
    name="cortex-m4",
    triple="thumbv7em-none-unknown-gnueabihf",
    features=_LITERALS,
    abi="hard",
    cc_flags="-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16",
    vector_registers=32,
    fpu="single",
    fma=True,
)
_M7 = replace(
    _M4,
    name="cortex-m7",
    cpu="cortex-m7",
    cc_flags="-mcpu=cortex-m7 -mthumb -mfloat-abi=hard -mfpu=fpv5-d16",
    fpu="double",
    fpu_round=True,
    fma_latency=3,
    l1_bytes=16 * _KB,
    flash_bytes=2 * _MB,
    ram_bytes=512 * _KB,
)
_M33 = replace(
    _M4,
    name="cortex-m33",
    triple="thumbv8m.main-none-unknown-gnueabihf",
    cpu="cortex-m33",
    cc_flags="-mcpu=cortex-m33 -mthumb -mfloat-abi=hard -mfpu=fpv5-sp-d16",
    fpu_round=True,
)
_M55 = replace(
    _M33,
    name="cortex-m55",
    triple="thumbv8.1m.main-none-unknown-gnueabihf",
    cpu="cortex-m55",
    cc_flags="-mcpu=cortex-m55 -mthumb -mfloat-abi=hard -mfpu=auto",
    alignment=16,
    vector_bytes=16,
    vector_registers=8,
    vector_float=True,
    mve=True,
    fpu="double",
    fma_latency=2,
    flash_bytes=2 * _MB,
    ram_bytes=1 * _MB,
)
_A7 = TargetInfo(
    name="cortex-a7",
    triple="armv7a-none-unknown-gnueabihf",
    cpu="cortex-a7",
    features="+neon,+vfp4",
    abi="hard",
    cc_flags="-mcpu=cortex-a7 -mfloat-abi=hard -mfpu=neon-vfpv4",
    bare=True,
    pointer_bytes=4,
    alignment=16,
    vector_bytes=16,
    vector_registers=16,
    registers=12,
    fpu_round=False,
    fma_latency=4,
    fma_per_cycle=1,
    l2_bytes=256 * _KB,
)
_A53 = TargetInfo(
    name="cortex-a53",
    triple="aarch64-unknown-linux-gnu",
    cpu="cortex-a53",
    cc_flags="-mcpu=cortex-a53",
    vector_bytes=16,
    vector_registers=32,
    registers=28,
    fma_per_cycle=1,
    l2_bytes=512 * _KB,
)
_RISCV32 = TargetInfo(
    name="riscv32",
    triple="riscv32-unknown-none-elf",
    cpu="generic-rv32",
    features="+m,+c",
    abi="ilp32",
    cc_flags="-march=rv32imc -mabi=ilp32",
    bare=True,
    pointer_bytes=4,
    alignment=16,
    vector_bytes=0,
    vector_registers=16,
    vector_float=False,
    registers=24,
    fpu="none",
    fpu_round=False,
    fma=False,
    fma_latency=1,
    fma_per_cycle=1,
    code_size="optsize",
    l1_bytes=0,
    l2_bytes=0,
    flash_bytes=4 * _MB,
    ram_bytes=320 * _KB,
)

ROWS = (
    _M0,
    replace(
        _M0,
        name="cortex-m0plus",
        cpu="cortex-m0plus",
        cc_flags="-mcpu=cortex-m0plus -mthumb -mfloat-abi=soft",
    ),
    _M3,
    _M4,
    _M4_SOFT,
    _M7,
    _M33,
    _M55,
    replace(
        _M55,
        name="cortex-m85",
        cpu="cortex-m85",
        cc_flags="-march=armv8.1-m.main+dsp+mve.fp+fp.dp -mthumb -mfloat-abi=hard -mfpu=auto",
        l1_bytes=32 * _KB,
    ),
    _A7,
    _A53,
    replace(
        _A53,
        name="cortex-a72",
        cpu="cortex-a72",
        cc_flags="-mcpu=cortex-a72",
        fma_per_cycle=2,
        l2_bytes=1 * _MB,
    ),
    _RISCV32,
)
