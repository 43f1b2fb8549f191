"""Compiles and runs mutated ONNX files; none may crash the process, hang, or answer wrongly.

    python benchmarks/fuzz_onnx.py [--cases 2600] [--seed 1] [--jobs 2] [--keep FOLDER]

Case i of a seed is always the same file: a small model mutated by bytes or by protobuf fields
(``fuzz_mutations.py``). Each case runs in a worker process with limits on time and memory and
must end as a result (equal to ONNX Runtime's where that accepts the file, or to the operators'
numpy meaning), a CompileError or a RunError. Exits with 1 when a case did not, and names it;
``--only I`` replays case I in this process, ``--keep`` writes the offending files.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from fuzz_mutations import make_case

SECONDS, BYTES = 10, 2 << 30
OUR_FAULT = re.compile("bug in the compiler|internal error|after pass ")
"""Errors that blame the compiler, not the file."""
GOOD = {"not-parsed", "compile-error", "run-error", "equal", "no-peer", "peer-differs"}


@dataclass(frozen=True)
class Outcome:
    """``what``: one of GOOD, or ``mismatch``, ``exception``, ``crash``, ``timeout``, ``memory``."""

    case: int
    what: str
    detail: str = ""


# ---- in the worker


def run_case(seed: int, case: int, say: Any = lambda stage: None) -> Outcome:
    """Compile and run one case in this process."""
    import onnx
    from google.protobuf.message import DecodeError

    data = make_case(seed, case)
    try:
        proto = onnx.load_model_from_string(data)
    except (DecodeError, RuntimeError, ValueError):
        return Outcome(case, "not-parsed")
    say("ours")
    return check_model(case, data, proto, say)


def check_model(case: int, data: bytes, proto: Any, say: Any) -> Outcome:
    import millrace

    try:
        model = millrace.compile(proto)
    except millrace.CompileError as e:
        text = str(e).splitlines()[0][:300]
        return Outcome(case, "exception" if OUR_FAULT.search(text) else "compile-error", text)
    except MemoryError:
        return Outcome(case, "memory", "while compiling")
    except Exception as e:
        return Outcome(case, "exception", f"{type(e).__name__}: {e}"[:300])
    inputs = inputs_for(model.inputs, case)
    try:
        got = model.run(inputs)
    except millrace.RunError as e:
        return Outcome(case, "run-error", str(e)[:160])
    except Exception as e:
        return Outcome(case, "exception", f"while running: {type(e).__name__}: {e}"[:300])
    say("peer")
    want = run_peer(data, inputs)
    if want is None:
        return Outcome(case, "no-peer")
    outcome = compare(case, list(got.values()), want)
    if outcome.what == "mismatch" and agrees_with_meaning(proto, inputs, list(got.values())):
        return Outcome(case, "peer-differs", outcome.detail)
    return outcome


def agrees_with_meaning(proto: Any, inputs: dict[str, Any], got: list[Any]) -> bool:
    """True when the model, run node by node in numpy, gives our result: ONNX's own reference
    runtime, or our interpreter where that fails. (ONNX Runtime loses NaN in recurrences.)"""
    from onnx.reference import ReferenceEvaluator

    from millrace.frontend.onnx import import_onnx
    from millrace.ir.interpreter import interpret

    evaluators = (
        lambda: ReferenceEvaluator(proto).run(None, inputs),
        lambda: interpret(import_onnx(proto), list(inputs.values())),
    )
    for evaluate in evaluators:
        try:
            with np.errstate(all="ignore"):
                want = [np.asarray(a) for a in evaluate()]
        except Exception:  # whatever the mutation broke in it
            continue
        if compare(0, got, want).what == "equal":
            return True
    return False


def inputs_for(specs: Any, case: int) -> dict[str, Any]:
    rng = np.random.default_rng(case)
    made = {}
    for s in specs:
        low, high = (0, 2) if s.dtype.kind in "iub" else (-1, 1)
        made[s.name] = rng.uniform(low, high, s.shape).astype(s.dtype)
    return made


def run_peer(data: bytes, inputs: dict[str, Any]) -> list[Any] | None:
    """ONNX Runtime's outputs; None when it does not accept the file."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        return list(session.run(None, inputs))
    except Exception:  # it has many exception classes, none of them documented
        return None


