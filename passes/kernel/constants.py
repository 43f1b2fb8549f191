"""Constants of kernels: which operands are constant at every call, and their reordering."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.dialects import func, memref
from millrace.ir.dialects.builtin import Module
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import MemRefType
from millrace.passes.kernel.pack import Packing, pack
from millrace.passes.kernel.tiles import Schedule

Array = np.ndarray[Any, Any]
Merge = Callable[[Sequence[Array]], Array]
"""One constant of several."""


class Constants:
    """The constants that the calls of a module's kernels pass."""

    def __init__(self, module: Module, rewriter: Rewriter) -> None:
        self.module = module
        self.rw = rewriter
        self.calls: dict[str, list[func.Call]] = {}
        self.globals = {g.sym_name: g for g in module.block if isinstance(g, memref.Global)}
        self.packed: dict[tuple[str, object], str] = {}
        for op in module.walk():
            if isinstance(op, func.Call):
                self.calls.setdefault(op.callee.name, []).append(op)

    def args(self, f: func.Func) -> frozenset[int]:
        """Arguments that are a whole constant at every call."""
        calls = self.calls.get(f.sym_name, [])
        if not calls:
            return frozenset()
        count = len(f.block.args)
        return frozenset(
            i
            for i in range(count)
            if all(isinstance(c.operands[i].defining_op, memref.GetGlobal) for c in calls)
        )

    def constants(
        self, f: func.Func, args: Sequence[int]
    ) -> dict[tuple[str, ...], tuple[Array, ...]]:
        """What these arguments are, flat, by their names: of each call that differs."""
        found: dict[tuple[str, ...], tuple[Array, ...]] = {}
        for call in self.calls[f.sym_name]:
            gets = [call.operands[i].defining_op for i in args]
            names = tuple(g.sym for g in gets if isinstance(g, memref.GetGlobal))
            found[names] = tuple(self.globals[n].value.array.reshape(-1) for n in names)
        return found

    def passed(self, f: func.Func, arg: int) -> tuple[str, ...]:
        """The constant that each call passes for an argument."""
        gets = [call.operands[arg].defining_op for call in self.calls[f.sym_name]]
        return tuple(g.sym for g in gets if isinstance(g, memref.GetGlobal))

    def is_shared(self, f: func.Func, arg: int) -> bool:
        """Whether other kernels read the constant of some call, too."""
        syms = set(self.passed(f, arg))
        return any(
            isinstance(g := v.defining_op, memref.GetGlobal) and g.sym in syms
            for name, calls in self.calls.items()
            if name != f.sym_name
            for call in calls
            for v in call.operands
        )

    def repack(self, f: func.Func, arg: int, p: Packing, schedule: Schedule) -> MemRefType:
        """Make every call pass the packed constant; returns the argument's new type."""
        new_type: MemRefType | None = None
        for call in self.calls[f.sym_name]:
            old = call.operands[arg].defining_op
            assert isinstance(old, memref.GetGlobal)
            name = self._packed_global(old.sym, p, schedule)
            t = MemRefType((self.globals[name].value.array.size,), p.access.element)
            new = Builder.before(old).value(memref.GetGlobal, sym=name, result_types=[t])
            self.rw.set_operand(call, arg, new)
            if old.result.is_unused:
                self.rw.erase(old)
            new_type = t
        assert new_type is not None
        return new_type

    def merge(self, f: func.Func, args: Sequence[int], key: object, pack: Merge) -> MemRefType:
        """Make every call pass, as the first of ``args``, one constant made of all of them;
        returns its type."""
        new_type: MemRefType | None = None
        for call in self.calls[f.sym_name]:
            gets = [call.operands[i].defining_op for i in args]
            syms = tuple(g.sym for g in gets if isinstance(g, memref.GetGlobal))
            name = self._merged_global(syms, key, pack)
            value = self.globals[name].value
            new_type = MemRefType((value.array.size,), value.type.element)
            first = gets[0]
            assert first is not None
            new = Builder.before(first).value(memref.GetGlobal, sym=name, result_types=[new_type])
            for i in args:
                self.rw.set_operand(call, i, new)
            for g in gets:
                if g is not None and all(r.is_unused for r in g.results) and g.parent is not None:
                    self.rw.erase(g)
        assert new_type is not None
        return new_type

    def _merged_global(self, syms: tuple[str, ...], key: object, pack: Merge) -> str:
        known = (",".join(syms), key)
        if known not in self.packed:
            sources = [self.globals[s] for s in syms]
            data = Dense(pack([s.value.array.reshape(-1) for s in sources]))
            name = f"{syms[0]}_d{len(self.packed)}"
            own = sum(g.own_bytes for g in {g.sym_name: g for g in sources}.values())
            table = own == data.array.nbytes
            g = memref.Global(
                sym_name=name,
                value=data,
                table=table,
                table_bytes=None if table or not own else own,
                loc=sources[0].loc,
            )
            self.module.block._insert_before(sources[0].next, g)
            self.globals[name] = g
            self.packed[known] = name
        return self.packed[known]

    def _packed_global(self, sym: str, p: Packing, schedule: Schedule) -> str:
        source = self.globals[sym]
        runs = tuple(schedule.runs(d, p.extents[d]) for d in p.outer)
        strides = (p.access.coeffs, p.access.const)
        key = (sym, (p.outer, p.inner, p.reduced, p.extents, strides, runs))
        if key not in self.packed:
            flat = source.value.array.reshape(-1)
            data = Dense(pack(p, schedule, flat))
            name = f"{sym}_p{len(self.packed)}"
            g = memref.Global(sym_name=name, value=data, table=source.table, loc=source.loc)
            self.module.block._insert_before(source.next, g)
            self.globals[name] = g
            self.packed[key] = name
        return self.packed[key]
