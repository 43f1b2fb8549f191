"""Random programs, compiled and in plain numpy: ``python benchmarks/fuzz_jit.py [COUNT [SEED]]``.

Prints each program whose results differ, or that the compiler refuses, and a summary."""

from __future__ import annotations

import copy
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import millrace
from tests.jit.harness import assert_same
from tests.jit.random_programs import Chooser, Writer, arguments, run_text


def attempt(seed: int) -> str | None:
    """What is wrong with program ``seed``; None when all is well."""
    rng = random.Random(seed)
    source = Writer(Chooser(rng.randrange)).program()
    try:
        compiled = millrace.jit(src=source, strict=True)
        for k in range(3):
            args = arguments(k)
            want = run_text(source, copy.deepcopy(args))
            assert_same(compiled(*copy.deepcopy(args)), want, ulps=0)
    except AssertionError as e:
        return f"---- program {seed} differs: {e}\n{source}"
    except Exception as e:
        return f"---- program {seed}: {type(e).__name__}: {e}\n{source}"
    return None


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    start, bad = time.monotonic(), 0
    for seed in range(first, first + count):
        wrong = attempt(seed)
        if wrong is not None:
            bad += 1
            print(wrong, flush=True)
    took = time.monotonic() - start
    print(f"{count} programs from seed {first} on, {bad} wrong, {took:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