def compare(case: int, got: list[Any], want: list[Any]) -> Outcome:
    """Equal to 1e-3 of the range; not-a-numbers in the same places."""
    for i, (a, b) in enumerate(zip(got, want, strict=True)):
        if a.shape != b.shape or a.dtype != b.dtype:
            return Outcome(
                case, "mismatch", f"output {i}: {a.dtype}{a.shape}, not {b.dtype}{b.shape}"
            )
        x, y = a.astype(np.float64), b.astype(np.float64)
        finite = np.isfinite(y)
        if not np.array_equal(np.isfinite(x), finite):
            return Outcome(case, "mismatch", f"output {i}: infinities or NaN in other places")
        x, y = x[finite], y[finite]
        scale = max(float(np.abs(y).max(initial=0.0)), 1e-6)
        error = float(np.abs(x - y).max(initial=0.0)) / scale
        if error > 1e-3:
            return Outcome(case, "mismatch", f"output {i}: error {error:.2e} of the range")
    return Outcome(case, "equal")


def worker(seed: int) -> None:
    """Takes case numbers from stdin; writes stages and outcomes to stdout, one JSON a line."""
    import onnx  # noqa: F401
    import onnxruntime  # noqa: F401

    import millrace.driver.compiler  # noqa: F401

    # Whatever libraries print must not reach the protocol's stream.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + BYTES, used + BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def send(**fields: Any) -> None:
        print(json.dumps(fields), file=out, flush=True)

    for line in sys.stdin:
        start = time.process_time()
        outcome = run_case(seed, int(line), lambda stage: send(stage=stage))
        send(what=outcome.what, detail=outcome.detail, seconds=time.process_time() - start)


# ---- in the parent


class Worker:
    """A worker process, started anew after a crash or a timeout."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.process: subprocess.Popen[str] | None = None

    def run(self, case: int) -> Outcome:
        p = self.process = self.process or self._start()
        assert p.stdin and p.stdout
        # The limit is on processor time; a busy machine gets three times as long by the clock.
        watchdog = threading.Timer(3 * SECONDS, p.kill)
        watchdog.start()
        stage = "start"
        try:
            p.stdin.write(f"{case}\n")
            p.stdin.flush()
            for line in p.stdout:
                message = json.loads(line)
                if "what" in message:
                    if message["seconds"] > SECONDS and stage == "ours":
                        return Outcome(case, "timeout", f"{message['seconds']:.1f} s")
                    return Outcome(case, message["what"], message["detail"])
                stage = message["stage"]
        except BrokenPipeError:
            pass
        finally:
            watchdog.cancel()
        self.process = None
        code = p.wait()
        if stage == "peer":
            return Outcome(case, "no-peer", "the peer crashed")
        return Outcome(case, "timeout" if code == -9 else "crash", f"exit code {code}")

    def _start(self) -> subprocess.Popen[str]:
        command = [sys.executable, __file__, "--worker", "--seed", str(self.seed)]
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def close(self) -> None:
        if self.process is not None and self.process.stdin:
            self.process.stdin.close()
            self.process.wait()
            assert self.process.stdout
            self.process.stdout.close()


def run_all(seed: int, cases: int, jobs: int) -> list[Outcome]:
    """All cases, spread over worker processes; in order."""
    outcomes: dict[int, Outcome] = {}
    numbers = iter(range(cases))
    lock = threading.Lock()

    def take() -> int | None:
        with lock:
            return next(numbers, None)

    def serve() -> None:
        w = Worker(seed)
        while (case := take()) is not None:
            outcomes[case] = w.run(case)
            if outcomes[case].what not in GOOD:
                print(f"{outcomes[case]}"[:300], file=sys.stderr, flush=True)
        w.close()

    threads = [threading.Thread(target=serve) for _ in range(jobs)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return [outcomes[i] for i in range(cases)]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=2600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", type=int, metavar="CASE", help="replay one case here")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write offending files there")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        worker(args.seed)
        return 0
    if args.only is not None:
        print(run_case(args.seed, args.only))
        return 0
    outcomes = run_all(args.seed, args.cases, args.jobs)
    bad = [o for o in outcomes if o.what not in GOOD]
    for o in bad:
        print(f"case {o.case}: {o.what}: {o.detail}")
        if args.keep:
            args.keep.mkdir(parents=True, exist_ok=True)
            (args.keep / f"case{o.case}.onnx").write_bytes(make_case(args.seed, o.case))
    counts = Counter(o.what for o in outcomes)
    parsed = len(outcomes) - counts["not-parsed"]
    ran = sum(counts[w] for w in ("equal", "no-peer", "peer-differs", "mismatch"))
    print(
        f"seed {args.seed}: {len(outcomes)} cases, {parsed} parsed, {ran} compiled and ran; "
        + ", ".join(f"{what} {n}" for what, n in sorted(counts.items()))
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
