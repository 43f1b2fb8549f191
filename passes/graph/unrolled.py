"""Transitions of an unrolled recurrence: tracing, comparing, completing the first and the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects.mr import constant, kinds
from millrace.ir.dialects.mr.elementary import Sigmoid, Tanh
from millrace.ir.dialects.mr.elementwise import Add, Mul
from millrace.ir.opdef import grouped
from millrace.ir.types import TensorType

Ref = tuple[str, int]
"""``("node", i)``, ``("carry", i)`` or ``("ext", i)``."""


def number_steps(block: Block, anchors: set[Operation]) -> dict[Operation, int]:
    """For each operation the largest number of anchors on a path to it, itself included."""
    number: dict[Operation, int] = {}
    for op in block:
        above = 0
        for v in _reads(op):
            producer = v.defining_op
            if producer is not None:
                above = max(above, number.get(producer, 0))
        number[op] = above + (op in anchors)
    return number


def _reads(op: Operation) -> list[Value]:
    """Operands, those of nested operations too."""
    return [v for inner in op.walk() for v in inner.operands] if op.regions else op.operands


@dataclass
class Node:
    """An operation of a transition and where its operands come from."""

    op: Operation
    operands: tuple[Ref, ...]

    @staticmethod
    def key_of(op: Operation) -> Any:
        """What must be equal for two operations to be the same node."""
        attributes = tuple(sorted(op.attributes.items(), key=lambda kv: kv[0]))
        return (op.name, attributes, tuple(r.type for r in op.results))


@dataclass
class Form:
    """A transition: nodes in topological order, the nodes that are the next states, and the
    leaves: states of the transition before, and everything else."""

    nodes: list[Node] = field(default_factory=list)
    roots: list[int] = field(default_factory=list)
    carries: list[Value] = field(default_factory=list)
    externals: list[Value] = field(default_factory=list)

    def same_as(self, other: Form) -> bool:
        """Equal node for node; leaves may differ."""
        return (
            len(self.nodes) == len(other.nodes)
            and self.roots == other.roots
            and len(self.carries) == len(other.carries)
            and len(self.externals) == len(other.externals)
            and all(
                a.operands == b.operands and Node.key_of(a.op) == Node.key_of(b.op)
                for a, b in zip(self.nodes, other.nodes, strict=True)
            )
        )

    def node_of(self, v: Value) -> int | None:
        return next((i for i, n in enumerate(self.nodes) if n.op.results[0] is v), None)

    def value_of(self, node: int) -> Value | None:
        return self.nodes[node].op.results[0] if node < len(self.nodes) else None


def trace(roots: Sequence[Value], step: int, number: dict[Operation, int]) -> Form | None:
    """The transition number ``step`` behind ``roots``: operations with that number are its nodes,
    those with a smaller positive one are states of the transition before."""
    form = Form()
    seen: dict[Value, Ref] = {}
    for root in roots:
        ref = _visit(root, step, number, form, seen)
        if ref is None or ref[0] != "node":
            return None
        form.roots.append(ref[1])
    return form


def _visit(
    root: Value, step: int, number: dict[Operation, int], form: Form, seen: dict[Value, Ref]
) -> Ref | None:
    """Depth first without recursion: unrolled networks are deep."""
    work: list[tuple[Value, bool]] = [(root, False)]
    while work:
        v, ready = work.pop()
        if v in seen:
            continue
        op = v.defining_op
        level = 0 if op is None else number.get(op, 0)
        if level == 0:
            seen[v] = ("ext", len(form.externals))
            form.externals.append(v)
        elif level < step:
            seen[v] = ("carry", len(form.carries))
            form.carries.append(v)
        elif level > step or op is None or not _movable(op):
            return None
        elif ready:
            seen[v] = ("node", len(form.nodes))
            form.nodes.append(Node(op, tuple(seen[o] for o in op.operands)))
        else:
            work.append((v, True))
            work.extend((o, False) for o in reversed(op.operands))
    return seen[root]


def _movable(op: Operation) -> bool:
    return isinstance(op, kinds.TensorOp) and len(op.results) == 1 and not op.regions


@dataclass
class Steps:
    """Equal transitions in order of time and the states before the first."""

    forms: list[Form]
    inits: list[Value]

    def consistent(self) -> bool:
        """Each transition's states are the nodes that the next one reads."""
        for a, b in zip(self.forms, self.forms[1:], strict=False):
            states = [a.nodes[i].op.results[0] for i in a.roots]
            if states != b.carries:
                return False
        first = self.forms[0]
        types = [first.nodes[i].op.results[0].type for i in first.roots]
        return [v.type for v in self.inits] == types


