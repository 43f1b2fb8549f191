"""A token machine for FLOW level: the oracle of ``structure-flow``.

Every value carries a *tag*: the frames it is in and the iteration of each. An operation fires at
a tag when its operands have arrived there. Tokens are live or dead, as ``mr.flow`` says. The
machine knows nothing of loops or branches as such.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func
from millrace.ir.dialects.mr import flow
from millrace.ir.errors import RunError
from millrace.ir.interpreter.machine import DEFAULT_STEPS, Machine, StepLimit, coerce, handler_of

Array = np.ndarray[Any, Any]
Path = tuple[str, ...]
"""Names of the frames around a value, the outermost first."""
Tag = tuple[tuple[str, int], ...]
"""A path with the iteration of each frame."""


class Dead:
    """The content of a dead token."""


DEAD = Dead()


def interpret_flow(
    module: Module,
    inputs: Sequence[Any],
    *,
    function: Func | None = None,
    max_steps: int = DEFAULT_STEPS,
) -> list[Array]:
    """Run a function (the entry unless given) of a FLOW level module on tensors and return its
    results.

    Raises RunError when a result stays dead, when two inputs of a merge are live at once, or
    after more than ``max_steps`` firings."""
    entry = module.entry if function is None else function
    args = [coerce(x, a.type, "input") for x, a in zip(inputs, entry.block.args, strict=True)]
    with np.errstate(all="ignore"):
        return TokenMachine(module, entry, max_steps).run(args)


def is_flow(function: Func) -> bool:
    """Whether the function has dataflow control."""
    return any(isinstance(op, flow.FlowOp) for op in function.block)


def reads(op: Operation) -> list[Value]:
    """The operands of ``op``, and what its regions use from outside of it."""
    if not op.regions:
        return list(op.operands)
    inside: set[Value] = set()
    for inner in op.walk():
        if inner is not op:
            inside.update(inner.results)
        for region in inner.regions:
            inside.update(a for block in region.blocks for a in block.args)
    used = [v for inner in op.walk() for v in inner.operands]
    return [v for v in dict.fromkeys(used) if v not in inside]


def frame_paths(block: Block) -> dict[Value, Path]:
    """The frame of every value of a graph region: the deepest of what it is made from. Raises
    IRError of the operation when its operands come from frames that do not nest."""
    paths: dict[Value, Path] = dict.fromkeys(block.args, ())
    paths.update((r, ()) for op in block for r in op.results)
    names: dict[str, Path] = {}
    changed = True
    rounds = 0
    while changed:
        changed = False
        rounds += 1
        if rounds > 2 * sum(1 for _ in block) + 2:
            raise next(iter(block)).error("frames do not settle: an exit feeds its own frame")
        for op in block:
            path = _path_of(op, paths, names)
            for r in op.results:
                if len(path) > len(paths[r]) or (path != paths[r] and isinstance(op, flow.Enter)):
                    paths[r] = path
                    changed = True
    for op in block:
        _check_frames(op, paths)
    return paths


def _path_of(op: Operation, paths: Mapping[Value, Path], names: dict[str, Path]) -> Path:
    found: Path = max((paths[v] for v in reads(op)), key=len, default=())
    if isinstance(op, flow.Enter):
        outer = names.get(op.frame_name, ())
        outer = names[op.frame_name] = max(outer, found, key=len)
        return (*outer, op.frame_name)
    return found[:-1] if isinstance(op, flow.Exit) else found


def _check_frames(op: Operation, paths: Mapping[Value, Path]) -> None:
    used = {paths[v] for v in reads(op)}
    longest = max(used, key=len, default=())
    for path in used:
        if longest[: len(path)] != path:
            raise op.error(f"operands come from frames {_text(path)} and {_text(longest)}")


def _text(path: Path) -> str:
    return "/".join(path) or "the outermost one"


class TokenMachine:
    """One run of a function. ``tokens`` has what has arrived."""

    def __init__(self, module: Module, function: Func, max_steps: int) -> None:
        self.machine = Machine(module, max_steps)
        self.block = function.block
        self.max_steps = max_steps
        self.steps = 0
        self.paths = frame_paths(self.block)
        self.home = {op: self._home(op) for op in self.block}
        self.users: dict[Value, list[Operation]] = {}
        self.by_frame: dict[Path, list[Operation]] = {}
        for op in self.block:
            self.by_frame.setdefault(self.home[op], []).append(op)
            for v in dict.fromkeys(reads(op)):
                self.users.setdefault(v, []).append(op)
        self.tokens: dict[tuple[Value, Tag], Any] = {}
        self.fired: set[tuple[Operation, Tag]] = set()
        self.tags: set[Tag] = {()}
        self.queue: deque[tuple[Operation, Tag]] = deque()

    def _home(self, op: Operation) -> Path:
        """The frame in which the operation fires."""
        if isinstance(op, flow.Enter):
            return self.paths[op.output][:-1]
        longest: Path = max((self.paths[v] for v in reads(op)), key=len, default=())
        return longest

    def run(self, args: Sequence[Any]) -> list[Array]:
        for a, x in zip(self.block.args, args, strict=True):
            self.tokens[a, ()] = x
        self.queue.extend((op, ()) for op in self.by_frame.get((), ()))
        while self.queue or self._finish_frames():
            self._fire(*self.queue.popleft())
        out = []
        for v in self.block.terminator.operands:
            token = self.tokens.get((v, ()), DEAD)
            if token is DEAD:
                raise RunError(f"{self.block.terminator!r}: a result is dead: {v.owner!r}")
            out.append(np.asarray(token))
        return out

    # ---- tokens

    def depth(self, v: Value) -> int:
        """How much of a tag says where the value's token is: constants of a frame belong to the
        frame's instance, whatever the iteration."""
        op = v.defining_op
        constant = isinstance(op, flow.Enter) and op.is_constant
        return len(self.paths[v]) - constant

    def token(self, v: Value, tag: Tag) -> Any:
        """The token that an operation at ``tag`` sees; None when it has not arrived."""
        return self.tokens.get((v, tag[: self.depth(v)]))

    def deliver(self, v: Value, tag: Tag, content: Any) -> None:
        """A token arrives; whoever waits for it may fire."""
        self.tokens[v, tag] = content
        for op in self.users.get(v, ()):
            deeper = len(self.home[op]) - len(tag)
            if deeper == 0:
                self.queue.append((op, tag))
            else:
                at = [t for t in self.tags if self._is_at(t, op) and t[: len(tag)] == tag]
                self.queue.extend((op, t) for t in sorted(at))

    def _is_at(self, tag: Tag, op: Operation) -> bool:
        return tuple(name for name, _ in tag) == self.home[op]

    def open(self, tag: Tag) -> None:
        """An iteration begins: operations on constants alone fire in each one."""
        if tag not in self.tags:
            self.tags.add(tag)
            path = tuple(name for name, _ in tag)
            self.queue.extend((op, tag) for op in self.by_frame.get(path, ()))

    # ---- firing

    def _fire(self, op: Operation, tag: Tag) -> None:
        if op is self.block.last or (op, tag) in self.fired:
            return
        rule: Rule = RULES.get(type(op), _ordinary)
        values = reads(op)
        out = rule(self, op, tag, [self.token(v, tag) for v in values])
        if out is None:
            return
        self.steps += 1
        if self.steps > self.max_steps:
            raise StepLimit(f"interpreter: more than {self.max_steps} steps, at {op!r}")
        self.fired.add((op, tag))
        where, contents = out
        for r, x in zip(op.results, contents, strict=True):
            self.deliver(r, where, x)

    def _finish_frames(self) -> bool:
        """Nothing more fires: the exits of frames that are complete and never let a live token
        out are dead. True when that gives anybody something to do."""
        for tag in sorted(self.tags, key=lambda t: (-len(t), t)):
            if not tag or tag[-1][1] != 0 or not self._entered(tag):
                continue
            path = tuple(name for name, _ in tag)
            for op in self.by_frame.get(path, ()):
                if isinstance(op, flow.Exit) and (op.output, tag[:-1]) not in self.tokens:
                    self.deliver(op.output, tag[:-1], DEAD)
            if self.queue:
                return True
        return False

    def _entered(self, tag: Tag) -> bool:
        path = tuple(name for name, _ in tag)
        return all(
            (op, tag[:-1]) in self.fired
            for op in self.by_frame.get(path[:-1], ())
            if isinstance(op, flow.Enter) and op.frame_name == path[-1]
        )

    def evaluate(self, op: Operation, tag: Tag, args: list[Any]) -> Sequence[Any]:
        """An ordinary operation on live operands."""
        self.machine.env = dict(zip(reads(op), args, strict=True))
        operands = [self.machine.env[v] for v in op.operands]
        return handler_of(type(op))(self.machine, op, operands)


