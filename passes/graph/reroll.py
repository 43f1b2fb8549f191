"""reroll: a recurrence that was exported unrolled becomes a scan again.

The *anchors* are applications of one weight to a chain of states, ``h0 @ U``, ``h1 @ U``, ...: the
k-th is the one with k anchors above it. What lies between two anchors is a *transition*; it is
traced back from the states that the next transition reads, down to states of the one before,
values that never change, and values that differ from step to step (slices of the input, or what is
computed of them). If all transitions are equal node for node, they are one body; the states are
its carries. A first transition whose initial state was a constant has been folded: it is accepted
when the body, evaluated on that constant, gives exactly the constants that stand there. The last
transition is found by walking forward from the last state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, ClassVar

from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import (
    assemble,
    constant,
    contraction,
    control,
    kinds,
    movement,
)
from millrace.ir.dialects.mr.movement import Slice, shape_of
from millrace.ir.levels import Level
from millrace.ir.opdef import fields_with
from millrace.ir.types import INDEX, TensorType
from millrace.passes.base import Pass, PassContext
from millrace.passes.graph.unrolled import (
    Form,
    Node,
    Steps,
    find_last,
    match_first,
    number_steps,
    trace,
)
from millrace.passes.order import sort_block

MIN_STEPS = 4
"""Fewer repetitions are left as they are."""


@dataclass(frozen=True)
class Reroll(Pass):
    """Turn unrolled recurrences back into scans."""

    name: ClassVar[str] = "reroll"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH
    min_steps: int = MIN_STEPS

    def run(self, module: Module, ctx: PassContext) -> None:
        for f in module.functions():
            tried: set[Operation] = set()
            while True:
                anchors = _anchors(f.block, self.min_steps, tried)
                if anchors is None:
                    break
                tried.update(u for op in anchors for u in (op, *op.results[0].users))
                steps = _steps(f.block, anchors)
                if steps is not None and len(steps.forms) >= self.min_steps:
                    _Rewrite(steps, ctx).run()


def _anchors(block: Block, least: int, tried: set[Operation]) -> list[Operation] | None:
    """The products of some constant weights with a chain of states, in order."""
    by_weight: dict[tuple[Any, ...], list[Operation]] = {}
    for op in block:
        if isinstance(op, contraction.MatMul) and op not in tried:
            w = op.rhs.defining_op
            if isinstance(w, constant.Constant):
                key = (w, op.transpose_lhs, op.transpose_rhs, op.results[0].type)
                by_weight.setdefault(key, []).append(op)
    for ops in by_weight.values():
        if len(ops) >= least:
            number = number_steps(block, set(ops))
            if [number[op] for op in ops] == list(range(1, len(ops) + 1)):
                return [_entrance(op) for op in ops]
            tried.update(ops)
    return None


def _entrance(op: Operation) -> Operation:
    """Where the state enters the product: the concatenation of input and state, if there is one."""
    source = op.operands[0].defining_op
    return source if isinstance(source, assemble.Concat) else op


def _steps(block: Block, anchors: list[Operation]) -> Steps | None:
    """The transitions, if they are all equal."""
    number = number_steps(block, set(anchors))
    roots = [v for v in anchors[-1].operands if v.defining_op and number[v.defining_op]]
    for _ in range(8):  # each round may find further carried values
        form = trace(roots, len(anchors) - 1, number)
        if form is None or form.carries == []:
            return None
        before = trace(form.carries, len(anchors) - 2, number)
        if before is None:
            return None
        if len(before.carries) == len(form.carries) == len(roots):
            break
        roots = _with_all_carries(roots, form, before)
        if not roots:
            return None
    else:
        return None
    return _all_steps(anchors, number, roots)


def _with_all_carries(roots: list[Value], form: Form, before: Form) -> list[Value]:
    """The states after the last transition when its carries are more than the known roots: the
    nodes that stand where the carries stand one transition earlier."""
    out = []
    for v in form.carries:
        node = before.node_of(v)
        if node is None:
            return []
        image = form.value_of(node)
        if image is None:
            return []
        out.append(image)
    return out


def _all_steps(
    anchors: list[Operation], number: dict[Operation, int], roots: list[Value]
) -> Steps | None:
    """Walk back over the transitions as long as they are equal."""
    forms: list[Form] = []
    current = roots
    for k in range(len(anchors) - 1, 0, -1):
        form = trace(current, k, number)
        if form is None or (forms and not form.same_as(forms[0])):
            break
        forms.insert(0, form)
        current = form.carries
    if not forms:
        return None
    steps = Steps(forms, list(forms[0].carries))
    while match_first(steps) and steps.forms[0].same_as(steps.forms[1]):
        pass
    find_last(steps)
    return steps if steps.consistent() else None


@dataclass
class _Rewrite:
    """Builds the scan for a list of equal transitions and replaces them."""

    steps: Steps
    ctx: PassContext
    xs: list[Value] = field(default_factory=list)
    leaves: dict[tuple[Value, ...], Value] = field(default_factory=dict)

    def run(self) -> None:
        forms = self.steps.forms
        template = forms[len(forms) // 2]  # the first one may have been folded
        last = self._last_operation()
        self.b = Builder.after(last)
        self.block = Block([INDEX, *(v.type for v in self.steps.inits)])
        self.inner = Builder(self.block, None, last.loc)
        env = self._body(template)
        kept = self._kept(template)
        carried = [env[i] for i in template.roots]
        self.inner.create(scf.Yield, [*carried, *(env[i] for i in kept)])
        scan = self.b.create(
            control.Scan,
            inits=self.steps.inits,
            xs=self.xs,
            trip=len(forms),
            block=self.block,
        )
        self._replace(scan, kept)
        assert scan.parent is not None
        sort_block(scan.parent)  # what used a step's values stood between the steps
        self.ctx.remark(scan, f"{len(forms)} equal steps, exported unrolled, are one loop again")

    def _last_operation(self) -> Operation:
        """The last of the operations that the scan replaces, or that its inputs come from."""
        ops: set[Operation] = {n.op for f in self.steps.forms for n in f.nodes}
        for f in self.steps.forms:
            ops.update(v.defining_op for v in f.externals if v.defining_op is not None)
        block = next(iter(ops)).parent
        assert block is not None
        return next(op for op in reversed(block) if op in ops)

    # ---- the body

    def _body(self, template: Form) -> list[Value]:
        """Copies of the template's nodes; returns their results."""
        env: list[Value] = []
        externals = [
            self._leaf(tuple(f.externals[k] for f in self.steps.forms))
            for k in range(len(template.externals))
        ]
        for n in template.nodes:
            operands = [
                env[i]
                if kind == "node"
                else self.block.args[1 + i]
                if kind == "carry"
                else externals[i]
                for kind, i in n.operands
            ]
            env.append(self._copy(n.op, operands))
        return env

    def _copy(self, op: Operation, operands: list[Value]) -> Value:
        with self.inner.at_loc(op.loc):
            return self.inner.create(type(op), **fields_with(op, operands)).results[0]

    def _leaf(self, values: tuple[Value, ...]) -> Value:
        """What stands in the body for a value that may differ from step to step."""
        if all(v is values[0] for v in values):
            return values[0]
        if values not in self.leaves:
            self.leaves[values] = self._varying(values)
        return self.leaves[values]

    def _varying(self, values: tuple[Value, ...]) -> Value:
        """Rows of one tensor are read as such; what is computed alike is computed in the body;
        anything else is stacked."""
        ops = [v.defining_op for v in values]
        rows = _rows(ops)
        if rows is not None:
            source, axis, starts, sizes = rows
            x = self._time_first(source, axis, starts)
            return self._slice_argument(x, sizes)
        first = ops[0]
        if first is not None and all(_alike(first, op) for op in ops):
            columns = zip(*(op.operands for op in ops if op is not None), strict=True)
            return self._copy(first, [self._leaf(tuple(c)) for c in columns])
        stacked = [movement.reshape(self.b, v, (1, *shape_of(v))) for v in values]
        x = self.b.value(assemble.Concat, stacked, axis=0)
        return self._slice_argument(x, shape_of(values[0]))

    def _time_first(self, source: Value, axis: int, starts: Sequence[int]) -> Value:
        """The rows in the order of the steps, time as the leading dimension."""
        sizes = list(shape_of(source))
        step = starts[1] - starts[0]
        begin, steps = [0] * len(sizes), [1] * len(sizes)
        begin[axis], sizes[axis], steps[axis] = starts[0], len(starts), step
        x = self.b.value(Slice, source, starts=begin, sizes=sizes, steps=steps)
        perm = [axis, *(d for d in range(len(sizes)) if d != axis)]
        return movement.transpose(self.b, x, perm)

    def _slice_argument(self, x: Value, shape: Sequence[int]) -> Value:
        assert isinstance(x.type, TensorType)
        self.xs.append(x)
        arg = self.block._add_argument(x.type.with_shape(x.type.shape[1:]))
        return movement.reshape(self.inner, arg, shape)

    # ---- uses outside

    def _kept(self, template: Form) -> list[int]:
        """Nodes whose value in some step is used outside the transitions."""
        inside = {n.op for f in self.steps.forms for n in f.nodes}
        kept = []
        for i in range(len(template.nodes)):
            values = [f.nodes[i].op.results[0] for f in self.steps.forms]
            outside = [k for k, v in enumerate(values) if any(u not in inside for u in v.users)]
            only_last = outside == [len(values) - 1] and i in template.roots
            if outside and not only_last:
                kept.append(i)
        return kept

    def _replace(self, scan: control.Scan, kept: list[int]) -> None:
        forms = self.steps.forms
        template = forms[len(forms) // 2]
        rw = self.ctx.rewriter
        n = scan.num_carries
        inside = {op.op for f in forms for op in f.nodes}
        for j, i in enumerate(template.roots):
            if i in kept:
                continue  # the row of the last step, with the others
            rw.replace_value(forms[-1].nodes[i].op.results[0], scan.results[j])
        for j, i in enumerate(kept):
            stacked = scan.results[n + j]
            for k, f in enumerate(forms):
                v = f.nodes[i].op.results[0]
                if any(u not in inside for u in v.users):
                    row = movement.slice_along(self.b, stacked, 0, k, 1)
                    rw.replace_value(v, movement.reshape(self.b, row, shape_of(v)))
        for f in reversed(forms):
            for node in reversed(f.nodes):
                if node.op.parent is not None and node.op.results[0].is_unused:
                    rw.erase(node.op)


def _alike(a: Operation, b: Operation | None) -> bool:
    return (
        b is not None
        and isinstance(a, kinds.TensorOp)
        and not isinstance(a, constant.Constant)
        and Node.key_of(a) == Node.key_of(b)
    )


def _rows(
    ops: Sequence[Operation | None],
) -> tuple[Value, int, list[int], tuple[int, ...]] | None:
    """(source, axis, starts, shape) when the operations cut consecutive rows of one tensor."""
    slices = [op for op in ops if isinstance(op, Slice)]
    if len(slices) != len(ops) or any(s.input is not slices[0].input for s in slices):
        return None
    first = slices[0]
    shape = shape_of(first.input)
    cut = [d for d in range(len(shape)) if slices[0].starts[d] != slices[1].starts[d]]
    if len(cut) != 1 or first.sizes[cut[0]] != 1:
        return None
    axis = cut[0]
    starts = [s.starts[axis] for s in slices]
    step = starts[1] - starts[0]
    regular = all(b - a == step for a, b in pairwise(starts))
    whole = all(
        s.sizes == first.sizes
        and all(s.sizes[d] == shape[d] for d in range(len(shape)) if d != axis)
        for s in slices
    )
    return (first.input, axis, starts, first.sizes) if regular and whole else None
