"""Jobs that may crash, hang or eat all memory, in a process of their own."""

from __future__ import annotations

import resource
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection


@dataclass
class Outcome:
    """How a case ended; ``where`` it did: in which part, on which core."""

    case: int
    what: str
    where: str = "host"
    detail: str = ""
    kinds: list[str] = field(default_factory=list)


Job = Callable[[int, Callable[[str], None]], Outcome]
"""From the number of a case and a function to say which part begins."""


def serve(job: Job, pipe: Connection, memory: int | None) -> None:
    if memory is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        case = pipe.recv()
        try:
            pipe.send(job(case, pipe.send))
        except Exception as e:  # of the fuzzer itself or the peer
            pipe.send(Outcome(case, "exception", "fuzzer", f"{type(e).__name__}: {e}"))


@dataclass
class Worker:
    """Runs cases one by one; is started anew after a crash or after ``seconds``."""

    job: Job
    seconds: float
    memory: int | None = None

    def __post_init__(self) -> None:
        self._start()

    def _start(self) -> None:
        context = get_context("fork")
        self.pipe, theirs = context.Pipe()
        arguments = (self.job, theirs, self.memory)
        self.process = context.Process(target=serve, args=arguments, daemon=True)
        self.process.start()
        theirs.close()

    def run(self, case: int) -> Outcome:
        self.pipe.send(case)
        what, where = "timeout", "start"
        try:
            while self.pipe.poll(self.seconds):
                message = self.pipe.recv()
                if isinstance(message, Outcome):
                    return message
                where = str(message)
        except EOFError:
            what = "crash"
        self.close()
        self._start()
        return Outcome(case, what, where)

    def close(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()
