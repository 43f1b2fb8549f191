"""Verifier: is a module well-formed, and does it stay within its level?

Every failure is an IRError that names the operation and where it came from. The parts:

- structure: links between operations, blocks and regions; uses; terminators;
- names: every operand is defined before it is used, symbols resolve;
- fields: what the operation's class declares is there and of the annotated type;
- types: results are what ``infer`` says, regions take and yield what their owner says
  (``interfaces``), and the operation's own ``verify_op``;
- the level, when one is given (``levels``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from millrace.ir.core import Block, Operation, Region, Use, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func
from millrace.ir.errors import IRError
from millrace.ir.fieldtypes import attr_types, matches, type_text
from millrace.ir.interfaces import check_interface
from millrace.ir.levels import FLOW_OPS, Level, check_level
from millrace.ir.opdef import (
    SEGMENTS,
    OperandField,
    attr_fields,
    layout_of,
    operand_fields,
)
from millrace.ir.structure import ALL_TERMINATORS, ISOLATED, terminator_of
from millrace.ir.symbols import SymbolTable, check_symbols
from millrace.ir.types import Type


def verify(module: Module, level: Level | None = None) -> None:
    """Raises IRError when the module is ill-formed, or outside of ``level`` when it is given.
    At FLOW level the bodies of functions are graph regions: operations stand in any order.
    Without a level, a module with dataflow control is taken to be at FLOW level."""
    ops = dict.fromkeys(module.walk())
    for op in ops:
        _check_links(op)
    for op in ops:
        _check_uses(op, ops)
        _check_fields(op)
    graph = level is Level.FLOW or (level is None and any(op.name in FLOW_OPS for op in ops))
    _check_dominance(module, set(), graph=graph)
    symbols = SymbolTable(module)
    for op in ops:
        _check_types(op)
        check_symbols(op, symbols)
    if level is not None:
        check_level(module, level)


# ---- structure


def _check_links(op: Operation) -> None:
    for region in op.regions:
        if region.parent is not op:
            raise op.error("a region does not know its operation")
        for block in region.blocks:
            if block.parent is not region:
                raise op.error("a block does not know its region")
            _check_list(op, block)


def _check_list(op: Operation, block: Block) -> None:
    before: Operation | None = None
    for inner in block:
        if inner.parent is not block or inner.prev is not before:
            raise inner.error("the operation is not linked into its block")
        before = inner
    if block.last is not before:
        raise op.error("a block's last operation is not its last")


def _check_uses(op: Operation, ops: dict[Operation, None]) -> None:
    for i, v in enumerate(op.operands):
        if Use(op, i) not in v._uses:
            raise op.error(f"operand {i} does not know of this use")
    for v in _defined_by(op):
        for use in v._uses:
            if use.op not in ops:
                raise op.error(f"a value is used by {use.op.name}, which is not in the module")
            if use.index >= len(use.op.operands) or use.op.operands[use.index] is not v:
                raise op.error(f"a value has a use by {use.op.name} that does not exist")


def _defined_by(op: Operation) -> list[Value]:
    """The operation's results and its blocks' arguments."""
    out: list[Value] = list(op.results)
    for region in op.regions:
        for block in region.blocks:
            out.extend(block.args)
    return out


def _check_terminator(op: Operation, index: int, block: Block) -> None:
    wanted = terminator_of(op.name, index)
    last = block.last
    if wanted is not None and (last is None or last.name != wanted):
        raise (last or op).error(f"a region of {op.name} must end in {wanted}")
    for inner in block:
        if inner.name in ALL_TERMINATORS and (inner is not last or wanted is None):
            raise inner.error(f"stands inside a region of {op.name}, not at its end")


# ---- dominance


def _check_dominance(op: Operation, visible: set[Value], *, graph: bool) -> None:
    """Checks the regions of ``op``; ``visible`` are the values that may be used there."""
    if op.name in ISOLATED:
        visible = set()
    for index, region in enumerate(op.regions):
        block = _only_block(op, region)
        _check_terminator(op, index, block)
        added: list[Value] = list(block.args)
        if graph and isinstance(op, Func):
            added += [r for inner in block for r in inner.results]
        visible.update(added)
        for inner in block:
            for i, v in enumerate(inner.operands):
                if v not in visible:
                    raise inner.error(_not_visible(inner, i, v))
            if inner.regions:
                _check_dominance(inner, visible, graph=graph)
            visible.update(inner.results)
            added += inner.results
        visible.difference_update(added)


def _only_block(op: Operation, region: Region) -> Block:
    if len(region.blocks) != 1:
        raise op.error(f"a region has {len(region.blocks)} blocks, not one")
    return region.blocks[0]


def _not_visible(op: Operation, index: int, v: Value) -> str:
    name = f"operand {index}" + (f" (%{v.name_hint})" if v.name_hint else "")
    definition = v.defining_op
    if definition is not None and definition.parent is op.parent:
        return f"{name} is used before it is defined"
    return f"{name} is not visible here: it is defined in another region or after this one"


# ---- fields


def _check_fields(op: Operation) -> None:
    _check_operand_count(op)
    layout = layout_of(type(op))
    variadic = any(f.variadic for f in layout.results)
    least, regions = len(layout.results) - variadic, len(layout.regions)
    if len(op.results) < least or (len(op.results) > least and not variadic):
        raise op.error(f"{len(op.results)} results, expected {_count_text(least, variadic)}")
    if len(op.regions) != regions:
        raise op.error(f"{len(op.regions)} regions, expected {regions}")
    _check_attributes(op)


def _count_text(least: int, more: bool) -> str:
    return f"at least {least}" if more else str(least)


def _check_operand_count(op: Operation) -> None:
    specs = operand_fields(type(op))
    spare = [f for f in specs if not f.is_single]
    if SEGMENTS in op.attributes or len(spare) > 1:
        _check_segments(op, specs)
        return
    singles = len(specs) - len(spare)
    n = len(op.operands)
    most = n if any(f.variadic for f in spare) else len(specs)
    if not singles <= n <= most:
        raise op.error(f"{n} operands, expected {_count_text(singles, bool(spare))}")


def _check_segments(op: Operation, specs: Sequence[OperandField]) -> None:
    sizes: Any = op.attributes.get(SEGMENTS)
    if not matches(sizes, tuple[int, ...]) or len(sizes) != len(specs):
        raise op.error(f"{SEGMENTS} must have {len(specs)} sizes")
    if sum(sizes) != len(op.operands):
        raise op.error(f"{SEGMENTS} says {sum(sizes)} operands, there are {len(op.operands)}")
    for f, n in zip(specs, sizes, strict=True):
        if n < 0 or (n != 1 and f.is_single) or (n > 1 and not f.variadic):
            raise op.error(f"operand {f.name!r} stands for {n} values")


def _check_attributes(op: Operation) -> None:
    hints = attr_types(type(op))
    for f in attr_fields(type(op)):
        if f.required and f.name not in op.attributes:
            raise op.error(f"attribute {f.name!r} is missing")
    for name, value in op.attributes.items():
        if name in hints:
            if not matches(value, hints[name]):
                wanted, got = type_text(hints[name]), type(value).__name__
                raise op.error(f"attribute {name!r} must be {wanted}, got {got}")
        elif name != SEGMENTS and "." not in name:
            raise op.error(f"unknown attribute {name!r}")


# ---- types


def _check_types(op: Operation) -> None:
    if type(op).infer is not Operation.infer:
        inferred = _guarded(op, op.infer)
        types = tuple(r.type for r in op.results)
        if tuple(inferred) != types:
            raise op.error(f"results are {_types(types)}, should be {_types(inferred)}")
    _guarded(op, lambda: check_interface(op))
    _guarded(op, op.verify_op)


def _types(types: Sequence[Type]) -> str:
    return ", ".join(map(str, types)) or "none"


def _guarded(op: Operation, check: Callable[[], Any]) -> Any:
    """What ``check`` returns. Its errors name the operation, also those that are no IRError:
    ``infer`` of ill-typed operations may trip over anything."""
    try:
        return check()
    except IRError as e:
        if op.name in str(e):
            raise
        raise op.error(str(e)) from e
    except Exception as e:
        detail = f"{type(e).__name__}: {e}" if str(e) else type(e).__name__
        raise op.error(f"operands or attributes do not fit together ({detail})") from e