Outcome = tuple[Tag, Sequence[Any]] | None
"""Where the results appear and what they are; None while the operation must wait."""
Rule = Callable[[TokenMachine, Any, Tag, list[Any]], Outcome]


def _ready(args: list[Any]) -> bool:
    return all(a is not None for a in args)


def _dead(args: list[Any]) -> bool:
    return any(a is DEAD for a in args)


def _ordinary(m: TokenMachine, op: Operation, tag: Tag, args: list[Any]) -> Outcome:
    if not _ready(args):
        return None
    if _dead(args):
        return tag, [DEAD] * len(op.results)
    return tag, m.evaluate(op, tag, args)


def _through(m: TokenMachine, op: Operation, tag: Tag, args: list[Any]) -> Outcome:
    if not _ready(args):
        return None
    return tag, [DEAD if _dead(args) else args[0]]


def _switch(m: TokenMachine, op: flow.Switch, tag: Tag, args: list[Any]) -> Outcome:
    return _route(op, tag, args, lambda p: int(bool(p.reshape(()))))


def _switch_n(m: TokenMachine, op: flow.SwitchN, tag: Tag, args: list[Any]) -> Outcome:
    def side(index: Any) -> int:
        i = int(index.reshape(()))
        return i if 0 <= i < op.count else op.count - 1

    return _route(op, tag, args, side)


