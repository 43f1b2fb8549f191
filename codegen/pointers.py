"""What is known of pointers: which operands a function reads and writes, which cannot alias,
how they are aligned.

LLVM trusts these facts blindly, so each is proven from the call sites; when in doubt it is left
out. Distinct arguments of the entry never overlap (the header demands it), and operands of one
kernel call do not overlap but where an output is written in place of an input.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from millrace.codegen.ops_arith import constant_of
from millrace.codegen.weights import weights_alignment
from millrace.ir.core import BlockArgument, Operation, Value
from millrace.ir.dialects import arith, arm, func, memref, scf, vector
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.control import AllPassed, Check
from millrace.ir.target import TargetInfo
from millrace.ir.types import I8, MemRefType, element_of, storage_bytes


@dataclass(frozen=True)
class Region:
    """The bytes ``[low, high)`` of ``root`` (an argument, or ``"weights"``) that a pointer may
    reach, and the power of two that divides its address."""

    root: Value | str
    low: int
    high: int
    alignment: int

    def disjoint(self, other: Region) -> bool:
        """Proven not to overlap; arguments are taken to be different memory."""
        if self.root is not other.root and self.root != other.root:
            return True
        return self.high <= other.low or other.high <= self.low


@dataclass
class ArgFacts:
    """One memory operand of a function."""

    alignment: int
    reads: bool = False
    writes: bool = False
    noalias: bool = True


@dataclass
class FunctionFacts:
    """Facts of one function; ``args`` has None for operands that are not memory."""

    function: func.Func
    args: list[ArgFacts | None]
    checks: bool = False
    weights: bool = False
    ops: int = 0
    loops: int = 0
    calls: list[func.Call] = field(default_factory=list)


class PointerFacts:
    """Facts of all functions of a module."""

    def __init__(self, module: Module, offsets: dict[str, int], target: TargetInfo) -> None:
        self.weights_alignment = weights_alignment(target)
        self.offsets = offsets
        self.functions = {f.sym_name: _survey(f) for f in module.functions()}
        self._regions: dict[Value, Region] = {}
        order = self._callees_first()
        for facts in order:
            self._accesses(facts)
        for facts in reversed(order):
            self._arguments(facts, target.alignment)

    def _callees_first(self) -> list[FunctionFacts]:
        done: dict[str, FunctionFacts] = {}
        active: set[str] = set()

        def visit(name: str, at: Operation | None) -> None:
            facts = self.functions.get(name)
            if facts is None:
                assert at is not None
                raise at.error(f"no function is named @{name}")
            if name in done:
                return
            if name in active:
                raise facts.function.error(f"@{name} calls itself")
            active.add(name)
            for call in facts.calls:
                visit(call.callee.name, call)
            done[name] = facts

        for name in self.functions:
            visit(name, None)
        return list(done.values())

    # ---- bottom up: reads, writes, checks

    def _accesses(self, facts: FunctionFacts) -> None:
        for op in facts.function.walk():
            for v, reads, writes in self._memory_operands(op):
                root = root_of(v)
                if isinstance(root, BlockArgument) and root.block is facts.function.block:
                    arg = facts.args[root.index]
                    assert arg is not None
                    arg.reads |= reads
                    arg.writes |= writes
        for call in facts.calls:
            callee = self.functions[call.callee.name]
            facts.checks |= callee.checks
            facts.weights |= callee.weights

    def _memory_operands(self, op: Operation) -> Iterator[tuple[Value, bool, bool]]:
        """(pointer, read, written) of one operation."""
        if isinstance(op, func.Call):
            callee = self.functions[op.callee.name]
            for v, a in zip(op.operands, callee.args, strict=True):
                if a is not None:
                    yield v, a.reads, a.writes
        elif isinstance(op, memref.Copy):
            yield op.operands[0], True, False
            yield op.operands[1], False, True
        elif isinstance(op, memref.Load | vector.Load):
            yield op.operands[0], True, False
        elif isinstance(op, memref.Store | vector.Store | arm.ScatterBytes):
            yield op.operands[1], False, True

    # ---- top down: aliasing and alignment of arguments, from all call sites

    def _arguments(self, facts: FunctionFacts, arena_alignment: int) -> None:
        """Called for callers before callees: settles what the callees' arguments may be."""
        if facts.function.role == "entry":
            arena = arena_of(facts.function)
            known = facts.args[arena.index] if arena is not None else None
            if known is not None:
                known.alignment = arena_alignment
        for call in facts.calls:
            self._call_site(facts, call)

    def _call_site(self, caller: FunctionFacts, call: func.Call) -> None:
        callee = self.functions[call.callee.name]
        memory = [(i, a) for i, a in enumerate(callee.args) if a is not None]
        regions = {i: self.region(caller, call.operands[i]) for i, _ in memory}
        for i, a in memory:
            a.alignment = math.gcd(a.alignment, regions[i].alignment) or 1
        for n, (i, a) in enumerate(memory):
            for j, b in memory[n + 1 :]:
                if (a.writes or b.writes) and not self._apart(caller, regions[i], regions[j]):
                    a.noalias = b.noalias = False

    def _apart(self, caller: FunctionFacts, a: Region, b: Region) -> bool:
        if not a.disjoint(b):
            return False
        roots = [r for r in (a.root, b.root) if isinstance(r, BlockArgument)]
        if len(roots) < 2 or roots[0] is roots[1]:
            return True
        known = [caller.args[r.index] for r in roots]
        return any(k is not None and k.noalias for k in known)

    # ---- where a pointer points

    def region(self, facts: FunctionFacts, v: Value) -> Region:
        found = self._regions.get(v)
        if found is None:
            found = self._regions[v] = self._find_region(facts, v)
        return found

    def _find_region(self, facts: FunctionFacts, v: Value) -> Region:
        op = v.defining_op
        size = _bytes(v)
        if op is None:
            assert isinstance(v, BlockArgument)
            arg = facts.args[v.index] if v.block is facts.function.block else None
            return Region(v, 0, size, arg.alignment if arg is not None else 1)
        if isinstance(op, memref.GetGlobal):
            offset = self.offsets.get(op.sym, 0)
            alignment = math.gcd(offset, self.weights_alignment) or self.weights_alignment
            return Region("weights", offset, offset + size, alignment)
        if isinstance(op, memref.View):
            return self._within(facts, op.operands[0], op.operands[1], 1, size)
        if isinstance(op, memref.Subview):
            unit = storage_bytes(element_of(v.type))
            return self._within(facts, op.operands[0], op.operands[1], unit, size)
        raise op.error("is no source of pointers at LOOP level")

    def _within(
        self, facts: FunctionFacts, source: Value, shift: Value, unit: int, size: int
    ) -> Region:
        outer = self.region(facts, source)
        alignment = math.gcd(outer.alignment, factor_of(shift) * unit) or outer.alignment
        known = constant_of(shift)
        if known is None:
            return Region(outer.root, outer.low, outer.high, alignment)
        low = outer.low + int(known) * unit
        return Region(outer.root, low, low + size, alignment)


