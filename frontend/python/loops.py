"""Loops. With a known number of steps and no way out of the middle they are ``mr.scan``; with a
number known at run time ``scf.for``; else ``scf.while``."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from millrace.frontend.python import names as scopes
from millrace.frontend.python.branches import at_next, branch, is_end, narrow, run, set_end
from millrace.frontend.python.carries import Carries, Layout
from millrace.frontend.python.errors import JitError
from millrace.frontend.python.flow import FLOW, NEXT, RESULT, End, Flow
from millrace.frontend.python.iteration import Iteration, Shifted, items_of, iteration_of
from millrace.frontend.python.state import Snapshot
from millrace.frontend.python.values import Abstract, ArrayRef, Cell, Known, Maybe, Number, Rows
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr import bits, compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.errors import CompileError
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import INDEX

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter

MAX_ROUNDS = 1000
"""How often a body is interpreted at most until its types have settled: each time at least one
variable takes a type that it keeps."""
MAX_UNROLLED = 64
NEEDS_NUMBER = ("J008", "J015", "J027", "J033", "J043", "J049", "J053")
"""Errors that there are not when the number of a step is known."""
Body = Callable[[Value | None], Flow]
"""Runs a step, given its number where that is counted."""


def for_(it: Interpreter, node: ast.For) -> Flow:
    value = it.eval(node.iter)
    items = items_of(it, value)
    if items is not None:
        return _unrolled(it, node, items)
    return _finish(it, _over(it, node, iteration_of(it, value)), node.orelse)


def _over(it: Interpreter, node: ast.For, iteration: Iteration) -> Flow:
    """The steps of a loop. When the code of a step has to know its number, they are run one by
    one, if there are not too many."""
    if iteration.trip == 0:
        return NEXT
    if iteration.trip is None:
        return _loop(it, node, iteration)
    before, mark = it.state.snapshot(), it.emit.mark()
    try:
        return _loop(it, node, iteration)
    except JitError as e:
        if e.code not in (*NEEDS_NUMBER, "J055") or iteration.trip > MAX_UNROLLED:
            raise
        error = e
    it.state.restore(before)
    it.emit.rollback(mark)
    try:
        if error.code == "J055":
            # After the first step the variable has a value.
            rest = Shifted(iteration.trip - 1, iteration)
            first = [partial(_step, it, node, lambda: iteration.element(it, it.emit.constant(0)))]
            return run(it, [*first, lambda _: (_over(it, node, rest), False)])
        elements = [partial(_element_at, it, iteration, i) for i in range(iteration.trip)]
        return run(it, [partial(_step, it, node, e) for e in elements])
    except JitError as e:
        raise (error if e.code in NEEDS_NUMBER else e) from None


def _element_at(it: Interpreter, iteration: Iteration, step: int) -> Abstract:
    return iteration.element(it, it.emit.constant(step))


def _step(
    it: Interpreter, node: ast.For, element: Callable[[], Abstract], rest: object
) -> tuple[Flow, bool]:
    """One step in a place of its own."""
    from millrace.frontend.python.statements import assign, block_steps

    with it.at(node.target):
        assign(it, node.target, element())
    return absorb(it, run(it, block_steps(it, node.body)), End.CONTINUE), False


def _loop(it: Interpreter, node: ast.For, iteration: Iteration) -> Flow:
    from millrace.frontend.python.statements import assign, block_steps

    def body(step: Value | None) -> Flow:
        assert step is not None
        with it.at(node.target):
            assign(it, node.target, iteration.element(it, step))
        return run(it, block_steps(it, node.body))

    loop = Loop(it, node, [node.target, *node.body], runs=iteration.trip is not None)
    flow = None if scopes.may_leave(node.body) else loop.as_counted(iteration, body)
    return flow if flow is not None else loop.as_while(_Counter(it, iteration), body)


def while_(it: Interpreter, node: ast.While) -> Flow:
    from millrace.frontend.python.statements import block_steps

    condition, body = node.test, node.body
    if not node.orelse and any(isinstance(n, ast.NamedExpr) for n in ast.walk(condition)):
        condition, body = _test_in_body(condition, body)

    def test() -> bool | Value:
        with it.at(condition):
            return it.truth(it.eval(condition))

    first = _first_test(it, test)
    if first is False:
        return run(it, block_steps(it, node.orelse))
    loop = Loop(it, node, body, runs=first is True)
    flow = loop.as_while(_Test(test), lambda step: run(it, block_steps(it, body)))
    return _finish(it, flow, node.orelse)


def _test_in_body(test: ast.expr, body: list[ast.stmt]) -> tuple[ast.expr, list[ast.stmt]]:
    """A test that binds names, as a step that may leave: what it binds is there afterwards."""
    always = ast.copy_location(ast.Constant(True), test)
    fails = ast.copy_location(ast.UnaryOp(ast.Not(), test), test)
    leave = ast.copy_location(ast.Break(), test)
    return always, [ast.copy_location(ast.If(fails, [leave], []), test), *body]


def _first_test(it: Interpreter, test: Callable[[], bool | Value]) -> bool | None:
    """The outcome of the first test, when it is known."""
    before = it.state.snapshot()
    with it.emit.inside(Block()) as scratch:
        truth = test()
    it.state.restore(before)
    discard(scratch)
    return truth if isinstance(truth, bool) else None


def discard(block: Block) -> None:
    """Drop what was emitted into a block that is not needed."""
    for op in reversed(block.ops):
        op._erase()


def _finish(it: Interpreter, flow: Flow, orelse: list[ast.stmt]) -> Flow:
    """The ``else`` of a loop; a ``break`` of the loop ends here, one in the ``else`` does not."""
    from millrace.frontend.python.statements import block_steps

    if not orelse or End.NEXT not in flow.ends:
        return absorb(it, flow, End.BREAK)

    def code() -> Flow:
        return run(it, block_steps(it, orelse))

    if flow.is_next:
        return code()
    return at_next(it, flow, code, lambda left: absorb(it, left, End.BREAK))


def absorb(it: Interpreter, flow: Flow, end: End) -> Flow:
    """Turn ``end`` into the next statement."""
    if end not in flow.ends:
        return flow
    after = flow.without(end)
    names = it.state.frame.names
    for name, v in list(names.items()):
        if isinstance(v, Maybe):
            joined = flow.ends & {end, End.NEXT}
            ends = (v.ends - {end, End.NEXT}) | ({End.NEXT} if joined <= v.ends else set())
            names[name] = Maybe(v.value, frozenset(ends))
    narrow(it, after)
    code = names[FLOW]
    if len(after.ends) == 1:
        set_end(it, next(iter(after.ends)))
    elif isinstance(code, Number):
        zero = it.emit.like(int(End.NEXT), code.ir)
        names[FLOW] = Number(it.op(compare.Where, is_end(it, end), zero, code.ir), int)
    return after


def _unrolled(it: Interpreter, node: ast.For, items: Sequence[Any]) -> Flow:
    """A loop over items that are known one by one."""
    flow = run(it, [partial(_step, it, node, partial(_same, item)) for item in items])
    return _finish(it, flow, node.orelse)


def _same(item: Abstract) -> Abstract:
    return item


# ---- conditions


class _Counter:
    """Of a ``for`` loop that may be left in the middle: the step number against the number of
    steps."""

    counts = True

    def __init__(self, it: Interpreter, iteration: Iteration) -> None:
        self.limit = iteration.steps(it)

    def emit(self, it: Interpreter, step: Value | None) -> bool | Value:
        return it.op(compare.Less, step, self.limit)


@dataclass
class _Test:
    """Of a ``while`` loop: an expression."""

    code: Callable[[], bool | Value]
    counts = False

    def emit(self, it: Interpreter, step: Value | None) -> bool | Value:
        return self.code()


@dataclass
class _Late:
    """Variables that get their first value in the loop, and the state in which they have it."""

    layout: Layout
    ends: list[Value]
    state: Snapshot


class Loop:
    """One loop: its variables, and the operation that it becomes."""

    def __init__(
        self, it: Interpreter, node: ast.For | ast.While, body: list[Any], *, runs: bool
    ) -> None:
        self.it = it
        self.node = node
        self.endless = False
        names, rebound = scopes.bound_in(body), scopes.rebound_in(body)
        cells, numbers = self._written_arrays(names - rebound)
        outside = scopes.loaded_outside(it.state.frame.function.node, node)
        flow = {FLOW} if scopes.may_leave(body) else set()
        self.carries = Carries(it, rebound | numbers | flow, cells, outside & names)
        self.carries.runs = runs

    def _written_arrays(self, augmented: set[str]) -> tuple[list[Cell], set[str]]:
        """Names that are only augmented: arrays change in place, numbers are bound anew."""
        names = self.it.state.frame.names
        held = [(n, names.get(n)) for n in sorted(augmented)]
        cells = [v.cell for _, v in held if isinstance(v, ArrayRef)]
        return cells, {n for n, v in held if not isinstance(v, ArrayRef)}

    def _late(self, block: Block, *, leaving: bool = False) -> _Late:
        """Emit the late variables at the end of the body, which the emitter is in."""
        end = self.it.state.snapshot()
        layout = self.carries.late(end, leaving=leaving)
        for t in layout.types:
            Rewriter().add_argument(block, t)
        return _Late(layout, layout.join.leaves(left=False), end)

    def _zeros(self, late: _Late) -> list[Value]:
        return [self.it.emit.splat(0, t.shape, t.element) for t in late.layout.types]

    def _after(self, results: Sequence[Value], late: _Late, grown: Sequence[Rows] = ()) -> None:
        """The state after the loop, whose results are the carries, the late variables, and what
        was appended to lists."""
        last = len(results) - len(grown)
        n = last - len(late.ends)
        self.carries.enter(results[:n])
        self.carries.append_rows(results[last:], grown)
        late.layout.apply(self.it, results[n:last])
        self.carries.forget(late.state, late.layout)

    def _bind_late(self, late: _Late, flow: Flow) -> None:
        """A first value in the loop is there where a step has led, after the last of which
        the loop ends by its condition."""
        for (frame, name), _ in late.layout.names:
            names = self.it.state.frames[frame].names
            given = late.state.names[frame][name]
            bound = given.ends if isinstance(given, Maybe) else frozenset(End)
            if not self.carries.runs:
                bound -= {End.NEXT}
            if name != RESULT and not flow.ends <= bound:
                names[name] = Maybe(names[name], bound & flow.ends)
        narrow(self.it, flow)

    def _check_growth(self, *, counted: bool) -> None:
        """A list has a known length only after a known number of steps."""
        if self.carries.growing and not counted:
            raise self.it.fail("J033", self.node)

    def _unsettled(self) -> Exception:
        place = self.it.fail("J031", self.node).place
        return CompileError(f"internal error: {place}: the types of the loop do not settle")

    # ---- a known number of steps, or one known before the loop

    def as_counted(self, iteration: Iteration, body: Body) -> Flow | None:
        """The loop without a way out of the middle; None when it has one."""
        it, carries = self.it, self.carries
        for _ in range(MAX_ROUNDS):
            inits = carries.open()
            block = Block([INDEX, *carries.types])
            carries.enter(block.args[1:])
            with it.emit.inside(block):
                flow = absorb(it, body(it.emit.from_index(block.args[0])), End.CONTINUE)
                ends = carries.close(it.state.snapshot()) if flow.is_next else None
                if ends is not None:
                    late = self._late(block)
                    grown = carries.grown(late.state)
                    rows = [g.ir for g in grown]
                    it.emit.insert(scf.Yield([*ends, *late.ends, *rows]))
            if ends is not None:
                self._check_growth(counted=iteration.trip is not None)
                inits += self._zeros(late)
                self._after(self._counted(iteration, inits, block), late, grown)
                return NEXT
            discard(block)
            carries.retry()
            if not flow.is_next:
                return None
        raise self._unsettled()

    def _counted(self, iteration: Iteration, inits: list[Value], block: Block) -> Sequence[Value]:
        emit = self.it.emit
        op: Operation
        if iteration.trip is not None:
            op = Scan(inits, [], None, trip=iteration.trip, block=block)
        else:
            bounds = emit.index(0), emit.extract_index(iteration.steps(self.it)), emit.index(1)
            op = scf.For(*bounds, inits, block=block)
        return emit.insert(op).results

    # ---- loops that go on while a condition holds

    def as_while(self, test: _Counter | _Test, body: Body) -> Flow:
        it, carries = self.it, self.carries
        for _ in range(MAX_ROUNDS):
            counter = [it.emit.constant(0)] if test.counts else []
            inits = [*counter, *carries.open()]
            before, after = (Block([v.type for v in inits]) for _ in range(2))
            done = self._try_while(test, body, before, after, len(counter))
            self._check_growth(counted=False)
            if done is not None:
                flow, late = done
                inits += self._zeros(late)
                op = scf.While(
                    [it.emit.use(v) for v in inits],
                    before=before,
                    after=after,
                    result_types=[v.type for v in inits],
                )
                self._after(it.emit.insert(op).results[len(counter) :], late)
                self._bind_late(late, flow)
                return self._leave(flow)
            discard(after)
            discard(before)
            carries.retry()
        raise self._unsettled()

    def _try_while(
        self, test: _Counter | _Test, body: Body, before: Block, after: Block, first: int
    ) -> tuple[Flow, _Late] | None:
        """Fill the two regions; None when the types have to be tried again."""
        it, carries = self.it, self.carries
        step = before.args[0] if first else None
        carries.enter(before.args[first:])
        with it.emit.inside(before):
            going = self._going(test, step)
            tested = carries.close(it.state.snapshot())
        if tested is None:
            return None
        step = after.args[0] if first else None
        carries.enter(after.args[first:])
        with it.emit.inside(after):
            flow = absorb(it, body(step), End.CONTINUE)
            ends = carries.close(it.state.snapshot())
            if ends is None:
                return None
            late = self._late(after, leaving=not flow.is_next)
            counted = [it.op(ew.Add, step, it.emit.like(1, step))] if step is not None else []
            it.emit.insert(scf.Yield([*counted, *ends, *late.ends]))
        for t in late.layout.types:
            Rewriter().add_argument(before, t)
        with it.emit.inside(before):
            always = going is True or self.endless
            condition = it.emit.constant(going) if isinstance(going, bool) else going
            passed = before.args[first + len(tested) :]
            values = [*before.args[:first], *tested, *passed]
            it.emit.insert(scf.Condition(it.emit.extract(condition), values))
        leaving = flow.ends - {End.NEXT}
        if always and not leaving:
            raise it.fail("J031", self.node)
        return Flow(leaving if always else leaving | {End.NEXT}), late

    def _going(self, test: _Counter | _Test, step: Value | None) -> bool | Value:
        """Whether there is another step: no step has left, and the condition holds."""
        it = self.it
        if isinstance(it.state.frame.names[FLOW], Known):
            return test.emit(it, step)
        inside = is_end(it, End.NEXT)
        if test.counts:
            return it.op(bits.And, inside, test.emit(it, step))
        held: list[bool | Value] = []

        def code() -> Flow:
            truth = test.emit(it, step)
            held.append(truth)
            value = truth if isinstance(truth, Value) else it.emit.constant(truth)
            it.state.frame.names["<going>"] = it.number(value, bool)
            return NEXT

        it.state.frame.names["<going>"] = Known(False)
        branch(it, inside, code, lambda: NEXT)
        going = it.truth(it.state.frame.names.pop("<going>"))
        # Without a test of its own the loop ends by leaving only.
        self.endless = held == [True]
        return going

    def _leave(self, flow: Flow) -> Flow:
        """After the loop the flow variable says which end was reached, where there are several."""
        if len(flow.ends) == 1:
            set_end(self.it, next(iter(flow.ends)))
        return flow
