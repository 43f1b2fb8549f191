"""Quantized TFLite files with something wrong in them: none may crash, hang or end in a traceback.

    python benchmarks/fuzz_tflite_files.py [--cases 1000] [--seed 1] [--start 0] [--only I]
        [--compare] [--keep FOLDER]

Case i of a seed is always the same file: a random quantized model (tests/tflite/random_quantized)
whose bytes or fields are changed. Each must end as results, a CompileError or a RunError that does
not blame the compiler. With ``--compare`` results are held against LiteRT's where it takes the
file (needs ``ai-edge-litert``). Exits with 1 when a case ended otherwise.
"""

from __future__ import annotations

import argparse
import re
import sys
import traceback
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from fuzz_workers import Outcome, Worker

from tests.tflite.random_quantized.compose import random_model
from tests.tflite.random_quantized.litert import Refused, difference, reference
from tests.tflite.random_quantized.mutations import mutated

SECONDS, MEMORY = 40, 6 << 30
LARGE = 1 << 24
"""Bytes of inputs up to which a model is run."""
GOOD = ("ran", "equal", "compile-error", "run-error", "refused-by-litert")
OUR_FAULT = re.compile("bug in the compiler|internal error|after pass |malformed (model|operator)")


def make_case(seed: int, case: int) -> bytes:
    rng = np.random.default_rng([seed, case, 7])
    return mutated(rng, random_model([seed, case // 8], most=3).writer)


def run_case(seed: int, compare: bool, case: int, say: Any = print) -> Outcome:
    import millrace

    data = make_case(seed, case)
    say("ours")
    try:
        model = millrace.compile(data)
        if sum(s.nbytes for s in model.inputs) > LARGE:
            return Outcome(case, "ran")
        samples = [_inputs(model, case)]
        y = model(*samples[0])
    except (millrace.CompileError, millrace.RunError) as e:
        text = str(e).splitlines()[0][:300]
        what = "compile-error" if isinstance(e, millrace.CompileError) else "run-error"
        return Outcome(case, "exception" if OUR_FAULT.search(str(e)) else what, "ours", text)
    except Exception as e:
        last = traceback.extract_tb(e.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        return Outcome(case, "exception", "ours", f"{type(e).__name__}: {e} ({where})"[:300])
    if not compare:
        return Outcome(case, "ran")
    say("litert")
    try:
        want = reference(data, samples, False)
    except Refused:
        return Outcome(case, "refused-by-litert", "litert")
    text = difference([list(y) if isinstance(y, tuple) else [y]], want)
    return Outcome(case, "differs" if text else "equal", "host", text)


def _inputs(model: Any, case: int) -> list[Any]:
    rng = np.random.default_rng(case)
    made = []
    for s in model.inputs:
        low, high = (0, 2) if s.dtype.kind in "bf" else (-100, 100)
        values = rng.integers(0 if s.dtype.kind == "u" else low, high, s.shape)
        made.append(values.astype(s.dtype))
    return made


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="the first case")
    parser.add_argument("--only", type=int, metavar="CASE", help="replay one case here")
    parser.add_argument("--compare", action="store_true", help="with LiteRT's results")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write offending files there")
    args = parser.parse_args()
    if args.only is not None:
        print(run_case(args.seed, args.compare, args.only))
        return 0
    worker = Worker(partial(run_case, args.seed, args.compare), SECONDS, MEMORY)
    counts: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    bad = 0
    for case in range(args.start, args.start + args.cases):
        o = worker.run(case)
        counts[o.what] += 1
        errors[re.sub(r"[\d\"'].*", "", o.detail.split(": ", 1)[-1])] += o.what == "compile-error"
        if o.what in GOOD or o.where == "litert":
            continue
        bad += 1
        print(f"case {case} {o.where}: {o.what}: {o.detail}", flush=True)
        if args.keep is not None:
            args.keep.mkdir(parents=True, exist_ok=True)
            (args.keep / f"{args.seed}-{case}.tflite").write_bytes(make_case(args.seed, case))
    worker.close()
    print(", ".join(f"{what} {n}" for what, n in sorted(counts.items())))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