def _survey(f: func.Func) -> FunctionFacts:
    """Everything that one look at a function's operations tells."""
    args = [
        # Call sites lower the alignment; an entry's tensors are aligned as C aligns elements.
        ArgFacts(_element_bytes(a) if f.role == "entry" else 0)
        if isinstance(a.type, MemRefType)
        else None
        for a in f.block.args
    ]
    facts = FunctionFacts(f, args)
    for op in f.walk():
        facts.ops += 1
        if isinstance(op, func.Call):
            facts.calls.append(op)
        elif isinstance(op, scf.For | scf.While):
            facts.loops += 1
        elif isinstance(op, Check | AllPassed):
            facts.checks = True
        elif isinstance(op, memref.GetGlobal):
            facts.weights = True
    return facts


def arena_of(f: func.Func) -> BlockArgument | None:
    """The entry's last argument when it is the arena, which ``plan-memory`` adds: one more than
    the named tensors, or (without names) bytes of which typed views are taken."""
    args = f.block.args
    if not args:
        return None
    last = args[-1]
    if not isinstance(last.type, MemRefType) or last.type.element != I8:
        return None
    if f.result_names is not None:
        named = f.states_at + f.num_states
        return last if len(args) > named else None
    return last if any(isinstance(op, memref.View) for op in last.users) else None


def root_of(v: Value) -> Value | str:
    """The argument (or ``"weights"``) that a pointer was made from."""
    while True:
        op = v.defining_op
        if isinstance(op, memref.View | memref.Subview | memref.Advance):
            v = op.operands[0]
        elif isinstance(v, BlockArgument) and isinstance(v.block.parent_op, scf.For):
            v = v.block.parent_op.inits[v.index - 1]  # moves within what it started with
        elif isinstance(op, scf.For):
            v = op.inits[op.results.index(v)]  # type: ignore[arg-type]
        else:
            return "weights" if isinstance(op, memref.GetGlobal) else v


def factor_of(v: Value) -> int:
    """A number that divides the ``index`` value; 0 for the constant zero."""
    op = v.defining_op
    if op is None:
        return _counter_factor(v)
    known = constant_of(v)
    if known is not None:
        return abs(int(known))
    if isinstance(op, arith.MulI):
        return factor_of(op.operands[0]) * factor_of(op.operands[1])
    if isinstance(op, arith.AddI | arith.SubI):
        return math.gcd(factor_of(op.operands[0]), factor_of(op.operands[1]))
    return 1


def _counter_factor(v: Value) -> int:
    assert isinstance(v, BlockArgument)
    loop = v.block.parent_op
    if isinstance(loop, scf.For) and v.index == 0:
        return math.gcd(factor_of(loop.operands[0]), factor_of(loop.operands[2]))
    return 1


def _element_bytes(v: Value) -> int:
    return storage_bytes(element_of(v.type))


def _bytes(v: Value) -> int:
    t = v.type
    assert isinstance(t, MemRefType)
    return math.prod(t.shape) * storage_bytes(t.element)