def _route(op: Operation, tag: Tag, args: list[Any], side: Callable[[Any], int]) -> Outcome:
    if not _ready(args):
        return None
    out: list[Any] = [DEAD] * len(op.results)
    if not _dead(args):
        out[side(np.asarray(args[-1]))] = args[0]
    return tag, out


def _merge(m: TokenMachine, op: flow.Merge, tag: Tag, args: list[Any]) -> Outcome:
    args = [m.token(v, tag) for v in op.operands]
    live = [i for i, a in enumerate(args) if a is not None and a is not DEAD]
    if len(live) > 1:
        raise RunError(f"{op!r}: inputs {live[0]} and {live[1]} are both live")
    if live:
        return tag, [args[live[0]], np.array(live[0], np.int32)]
    back = [isinstance(v.defining_op, flow.NextIteration) for v in op.operands]
    first = not any(back) or (tag and tag[-1][1] == 0)
    if first and all(a is DEAD for a, b in zip(args, back, strict=True) if not b):
        return tag, [DEAD, DEAD]
    return None


def _enter(m: TokenMachine, op: flow.Enter, tag: Tag, args: list[Any]) -> Outcome:
    if not _ready(args):
        return None
    inside = (*tag, (op.frame_name, 0))
    m.open(inside)
    return tag if op.is_constant else inside, args


def _exit(m: TokenMachine, op: flow.Exit, tag: Tag, args: list[Any]) -> Outcome:
    return None if not _ready(args) or _dead(args) else (tag[:-1], args)


def _next_iteration(m: TokenMachine, op: flow.NextIteration, tag: Tag, args: list[Any]) -> Outcome:
    if not _ready(args) or _dead(args):
        return None
    name, k = tag[-1]
    after = (*tag[:-1], (name, k + 1))
    m.open(after)
    return after, args


RULES: Mapping[type[Operation], Rule] = MappingProxyType(
    {
        flow.Switch: _switch,
        flow.SwitchN: _switch_n,
        flow.Merge: _merge,
        flow.Enter: _enter,
        flow.Exit: _exit,
        flow.NextIteration: _next_iteration,
        flow.LoopCond: _through,
        flow.After: _through,
    }
)
