"""The SSA core: values, operations, blocks and regions.

Operations of a block form a doubly linked list, so that insertion and removal cost O(1) in
blocks of any length. Values know their uses. Structure changes only through
:class:`millrace.ir.rewriter.Rewriter` and :class:`millrace.ir.builder.Builder`; the methods
whose names start with an underscore here are theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, NamedTuple

from millrace.ir.errors import IRError
from millrace.ir.location import UNKNOWN, Location
from millrace.ir.types import Type


class Use(NamedTuple):
    """Operand ``index`` of ``op`` reads the value."""

    op: Operation
    index: int  # type: ignore[assignment]  # hides tuple.index


class Value:
    """An SSA value: the result of an operation or the argument of a block."""

    __slots__ = ("_uses", "name_hint", "type")

    def __init__(self, type: Type) -> None:
        self.type = type
        self._uses: dict[Use, None] = {}
        self.name_hint: str | None = None

    @property
    def uses(self) -> tuple[Use, ...]:
        return tuple(self._uses)

    @property
    def users(self) -> tuple[Operation, ...]:
        """The operations that use the value, each once, in order of use creation."""
        return tuple(dict.fromkeys(u.op for u in self._uses))

    @property
    def has_one_use(self) -> bool:
        return len(self._uses) == 1

    @property
    def is_unused(self) -> bool:
        return not self._uses

    @property
    def owner(self) -> Operation | Block:
        raise NotImplementedError

    @property
    def defining_op(self) -> Operation | None:
        """The operation whose result this is; None for block arguments."""
        return None

    @property
    def parent_block(self) -> Block:
        raise NotImplementedError

    def _replace_all_uses_with(self, new: Value) -> None:
        for use in self.uses:
            use.op._set_operand(use.index, new)


class OpResult(Value):
    __slots__ = ("index", "op")

    def __init__(self, type: Type, op: Operation, index: int) -> None:
        super().__init__(type)
        self.op = op
        self.index = index

    @property
    def owner(self) -> Operation:
        return self.op

    @property
    def defining_op(self) -> Operation:
        return self.op

    @property
    def parent_block(self) -> Block:
        assert self.op.parent is not None
        return self.op.parent


class BlockArgument(Value):
    __slots__ = ("block", "index")

    def __init__(self, type: Type, block: Block, index: int) -> None:
        super().__init__(type)
        self.block = block
        self.index = index

    @property
    def owner(self) -> Block:
        return self.block

    @property
    def parent_block(self) -> Block:
        return self.block


class Block:
    """A list of operations with arguments; the last operation is the terminator."""

    __slots__ = ("args", "first", "last", "parent")

    def __init__(self, arg_types: Sequence[Type] = ()) -> None:
        self.args = [BlockArgument(t, self, i) for i, t in enumerate(arg_types)]
        self.first: Operation | None = None
        self.last: Operation | None = None
        self.parent: Region | None = None

    def __iter__(self) -> Iterator[Operation]:
        """The operations in order; the current one may be erased while iterating."""
        op = self.first
        while op is not None:
            after = op.next
            yield op
            op = after

    def __reversed__(self) -> Iterator[Operation]:
        op = self.last
        while op is not None:
            before = op.prev
            yield op
            op = before

    @property
    def ops(self) -> list[Operation]:
        return list(self)

    @property
    def terminator(self) -> Operation:
        if self.last is None:
            raise IRError("block has no terminator")
        return self.last

    @property
    def parent_op(self) -> Operation | None:
        return self.parent.parent if self.parent is not None else None

    def _add_argument(self, type: Type) -> BlockArgument:
        arg = BlockArgument(type, self, len(self.args))
        self.args.append(arg)
        return arg

    def _remove_argument(self, index: int) -> None:
        assert self.args[index].is_unused, "argument still in use"
        del self.args[index]
        for i, arg in enumerate(self.args):
            arg.index = i

    def _insert_before(self, anchor: Operation | None, op: Operation) -> None:
        """Insert before ``anchor``, at the end when it is None."""
        assert op.parent is None, f"{op.name} is already in a block"
        op.parent = self
        op.next = anchor
        op.prev = self.last if anchor is None else anchor.prev
        if op.prev is None:
            self.first = op
        else:
            op.prev.next = op
        if anchor is None:
            self.last = op
        else:
            anchor.prev = op

    def _unlink(self, op: Operation) -> None:
        assert op.parent is self
        if op.prev is None:
            self.first = op.next
        else:
            op.prev.next = op.next
        if op.next is None:
            self.last = op.prev
        else:
            op.next.prev = op.prev
        op.parent = op.prev = op.next = None


class Region:
    """A list of blocks, owned by an operation. All of ours but FLOW graphs have one block."""

    __slots__ = ("blocks", "parent")

    def __init__(self, blocks: Sequence[Block] = ()) -> None:
        self.blocks: list[Block] = []
        self.parent: Operation | None = None
        for b in blocks:
            self._append(b)

    def _append(self, block: Block) -> Block:
        assert block.parent is None
        block.parent = self
        self.blocks.append(block)
        return block

    @property
    def block(self) -> Block:
        """The only block."""
        if len(self.blocks) != 1:
            raise IRError(f"expected a region with one block, got {len(self.blocks)}")
        return self.blocks[0]


class Operation:
    """Base of all operations; concrete ones declare their fields (see ``opdef``).

    ``Add(x, y)`` builds a detached operation; its result types are inferred by :meth:`infer`
    unless ``result_types`` says otherwise. Attributes are keyword arguments, regions too.
    """

    name: ClassVar[str] = ""
    __slots__ = ("attributes", "loc", "next", "operands", "parent", "prev", "regions", "results")

    def __init__(
        self,
        *operands: Any,
        result_types: Sequence[Type] | None = None,
        loc: Location = UNKNOWN,
        **fields: Any,
    ) -> None:
        from millrace.ir.opdef import bind_fields

        self.parent: Block | None = None
        self.prev: Operation | None = None
        self.next: Operation | None = None
        self.loc = loc
        self.operands: list[Value] = []
        self.attributes: dict[str, Any] = {}
        self.regions: list[Region] = []
        self.results: list[OpResult] = []
        values = bind_fields(self, operands, fields)
        for v in values:
            self._append_operand(v)
        for r in self.regions:
            r.parent = self
        try:
            types = self.infer() if result_types is None else result_types
        except Exception:
            self._drop_operands()  # an operation that was never made uses nothing
            raise
        self.results = [OpResult(t, self, i) for i, t in enumerate(types)]

    # ---- what an operation says about itself; overridden by kinds and concrete operations

    def infer(self) -> Sequence[Type]:
        """Result types from operands, attributes and regions. Raises IRError when ill-typed."""
        raise IRError(f"{self.name}: result types cannot be inferred")

    def verify_op(self) -> None:
        """Checks beyond the declared fields. Raises IRError."""

    # ---- structure

    @property
    def result(self) -> OpResult:
        """The only result."""
        if len(self.results) != 1:
            raise IRError(f"{self.name} has {len(self.results)} results, not one")
        return self.results[0]

    @property
    def body(self) -> Block:
        """The only block of the only region."""
        if len(self.regions) != 1:
            raise IRError(f"{self.name} has {len(self.regions)} regions, not one")
        return self.regions[0].block

    @property
    def parent_op(self) -> Operation | None:
        return self.parent.parent_op if self.parent is not None else None

    def walk(self) -> Iterator[Operation]:
        """This operation and all nested ones, in pre-order."""
        yield self
        for region in self.regions:
            for block in region.blocks:
                for op in block:
                    yield from op.walk()

    def is_before(self, other: Operation) -> bool:
        """True when this stands before ``other`` in the same block. O(block length)."""
        op: Operation | None = self.next
        while op is not None:
            if op is other:
                return True
            op = op.next
        return False

    def error(self, message: str) -> IRError:
        """An error that names this operation and where it came from."""
        where = f"{self.loc.describe()}: " if self.loc else ""
        return IRError(f"{where}{self.name}: {message}")

    def __repr__(self) -> str:
        return f"<{self.name} {self.loc.describe()}>" if self.loc else f"<{self.name}>"

    # ---- mutation: for Rewriter and Builder

    def _append_operand(self, v: Value) -> None:
        use = Use(self, len(self.operands))
        self.operands.append(v)
        v._uses[use] = None

    def _set_operand(self, index: int, v: Value) -> None:
        use = Use(self, index)
        del self.operands[index]._uses[use]
        self.operands[index] = v
        v._uses[use] = None

    def _set_operands(self, values: Sequence[Value]) -> None:
        self._drop_operands()
        for v in values:
            self._append_operand(v)

    def _drop_operands(self) -> None:
        for i, v in enumerate(self.operands):
            v._uses.pop(Use(self, i), None)
        self.operands.clear()

    def _add_region(self, region: Region) -> Region:
        region.parent = self
        self.regions.append(region)
        return region

    def _erase(self) -> None:
        for r in self.results:
            if not r.is_unused:
                raise self.error("erased while its result is still in use")
        for op in self.walk():
            op._drop_operands()
        if self.parent is not None:
            self.parent._unlink(self)


def clone(
    op: Operation,
    mapping: dict[Value, Value],
    block_mapper: Callable[[Block], Block] | None = None,
) -> Operation:
    """A detached deep copy; operands go through ``mapping``, which gains the results (and the
    arguments of nested blocks)."""
    new = object.__new__(type(op))
    new.parent = new.prev = new.next = None
    new.loc = op.loc
    new.operands = []
    new.attributes = dict(op.attributes)
    new.results = [OpResult(r.type, new, r.index) for r in op.results]
    new.regions = []
    for v in op.operands:
        new._append_operand(mapping.get(v, v))
    for old_r, new_r in zip(op.results, new.results, strict=True):
        mapping[old_r] = new_r
        new_r.name_hint = old_r.name_hint
    for region in op.regions:
        copy = new._add_region(Region())
        for block in region.blocks:
            nb = copy._append(Block([a.type for a in block.args]))
            for old_a, new_a in zip(block.args, nb.args, strict=True):
                mapping[old_a] = new_a
                new_a.name_hint = old_a.name_hint
            for inner in block:
                nb._insert_before(None, clone(inner, mapping))
    return new
