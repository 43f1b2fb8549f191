"""Memory, as upstream ``memref``. From bufferization on every buffer is a flat view of one
dimension; shapes and strides have become index arithmetic."""

from __future__ import annotations

from collections.abc import Sequence

from millrace.ir.attributes import Dense
from millrace.ir.core import Operation, OpResult, Value
from millrace.ir.opdef import attr, operand, operands, result
from millrace.ir.types import MemRefType, Type, element_of


class View(Operation):
    """A typed view of a buffer's bytes from ``byte_shift`` (an ``index``) on.
    Type given: ``memref<SIZExT>``. Accesses through a view that is not aligned for its type say
    so (``alignment``). ``steps``, of a buffer in the arena: the first and the last step of the
    entry at which it is in use; a step is a call or a copy, those in a loop count once."""

    name = "memref.view"
    source: Value = operand()
    byte_shift: Value = operand()
    steps: tuple[int, ...] | None = attr(None, rare=True)
    result: OpResult = result()


class Subview(Operation):
    """``size`` elements of a flat view from element ``offset`` on; contiguous."""

    name = "memref.subview"
    source: Value = operand()
    offset: Value = operand()
    size: int = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (MemRefType((self.size,), element_of(self.source.type)),)


class Advance(Operation):
    """The view ``source``, ``step`` elements on; a loop that walks through memory carries it.
    Accesses stay within what ``source`` views."""

    name = "memref.advance"
    source: Value = operand()
    step: int = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (self.source.type,)


class Load(Operation):
    """One element. ``alignment`` as in ``vector.load``; ``pinned``: the load stays where it is, so
    that what it brings need not be kept in a register for longer."""

    name = "memref.load"
    memref: Value = operand()
    indices: tuple[Value, ...] = operands()
    alignment: int | None = attr(None)
    pinned: bool = attr(False, rare=True)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (element_of(self.memref.type),)


class Store(Operation):
    name = "memref.store"
    value: Value = operand()
    memref: Value = operand()
    indices: tuple[Value, ...] = operands()
    alignment: int | None = attr(None)

    def infer(self) -> Sequence[Type]:
        return ()


class Copy(Operation):
    """Copies all elements of ``source`` to ``target`` (same size, no overlap): a memcpy."""

    name = "memref.copy"
    source: Value = operand()
    target: Value = operand()

    def infer(self) -> Sequence[Type]:
        return ()


class Global(Operation):
    """A named constant in the weights blob, at module level. ``offset`` is its byte offset in
    the blob, set by arena planning; ``table`` as of ``mr.constant``; ``table_bytes``: so many
    bytes are the compiler's own where the others are the model's."""

    name = "memref.global"
    sym_name: str = attr()
    value: Dense = attr()
    offset: int | None = attr(None)
    table: bool = attr(False, rare=True)
    table_bytes: int | None = attr(None, rare=True)

    def infer(self) -> Sequence[Type]:
        return ()

    @property
    def own_bytes(self) -> int:
        """How many bytes the compiler, not the model, brought."""
        if self.table:
            return int(self.value.array.nbytes)
        return self.table_bytes or 0


class GetGlobal(Operation):
    """A flat view of a constant. Type given."""

    name = "memref.get_global"
    sym: str = attr()
    result: OpResult = result()


class Alloc(Operation):
    """A flat buffer whose place memory planning decides. Alignment is the target's. Type given:
    ``memref<SIZExT>``. Its content is unspecified at first; it lives from the first to the last
    use, or through the whole loop when a loop around the uses does not contain it."""

    name = "memref.alloc"
    result: OpResult = result()