# ---- the first transition, folded by a constant initial state


def match_first(steps: Steps) -> bool:
    """Take in the transition before the first one if it is the body, on constant states maybe;
    says whether it was."""
    template = steps.forms[0]
    match = _FirstMatch(template)
    for i, v in zip(template.roots, steps.inits, strict=True):
        if not match.node(i, v):
            return False
    form, inits = match.finish()
    if form is None:
        return False
    steps.forms.insert(0, form)
    steps.inits = inits
    return True


class _FirstMatch:
    def __init__(self, template: Form) -> None:
        self.t = template
        self.image: dict[int, Value] = {}
        self.carry: dict[int, Value] = {}
        self.ext: dict[int, Value] = {}
        self.folded: dict[int, Any] = {}
        """Nodes that must have come out as this constant array; None: as one of their operands."""

    def node(self, i: int, v: Value) -> bool:
        """Node i of the template is ``v`` there, or was folded to the constant ``v``."""
        if i in self.image:
            return self.image[i] is v
        self.image[i] = v
        op = v.defining_op
        n = self.t.nodes[i]
        if isinstance(op, constant.Constant):
            self.folded[i] = op.value.array
            return op.result.type == n.op.results[0].type
        if op is None or Node.key_of(op) != Node.key_of(n.op):
            return self._without_zero(i, v)
        return all(
            self._leaf(kind, k, o) for (kind, k), o in zip(n.operands, op.operands, strict=True)
        )

    def _without_zero(self, i: int, v: Value) -> bool:
        """Node i is a sum of which one side was zero there and has been dropped."""
        n = self.t.nodes[i]
        if not isinstance(n.op, Add) or v.type != n.op.results[0].type:
            return False
        t = n.op.results[0].type
        assert isinstance(t, TensorType)
        for kept, zero in (n.operands, n.operands[::-1]):
            if zero[0] != "node" or zero[1] in self.image or kept[0] == "carry":
                continue
            saved = dict(self.image), dict(self.carry), dict(self.ext), dict(self.folded)
            self.image[zero[1]] = v
            self.folded[zero[1]] = np.zeros(t.shape, t.dtype)
            self.folded[i] = None
            if self._leaf(kept[0], kept[1], v):
                return True
            self.image, self.carry, self.ext, self.folded = saved
        return False

    def _leaf(self, kind: str, k: int, v: Value) -> bool:
        if kind == "node":
            return self.node(k, v)
        known = self.carry if kind == "carry" else self.ext
        return known.setdefault(k, v) is v

    def finish(self) -> tuple[Form | None, list[Value]]:
        """The transition with its leaves completed, once the folded nodes are proved."""
        computed = [v for i, v in self.image.items() if i not in self.folded]
        constant_states = any(self.folded.get(i) is not None for i in self.t.roots)
        if not computed or constant_states:
            return None, []  # the states must be computed there, not given
        some = computed[0]
        inits = [self._init(j, some) for j in range(len(self.t.carries))]
        externals = [self.ext.get(k, v) for k, v in enumerate(self.t.externals)]
        env = self._evaluate(inits, externals)
        for i, array in self.folded.items():
            if array is not None and (env[i] is None or not _same_bits(env[i], array)):
                return None, []
        if any(i not in self.image and env[i] is None for i in range(len(self.t.nodes))):
            return None, []
        return self._form(inits, externals), inits

    def _init(self, j: int, near: Value) -> Value:
        """The initial state: as found, zero where only folded nodes read it."""
        found = self.carry.get(j)
        if found is not None:
            return found
        t = self.t.carries[j].type
        assert isinstance(t, TensorType) and near.defining_op is not None
        b = Builder.before(_first_operation(near))
        return b.value(constant.Constant, value=Dense(np.zeros(t.shape, t.dtype)))

    def _evaluate(self, inits: list[Value], externals: list[Value]) -> list[Any]:
        """Each node's value where it follows from constants."""
        env: list[Any] = []
        for n in self.t.nodes:
            args = [
                env[k] if kind == "node" else _array((inits if kind == "carry" else externals)[k])
                for kind, k in n.operands
            ]
            env.append(_value(n, args, self.t))
        return env

    def _form(self, inits: list[Value], externals: list[Value]) -> Form:
        """A transition whose folded nodes stand for themselves by the template's operations: only
        nodes with an image of their own are replaced."""
        nodes = []
        for i, n in enumerate(self.t.nodes):
            v = self.image.get(i)
            own = i not in self.folded or (i in self.t.roots and self.folded[i] is None)
            op = v.defining_op if v is not None and own else None
            nodes.append(Node(op if op is not None else n.op, n.operands))
        return Form(nodes, list(self.t.roots), list(inits), list(externals))


