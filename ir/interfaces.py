"""What regions take and yield, for each operation that has regions.

One function an operation; all raise IRError of the operation when types do not agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from millrace.ir.affine import AffineExpr, linear_form
from millrace.ir.attributes import Iterator
from millrace.ir.core import Operation
from millrace.ir.dialects import scf
from millrace.ir.dialects.func import Func, Return
from millrace.ir.dialects.linalg import Generic
from millrace.ir.dialects.mr.control import Check, Scan
from millrace.ir.types import I1, INDEX, ShapedType, TensorType, Type, element_of, signless, tensor


def check_interface(op: Operation) -> None:
    """Raises IRError when the operation's regions do not agree with its operands and results."""
    check = _CHECKS.get(type(op))
    if check is not None:
        check(op)


def _types(values: Iterable[Any]) -> tuple[Type, ...]:
    return tuple(v.type for v in values)


def _same(op: Operation, what: str, got: Sequence[Type], wanted: Sequence[Type]) -> None:
    if tuple(got) != tuple(wanted):
        texts = [", ".join(map(str, ts)) or "nothing" for ts in (got, wanted)]
        raise op.error(f"{what}: got {texts[0]}, expected {texts[1]}")


def _check_func(op: Any) -> None:
    for names, types in (
        (op.arg_names, op.function_type.inputs),
        (op.result_names, op.function_type.results),
    ):
        counts = (len(types), len(types) - op.num_states)
        if op.num_inputs is None and names is not None and len(names) not in counts:
            raise op.error(f"{len(names)} names for {len(types)} values")
    values = len(op.function_type.inputs) + len(op.function_type.results) - op.num_states
    values -= len(op.sizes)
    if op.num_inputs is None and op.quantization and len(op.quantization) != values:
        raise op.error(f"quantization of {len(op.quantization)} of {values} values")
    if op.num_inputs is not None and not 0 <= op.num_inputs <= len(op.block.args):
        raise op.error(f"num_inputs is {op.num_inputs}, of {len(op.block.args)} arguments")
    if op.num_states or op.state_init or op.state_names:
        _check_states(op)


def _check_states(op: Any) -> None:
    """The states among the arguments, the results and the attributes agree."""
    n, ins, outs = op.num_states, op.function_type.inputs, op.function_type.results
    if n < 0 or n > len(ins) or (op.num_inputs is None and n > len(outs)):
        raise op.error(f"num_states is {n}, of {len(ins)} arguments and {len(outs)} results")
    for what, given in (("state_init", op.state_init), ("state_names", op.state_names)):
        if given is not None and len(given) != n:
            raise op.error(f"{what} has {len(given)} entries for {n} states")
    if op.num_inputs is None:
        _same(op, "states returned", outs[len(outs) - n :], ins[len(ins) - n :])
    elif op.result_names is None or op.states_at + n > len(ins):
        raise op.error(f"{n} states do not fit {len(ins)} arguments")
    states = ins[op.states_at : op.states_at + n]
    for init, t in zip(op.state_init or (), states, strict=bool(op.state_init)):
        flat = op.num_inputs is not None and isinstance(t, ShapedType)
        fits = (init.array.size,) if flat else init.type.shape
        element = element_of(t)
        if fits != getattr(t, "shape", ()) or signless(init.type.element) != signless(element):
            raise op.error(f"a state of type {t} starts as {init.type}")


def _check_return(op: Any) -> None:
    wanted = op.parent_op.function_type.results
    _same(op, "returned values", _types(op.operands), wanted)


def _check_for(op: Any) -> None:
    counter = op.lower.type
    _same(op, "bounds and step", _types((op.lower, op.upper, op.step)), [counter] * 3)
    carried = _types(op.inits)
    _same(op, "block arguments", _types(op.block.args), [counter, *carried])
    _same(op, "yielded values", _types(op.block.terminator.operands), carried)


def _check_if(op: Any) -> None:
    _same(op, "condition", [op.condition.type], [I1])
    for block in (op.then_block, op.else_block):
        _same(op, "block arguments", _types(block.args), [])
        _same(op, "yielded values", _types(block.terminator.operands), _types(op.results))


def _check_while(op: Any) -> None:
    carried = _types(op.inits)
    condition = op.before.terminator
    _same(op, "arguments of before", _types(op.before.args), carried)
    _same(op, "condition", _types(condition.operands[:1]), [I1])
    passed = _types(condition.operands[1:])
    _same(op, "arguments of after", _types(op.after.args), passed)
    _same(op, "results", _types(op.results), passed)
    _same(op, "yielded values", _types(op.after.terminator.operands), carried)


def _check_scan(op: Any) -> None:
    if op.trip < 0:
        raise op.error(f"trip is {op.trip}")
    if op.count is not None:
        _same(op, "count", [op.count.type], [INDEX])
    slices = []
    for x in op.xs:
        t = x.type
        if not isinstance(t, TensorType) or t.rank == 0 or t.shape[0] != op.trip:
            raise op.error(f"xs must have {op.trip} slices, got {t}")
        slices.append(tensor(t.shape[1:], t.element))
    wanted = [INDEX, *_types(op.inits), *slices]
    _same(op, "block arguments", _types(op.block.args), wanted)
    if len(op.block.terminator.operands) < op.num_carries:
        raise op.error(f"the body must yield {op.num_carries} carries")


def _check_check(op: Any) -> None:
    _same(op, "condition", [op.condition.type], [I1])
    if op.code not in ("index", "bound", "div", "raise"):
        raise op.error(f"unknown code {op.code!r}")


def _check_generic(op: Any) -> None:
    elements = [element_of(t) for t in _types(op.operands)]
    _same(op, "block arguments", _types(op.block.args), elements)
    yielded = _types(op.block.terminator.operands)
    _same(op, "yielded values", yielded, elements[len(op.inputs) :])
    kinds, ranges, maps = op.iterator_types, op.ranges, op.indexing_maps
    if len(ranges) != len(kinds) or min(ranges, default=0) < 0:
        raise op.error(f"ranges {ranges} of {len(kinds)} loops")
    if list(kinds) != sorted(kinds, key=[Iterator.PARALLEL, Iterator.REDUCTION].index):
        raise op.error("parallel loops come before reduction loops")
    if len(maps) != len(op.operands):
        raise op.error(f"{len(maps)} indexing maps for {len(op.operands)} operands")
    for i, (m, t) in enumerate(zip(maps, _types(op.operands), strict=True)):
        shape = t.shape if isinstance(t, ShapedType) else ()
        if m.num_dims != len(kinds) or len(m.results) != len(shape):
            raise op.error(f"indexing map {i} does not fit {len(kinds)} loops and operand {t}")
        for e, n in zip(m.results, shape, strict=True):
            _check_in_range(op, i, e, n)


def _check_in_range(op: Any, operand: int, e: AffineExpr, size: int) -> None:
    """Linear indices must stay in [0, size) over the whole iteration space."""
    form = linear_form(e, op.num_loops)
    if form is None or 0 in op.ranges:
        return
    factors, low = form
    high = low
    for f, n in zip(factors, op.ranges, strict=True):
        low += min(f * (n - 1), 0)
        high += max(f * (n - 1), 0)
    if low < 0 or high >= size:
        raise op.error(f"operand {operand} is read from {low} to {high} along a size of {size}")


_CHECKS: dict[type[Operation], Callable[[Any], None]] = {
    Func: _check_func,
    Return: _check_return,
    scf.For: _check_for,
    scf.If: _check_if,
    scf.While: _check_while,
    Scan: _check_scan,
    Check: _check_check,
    Generic: _check_generic,
}
