"""Branches that depend on data: ``scf.if``, and what follows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING

from millrace.frontend.python.flow import FLOW, NEXT, End, Flow
from millrace.frontend.python.joins import Join, merge_states
from millrace.frontend.python.state import Snapshot
from millrace.frontend.python.values import Abstract, Known, Maybe, Number, Poison
from millrace.ir.core import Block, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr import compare

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter

Code = Callable[[], Flow]
Step = Callable[[Code | None], tuple[Flow, bool]]
"""Runs one statement. It is given what follows, and says whether it has run that, too."""
_VALUE = "<value>"


def run(it: Interpreter, steps: Sequence[Step]) -> Flow:
    """Run steps one after the other, as far as they do not leave."""
    for i, step in enumerate(steps):
        rest = partial(run, it, steps[i + 1 :]) if i + 1 < len(steps) else None
        flow, done = step(rest)
        if done or flow.leaves or (rest is None and not flow.is_next):
            return flow
        if rest is not None and not flow.is_next:
            return proceed(it, flow, rest)
    return NEXT


def proceed(it: Interpreter, flow: Flow, rest: Code) -> Flow:
    """What follows after code that may have left."""
    if flow.is_next:
        return rest()
    if flow.leaves:
        return flow
    return at_next(it, flow, rest)


def at_next(
    it: Interpreter, flow: Flow, code: Code, otherwise: Callable[[Flow], Flow] = lambda left: left
) -> Flow:
    """Run ``code`` where the next statement follows; elsewhere the end stays what it is, or what
    ``otherwise`` makes of it."""
    left = Flow(flow.ends - {End.NEXT})

    def here() -> Flow:
        narrow(it, NEXT)
        return code()

    def there() -> Flow:
        narrow(it, left)
        return otherwise(left)

    return branch(it, is_end(it, End.NEXT), here, there)[0]


def narrow(it: Interpreter, flow: Flow) -> None:
    """Names that are bound at some ends only, where the ends are known to be among ``flow``."""
    names = it.state.frame.names
    for name, v in list(names.items()):
        if isinstance(v, Maybe):
            if flow.ends <= v.ends:
                names[name] = v.value
            elif not flow.ends & v.ends:
                names[name] = Poison("J002", {"name": name})


def set_end(it: Interpreter, end: End) -> None:
    """Note which end was reached. What does not change is no variable of a loop."""
    names = it.state.frame.names
    before = names.get(FLOW)
    if not isinstance(before, Known) or before.value != int(end):
        names[FLOW] = Known(int(end))


def is_end(it: Interpreter, end: End) -> Value:
    """Whether the end that was reached is ``end``."""
    code = it.state.frame.names[FLOW]
    if isinstance(code, Known):
        return it.emit.constant(code.value == end)
    assert isinstance(code, Number)
    return it.op(compare.Equal, code.ir, it.emit.like(int(end), code.ir))


def branch(
    it: Interpreter, condition: Value, then: Code, otherwise: Code, rest: Code | None = None
) -> tuple[Flow, bool]:
    """Run ``then`` or ``otherwise``. When only one of them goes on to ``rest``, that is run as
    its part; the second result says so."""
    known = it.emit.known(condition)
    if known is not None:
        return (then() if known else otherwise()), False
    base = it.state.snapshot()
    first, second = Path(it, base), Path(it, base)
    first.run(then)
    second.run(otherwise)
    done = False
    if rest is not None and first.flow.leaves != second.flow.leaves:
        going = second if first.flow.leaves else first
        going.go_on(rest)
        done = True
    join_paths(it, condition, base, first, second)
    return first.flow | second.flow, done


class Path:
    """One side of a branch: its block, and the state at its end."""

    def __init__(self, it: Interpreter, start: Snapshot) -> None:
        self.it = it
        self.block = Block()
        self.state = start
        self.flow = NEXT

    def run(self, code: Code) -> None:
        with self._inside():
            self.flow = code()
        self.state = self.it.state.snapshot()

    def go_on(self, rest: Code) -> None:
        before = self.flow
        self.run(lambda: proceed(self.it, before, rest))

    def _inside(self) -> AbstractContextManager[Block]:
        self.it.state.restore(self.state)
        return self.it.emit.inside(self.block)


def join_paths(it: Interpreter, condition: Value, base: Snapshot, a: Path, b: Path) -> None:
    """Emit the ``scf.if``; the state becomes that after it."""
    join = Join(it, a.state, b.state, flows=(a.flow, b.flow))
    names, cells = merge_states(join, base, base.names)
    for path, left in ((a, True), (b, False)):
        with it.emit.inside(path.block):
            it.emit.insert(scf.Yield(join.leaves(left=left)))
    op = scf.If(
        it.emit.extract(condition),
        then_block=a.block,
        else_block=b.block,
        result_types=[s.tensor for s in join.slots],
    )
    results = it.emit.insert(op).results
    it.state.restore(base)
    heap = it.state.heap
    for made in (cells, join.cells):
        heap.update({c: build(results) for c, build in made.items()})
    for frame, builds in zip(it.state.frames, names, strict=True):
        frame.names = {k: build(results) for k, build in builds.items()}


def choose(
    it: Interpreter,
    condition: bool | Value,
    then: Callable[[], Abstract],
    otherwise: Callable[[], Abstract],
) -> Abstract:
    """The value of a conditional expression."""
    if isinstance(condition, bool):
        return then() if condition else otherwise()

    def keep(make: Callable[[], Abstract]) -> Flow:
        value = make()
        it.state.frame.names[_VALUE] = value
        return NEXT

    branch(it, condition, lambda: keep(then), lambda: keep(otherwise))
    value = it.lookup(_VALUE)
    del it.state.frame.names[_VALUE]
    return value