def _value(n: Node, args: list[Any], form: Form) -> Any:
    """A node's value where its operands' values are known, or where it is zero times something
    bounded; None where it depends on the input."""
    if not isinstance(n.op, kinds.TensorOp):
        return None
    if all(a is not None for a in args):
        with np.errstate(all="ignore"):
            return np.asarray(n.op.evaluate(*grouped(n.op, args)))
    if isinstance(n.op, Mul):
        for (kind, k), a in zip(n.operands, reversed(args), strict=True):
            bounded = kind == "node" and isinstance(form.nodes[k].op, Sigmoid | Tanh)
            if bounded and a is not None and not a.any():
                t = n.op.results[0].type
                assert isinstance(t, TensorType)
                return np.zeros(t.shape, t.dtype)
    return None


def _first_operation(v: Value) -> Operation:
    block = v.parent_block
    assert block.first is not None
    return block.first


def _array(v: Value) -> Any:
    op = v.defining_op
    return op.value.array if isinstance(op, constant.Constant) else None


def _same_bits(a: Any, b: Any) -> bool:
    """Equal values; a zero may differ in sign."""
    return a.shape == b.shape and bool(np.array_equal(a, b, equal_nan=a.dtype.kind == "f"))


# ---- the last transition, found forward


def find_last(steps: Steps) -> None:
    """Take in the transition after the last one if all of its nodes are there."""
    template = steps.forms[-1]
    carries: list[Value] = [template.nodes[i].op.results[0] for i in template.roots]
    form = Form(carries=carries, externals=list(template.externals))
    found: dict[int, Value] = {}
    for i, n in enumerate(template.nodes):
        op = _forward(n, i, template, form, found, {m.op for f in steps.forms for m in f.nodes})
        if op is None:
            return
        form.nodes.append(Node(op, n.operands))
    form.roots = list(template.roots)
    steps.forms.append(form)


def _forward(
    n: Node, i: int, template: Form, form: Form, found: dict[int, Value], taken: set[Operation]
) -> Operation | None:
    """The user of the known operands that is node ``i``; its unknown leaves become known."""
    known = [
        form.nodes[k].op.results[0] if kind == "node" else form.carries[k]
        for kind, k in n.operands
        if kind != "ext"
    ]
    if not known:
        return None
    for user in known[0].users:
        if user in taken or Node.key_of(user) != Node.key_of(n.op):
            continue
        if len(user.operands) == len(n.operands) and _fits(n, user, form, template, found):
            return user
    return None


def _fits(n: Node, user: Operation, form: Form, template: Form, found: dict[int, Value]) -> bool:
    fresh: dict[int, Value] = {}
    for (kind, k), v in zip(n.operands, user.operands, strict=True):
        if kind == "node" and form.nodes[k].op.results[0] is not v:
            return False
        if kind == "carry" and form.carries[k] is not v:
            return False
        if kind == "ext":
            if found.get(k, v) is not v or v.type != template.externals[k].type:
                return False
            fresh[k] = v
    for k, v in fresh.items():
        found[k] = v
        form.externals[k] = v
    return True
