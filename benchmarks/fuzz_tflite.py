"""Random quantized models, held against LiteRT's reference kernels bit for bit.

    python benchmarks/fuzz_tflite.py [--cases 500] [--seed 1] [--cores cortex-m4,cortex-m55]
        [--share 0.2] [--kinds CONV_2D,ADD] [--types int8] [--most 8] [--control] [--keep FOLDER]

Needs ``ai-edge-litert``. Case i of a seed is always the same model (tests/tflite/random_quantized).
Each runs on this machine, and a share of them on emulated cores. Where a result differs, the
model's operators are tried one by one on what LiteRT computed before them: by the interpreter on
the imported module, and natively. Exits with 1 when a result differs or something is refused that
LiteRT runs; ``--only I`` shows one case. A case that LiteRT itself refuses counts as such.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from fuzz_workers import Outcome, Worker

from tests.tflite.random_quantized.compose import MAKERS, RandomModel, alone, random_model
from tests.tflite.random_quantized.control import random_control
from tests.tflite.random_quantized.litert import Array, Refused, Samples, difference, reference
from tests.tflite.tflite_models import ModelWriter, run

SECONDS = 120
"""For one case."""
GOOD = ("equal", "refused-by-litert", "empty")
"""Other ends are differs, unsupported, exception, crash and timeout."""
Say = Callable[[str], None]


# ---- ours


def native(data: bytes, samples: Samples, carry: bool) -> list[list[Array]]:
    import millrace

    model = millrace.compile(data)
    results = []
    for s in samples:
        if not carry:
            model.reset()
        y = model(*s)
        results.append(list(y) if isinstance(y, tuple) else [y])
    return results


def emulated(data: bytes, samples: Samples, carry: bool, core: str) -> list[list[Array]]:
    import millrace

    model = millrace.compile(data, target=core)
    done = model.emulate(samples, carry_state=carry, timeout=SECONDS)
    return [list(s.outputs) for s in done.samples]


def interpreted(data: bytes, samples: Samples) -> list[list[Array]]:
    """By the meaning of the imported operations, from fresh state."""
    from millrace.frontend.tflite import import_tflite

    module = import_tflite(data)
    count = len(module.entry.result_names or ())
    return [run(module, *s)[:count] for s in samples]


# ---- a case


def attempt(function: Any, want: Sequence[Sequence[Array]], *args: Any) -> tuple[str, str]:
    import millrace

    try:
        text = difference(function(*args), want)
    except millrace.CompileError as e:
        lines = str(e).splitlines()
        return "unsupported", lines[0][:300]
    except Exception as e:
        return "exception", f"{type(e).__name__}: {str(e)[:400]}"
    return ("differs", text) if text else ("equal", "")


def check(
    case: int, m: RandomModel, cores: Sequence[str], on_host: bool = True, say: Say = print
) -> Outcome:
    data = m.writer.bytes()
    kinds = m.kinds
    if not kinds:
        return Outcome(case, "empty")
    say("litert")
    try:
        want = reference(data, m.samples, m.carries)
    except Refused as e:
        return Outcome(case, "refused-by-litert", "litert", str(e), kinds)
    say("host")
    if on_host:
        what, detail = attempt(native, want, data, m.samples, m.carries)
        if what != "equal":
            return Outcome(case, what, "host", detail, kinds)
    for core in cores:
        say(core)
        what, detail = attempt(emulated, want, data, m.samples, m.carries, core)
        if what != "equal":
            return Outcome(case, what, core, detail, kinds)
    return Outcome(case, "equal", "", "", kinds)


def explain(m: RandomModel, where: str) -> list[str]:
    """Which operators differ when each gets what LiteRT computed before it."""
    lines = []
    tensors = reference(m.writer.bytes(), m.samples, False, every=True)
    for k, node in enumerate(m.writer.graphs[0].nodes):
        part = alone(m.writer, k)
        data = part.bytes()
        samples = [[t[i] for i in part.graphs[0].inputs] for t in tensors]
        try:
            want = reference(data, samples, False)
        except Refused as e:
            lines.append(f"  {k} {node.kind}: LiteRT refuses it alone: {e}")
            continue
        ways: list[tuple[str, Any]] = [("meaning", interpreted), ("host", _fresh(native))]
        if where not in ("host", ""):
            ways.append((where, lambda d, s, core=where: emulated(d, s, False, core)))
        for name, function in ways:
            what, detail = attempt(function, want, data, samples)
            if what != "equal":
                lines.append(f"  {k} {node.kind} ({name}): {what}: {detail}")
                lines.append(f"      {describe(part)}")
    return lines or ["  each operator alone is right"]


def _fresh(function: Any) -> Any:
    return lambda data, samples: function(data, samples, False)


def describe(w: ModelWriter) -> str:
    from millrace.frontend.tflite.model import decode

    model = decode(w.bytes(), "part")
    graph = model.subgraphs[0]
    node = graph.operators[0]

    def tensor(i: int) -> str:
        if i < 0:
            return "-"
        t = graph.tensors[i]
        q = t.quantization
        shown = ""
        if q is not None:
            shown = f" {q.scale[0]:.8g}{'..' if len(q.scale) > 1 else ''}@{q.zero_point[0]}"
        return f"{t.type}{list(t.shape)}{shown}{' const' if t.data is not None else ''}"

    parts = [tensor(i) for i in (*node.inputs, *node.outputs)]
    return f"{dict(node.options)} {'; '.join(parts)}"


# ---- many cases, in a process of their own: whatever runs there may crash


@dataclass(frozen=True)
class Plan:
    seed: int
    kinds: tuple[str, ...]
    types: tuple[str, ...]
    most: int
    cores: tuple[str, ...]
    share: float
    host: bool
    control: bool = False

    def model(self, case: int) -> RandomModel:
        if self.control:
            return random_control([self.seed, case])
        return random_model([self.seed, case], self.kinds, self.types, self.most)

    def cores_of(self, case: int) -> list[str]:
        rng = np.random.default_rng([self.seed, case, 1])
        return [c for c in self.cores if rng.random() < self.share]


def job(plan: Plan, case: int, say: Say) -> Outcome:
    return check(case, plan.model(case), plan.cores_of(case), plan.host, say)


def run_all(plan: Plan, cases: Sequence[int], keep: Path | None) -> list[Outcome]:
    worker, outcomes = Worker(partial(job, plan), SECONDS * 3), []
    for case in cases:
        outcome = worker.run(case)
        outcomes.append(outcome)
        if outcome.what in GOOD or outcome.where == "litert":
            continue
        print(f"case {case} {outcome.where}: {outcome.what}: {outcome.detail}", flush=True)
        print(f"    {' '.join(outcome.kinds)}", flush=True)
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{plan.seed}-{case}.tflite").write_bytes(plan.model(case).writer.bytes())
    worker.close()
    return outcomes


def summary(outcomes: Sequence[Outcome], plan: Plan) -> dict[str, Any]:
    """Counts of outcomes; of operators in models that are equal; of models by core."""
    equal = [o for o in outcomes if o.what == "equal"]
    refused = Counter(f"{o.kinds} {o.detail}" for o in outcomes if o.what == "refused-by-litert")
    return {
        "outcomes": dict(Counter(o.what for o in outcomes)),
        "operators": dict(sorted(Counter(k for o in equal for k in o.kinds).items())),
        "cores": dict(Counter(c for o in equal for c in plan.cores_of(o.case))),
        "refused by LiteRT": dict(refused.most_common(40)),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--start", type=int, default=0, help="the first case")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default="", help=f"of {', '.join(MAKERS)}")
    parser.add_argument("--types", default="", help="int8, int16, uint8")
    parser.add_argument("--most", type=int, default=8, help="operators a model")
    parser.add_argument("--cores", default="")
    parser.add_argument("--share", type=float, default=0.2, help="of the models, on each core")
    parser.add_argument("--control", action="store_true", help="loops, branches and variables")
    parser.add_argument("--no-host", action="store_true")
    parser.add_argument("--only", type=int, metavar="CASE", help="explain one case")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write offending files there")
    args = parser.parse_args()
    kinds, types, cores = (
        tuple(filter(None, text.split(","))) for text in (args.kinds, args.types, args.cores)
    )
    plan = Plan(
        args.seed, kinds, types, args.most, cores, args.share, not args.no_host, args.control
    )
    if args.only is not None:
        m = plan.model(args.only)
        outcome = check(args.only, m, plan.cores_of(args.only), plan.host)
        print(outcome)
        if outcome.what in ("differs", "unsupported", "exception") and not args.control:
            print("\n".join(explain(m, outcome.where)))
        return 0
    start = time.time()
    outcomes = run_all(plan, range(args.start, args.start + args.cases), args.keep)
    print(json.dumps(summary(outcomes, plan), indent=1))
    print(f"{len(outcomes)} models in {time.time() - start:.0f} s")
    bad = [o for o in outcomes if o.what not in GOOD and o.where != "litert"]
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
