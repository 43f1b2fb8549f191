"""Choice of a schedule by a cost model over the target description.

The model counts, for one tile, what an out-of-order core executes in the innermost loop: the
operations of the bodies against the arithmetic ports, distinct loads against the load ports, the
latency of the accumulator chains, and loop overhead; then multiplies by the trip counts. Values
that must be live at once may not exceed the vector registers. The candidates are few: which
dimension is the vector, how many vectors, how many rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from millrace.ir.core import Operation
from millrace.ir.dialects import arith, linalg, tensor
from millrace.ir.dialects import math as mathd
from millrace.ir.dialects.mr.high_product import MulHigh
from millrace.ir.target import TargetInfo
from millrace.ir.types import ElementType, IndexType, IntegerType, element_of, storage_bytes
from millrace.passes.kernel.reduce import combiner
from millrace.passes.kernel.stage import Access, Member, Stage
from millrace.passes.kernel.tiles import Schedule

HEAVY_COST = 12.0
"""Cycles of an elementary function on one vector (a polynomial of that many operations)."""
DIVIDE_COST = 6.0
MAX_BODY = 96
"""Accumulator updates in one innermost body: bounds code size and compile time."""
STRIDED_LANE_COST = 1.5
CODE_DRAG = 2.0
"""Cycles that an instruction of code costs once: it comes from memory, and compiling takes time. A
second tile shape for the remainder of a small layer is not worth it, for that of a large one it
is."""
SPILL_DRAG = 0.2
"""Of a step, for each register too few where instructions are executed one by one."""
SPILL_COST = 5.0
"""Instructions for each value too many, in each run of the innermost dimension (measured: values
that windows share are loaded early and push accumulators out)."""
RUN_COST = 40.0
"""Instructions to enter a second innermost loop over tiles, where they are executed one by one:
addresses and numbers that it keeps in registers."""
LOAD_DRAG = 0.15
"""Cycles that a load costs beyond its port: panels come from L2, so fewer loads an operation win
among tiles that keep the arithmetic ports equally busy."""


@dataclass(frozen=True)
class Problem:
    """A stage, what of it is constant (so that it can be packed), and the machine."""

    stage: Stage
    constants: frozenset[Access]
    target: TargetInfo
    strict: bool = False


def choose(p: Problem) -> Schedule:
    """The cheapest schedule found; deterministic."""
    best: Schedule | None = None
    best_cost = math.inf
    for s in _candidates(p):
        cost = estimate(p, s)
        if cost < best_cost * 0.999:
            best, best_cost = s, cost
    assert best is not None
    return best


def plain_schedule(stage: Stage, vector_dim: int = -1, lanes: int = 1) -> Schedule:
    """No tiles: for loops that are made elsewhere."""
    return Schedule(tuple(range(stage.parallel)), (1,) * len(stage.extents), vector_dim, lanes)


# ---- candidates


def _candidates(p: Problem) -> Iterator[Schedule]:
    stage = p.stage
    lanes = lanes_of(p)
    for v in _vector_dims(p, lanes):
        width = min(lanes, stage.extents[v]) if v >= 0 else 1
        for tile in _parallel_tiles(p, v, width):
            yield from _with_reduction(p, v, width, tile)


def lanes_of(p: Problem) -> int:
    """Elements in a vector register: of the widest type the bodies compute with."""
    widest = 1
    for m in p.stage.members:
        for op in m.op.block:
            for r in op.results:
                e = element_of(r.type)
                if not isinstance(e, IndexType):
                    widest = max(widest, storage_bytes(e))
        widest = max([widest, *(_bytes(a.element) for a in m.reads if a is not None)])
    return max(1, p.target.vector_bytes // widest)


def _bytes(e: ElementType) -> int:
    return storage_bytes(e)


def _vector_dims(p: Problem, lanes: int) -> list[int]:
    """Dimensions worth trying as the vector: those that some access runs along."""
    stage = p.stage
    if lanes == 1:
        return [-1]
    found = [
        d
        for d in range(stage.parallel)
        if stage.extents[d] > 1 and any(a.coeffs[d] == 1 for a in stage.accesses())
    ]
    if not p.strict and len(stage.groups) == 1:
        mergeable = all(combiner(m.op) for m in stage.members if m.role == "reduce")
        for d in stage.groups[0]:
            reads = [a for m in stage.members for a in m.reads if a is not None]
            if mergeable and stage.extents[d] > 1 and any(a.coeffs[d] == 1 for a in reads):
                found.append(d)
    last = stage.parallel - 1
    if not found and stage.extracted() and last >= 0 and stage.extents[last] > 1:
        found = [last]
    return [*found, -1]


def _parallel_tiles(p: Problem, v: int, width: int) -> Iterator[dict[int, int]]:
    """Register tiles over the parallel dimensions."""
    stage = p.stage
    rows = [d for d in range(stage.parallel) if d != v and stage.extents[d] > 1]
    vectors = [1]
    if 0 <= v < stage.parallel:
        most = -(-stage.extents[v] // width)
        vectors = [n for n in (1, 2, 3, 4, 6, 8) if n <= most]
    base = dict.fromkeys(range(stage.parallel), 1)
    if not stage.groups:
        most = max(n for n in vectors if n <= 4)
        for n in (most, 1) if p.target.bare and most > 1 else (most,):  # where code is scarce
            yield {**base, **({v: n * width} if 0 <= v < stage.parallel else {})}
        return
    for n in vectors:
        vec = {v: n * width} if 0 <= v < stage.parallel else {}
        yield {**base, **vec}
        for row in reversed(rows[-2:]):  # of equal costs the inner one: neighbours in memory
            for u in range(2, min(14, stage.extents[row]) + 1):
                yield {**base, **vec, row: u}
        if len(rows) >= 2 and stage.extents[rows[-1]] <= 8:
            inner = stage.extents[rows[-1]]
            for u in (2, 3, 4):
                if u <= stage.extents[rows[-2]] and u * inner <= 16:
                    yield {**base, **vec, rows[-1]: inner, rows[-2]: u}


def _with_reduction(p: Problem, v: int, width: int, tile: dict[int, int]) -> Iterator[Schedule]:
    """Complete a parallel tile with the unrolling of reductions and split accumulators."""
    stage = p.stage
    accs = _accumulators(p, tile, v, width)
    target = p.target
    need = 1 if target.single_issue else target.fma_latency * target.fma_per_cycle
    splits = 1
    if accs and not p.strict and all(combiner(m.op) for m in _reductions(stage)):
        steps = _inner_steps(stage, v, width)
        while splits < 8 and accs * splits * 2 <= max(need, 1) and steps > 1:
            splits *= 2
    if accs * splits + 2 > _registers(p, width) and accs > 1:
        if accs > sum(len(m.op.outputs) for m in _reductions(stage)):
            return
        splits = 1  # the smallest tile there is: what does not fit is spilled
    sizes = [tile.get(d, 1) for d in range(len(stage.extents))]
    for group in stage.groups:
        _unroll_group(stage, group, sizes, v, width, accs, splits)
    order = _loop_order(p, v)
    yield Schedule(order, tuple(sizes), v, width, splits)


def _inner_steps(stage: Stage, v: int, width: int) -> int:
    """Iterations of the longest reduction."""
    best = 1
    for g in stage.groups:
        n = math.prod(stage.extents[d] for d in g)
        best = max(best, n // width if v in g else n)
    return best


def _unroll_group(
    stage: Stage,
    group: tuple[int, ...],
    sizes: list[int],
    v: int,
    width: int,
    accs: int,
    splits: int,
) -> None:
    """Unroll the innermost reduction dimensions up to a body of bounded size."""
    room = max(1, MAX_BODY // max(1, accs))
    want = max(splits, min(8, room))
    for d in reversed(group):
        n = stage.extents[d]
        steps = n
        unit = 1
        if d == v:
            unit = width
            steps = max(1, n // width)
        if steps <= max(want, 4) and steps <= room:
            sizes[d] = max(n, 1) if d != v else max(unit * steps, 1)
            room //= max(1, steps)
            want = max(1, want // max(1, steps))
            if steps * unit < n:
                return
            continue
        u = next((k for k in range(want, splits - 1, -1) if steps % k == 0), want)
        u = max(1, min(u if u * 2 >= want else want, steps))
        sizes[d] = u * unit
        return


def _reductions(stage: Stage) -> list[Member]:
    return [m for m in stage.members if m.role == "reduce"]


def _registers(p: Problem, lanes: int) -> int:
    """Registers for accumulators: scalar integers lie in general ones, beside two pointers."""
    results = [element_of(r.type) for m in _reductions(p.stage) for r in m.op.results]
    general = lanes == 1 and any(isinstance(e, IntegerType | IndexType) for e in results)
    return p.target.registers - 2 if general else p.target.vector_registers


def _accumulators(p: Problem, tile: dict[int, int], v: int, width: int) -> int:
    """Vector registers that hold accumulators."""
    total = 0
    for m in _reductions(p.stage):
        n = len(m.op.outputs)
        for d in range(p.stage.parallel):
            if d in m.deps:
                n *= -(-tile.get(d, 1) // width) if d == v else tile.get(d, 1)
        total += n
    return total


def _loop_order(p: Problem, v: int) -> tuple[int, ...]:
    """Dimensions of a constant that does not fit the L1 cache go outside, so that each of its
    panels is read once; otherwise the given order, in which results are contiguous."""
    stage = p.stage
    dims = list(range(stage.parallel))
    half = p.target.l1_bytes // 2
    for a in stage.accesses():
        if a in p.constants:
            size = math.prod(stage.extents[d] for d in a.dims) * storage_bytes(a.element)
            if size > half:
                outer = [d for d in dims if d in a.dims]
                return tuple(outer + [d for d in dims if d not in outer])
    return tuple(dims)


# ---- cost


def estimate(p: Problem, s: Schedule) -> float:
    """Cycles of the whole stage under the schedule."""
    stage = p.stage
    total = 0.0
    if p.target.single_issue and s.order:
        further = len(s.runs(s.order[-1], stage.extents[s.order[-1]])) - 1
        total += RUN_COST * sum(n for n, _ in _tile_shapes(stage, s, s.order[:-1])) * further
    for n, sizes in _tile_shapes(stage, s, s.order):
        cycles, code = _epilogue(p, s, sizes)
        for g in range(len(stage.groups)):
            more, body = _reduction_cost(p, s, sizes, g)
            cycles += more
            code += body
        total += n * (cycles + 2.0) + CODE_DRAG * code
    return total


def sums_cost(p: Problem, s: Schedule) -> float:
    """Cycles until the sums are there: what follows the reductions is not in it."""
    groups = range(len(p.stage.groups))
    return sum(
        n * (2.0 + sum(_reduction_cost(p, s, sizes, g)[0] for g in groups))
        for n, sizes in _tile_shapes(p.stage, s, s.order)
    )


def _tile_shapes(
    stage: Stage, s: Schedule, order: tuple[int, ...]
) -> list[tuple[int, dict[int, int]]]:
    """(how many, sizes by dimension) of the tiles."""
    combos: list[tuple[int, dict[int, int]]] = [(1, {})]
    for d in order:
        combos = [
            (n * run.count, {**sizes, d: run.size})
            for n, sizes in combos
            for run in s.runs(d, stage.extents[d])
        ]
    return combos


def _count(s: Schedule, sizes: dict[int, int], dims: frozenset[int] | tuple[int, ...]) -> int:
    """Registers that hold a value depending on ``dims`` over one tile."""
    n = 1
    for d, size in sizes.items():
        if d in dims:
            n *= -(-size // s.lanes) if d == s.vector_dim else size
    return n


def _access_cost(p: Problem, s: Schedule, a: Access, sizes: dict[int, int]) -> float:
    n = float(_count(s, sizes, a.dims))
    v = s.vector_dim
    if v >= 0 and a.coeffs[v] not in (0, 1) and not (a in p.constants and v < p.stage.parallel):
        n *= STRIDED_LANE_COST * s.lanes
    return n


def body_cost(m: Member) -> float:
    """Cycles of one evaluation of the body on a vector, with one arithmetic port."""
    cost = 0.0
    for op in m.op.block:
        if isinstance(op, _FREE):
            continue
        cost += _OP_COST.get(type(op), 1.0)
        if isinstance(op, mathd.Unary | mathd.BinaryMath) and type(op) not in _OP_COST:
            cost += HEAVY_COST - 1
    fused = m.role == "reduce" and any(isinstance(op, arith.MulF) for op in m.op.block)
    return max(1.0, cost - 1.0) if fused else cost


def instructions(m: Member, lanes: int) -> float:
    """Instructions of one evaluation of the body where they are executed one by one: numbers are
    widened by loads, and scalar products add."""
    cost = body_cost(m)
    cost -= sum(isinstance(op, arith.ExtSI | arith.ExtUI) for op in m.op.block)
    if lanes == 1 and any(isinstance(op, arith.MulI) for op in m.op.block):
        cost -= 1
    return max(1.0, cost)


_FREE = (arith.Constant, linalg.Yield, linalg.Index)
_OP_COST: dict[type[Operation], float] = {
    arith.DivF: DIVIDE_COST,
    arith.DivSI: 20.0,
    arith.DivUI: 20.0,
    arith.RemF: 20.0,
    mathd.Sqrt: DIVIDE_COST,
    mathd.AbsF: 1.0,
    mathd.AbsI: 1.0,
    mathd.Fma: 1.0,
    mathd.Floor: 1.0,
    mathd.Ceil: 1.0,
    mathd.RoundEven: 1.0,
    mathd.Trunc: 1.0,
    tensor.Extract: 2.0,
    MulHigh: 3.0,
}


def _reduction_cost(p: Problem, s: Schedule, sizes: dict[int, int], g: int) -> tuple[float, float]:
    """(cycles, instructions of code) of one group on one tile."""
    stage = p.stage
    dims = stage.groups[g]
    members = [m for m in stage.members if m.group == g]
    ops = sum(_count(s, sizes, m.deps) * _cost_of(p, s, m) for m in members)
    reads = {a: None for m in members for a in m.reads if a is not None}
    loads = sum(_access_cost(p, s, a, sizes) for a in reads)
    accs = sum(_count(s, sizes, m.deps) for m in members if m.role == "reduce")
    target = p.target
    chain = target.fma_latency / (s.splits if accs else 1)
    unroll = math.prod(s.tile[d] for d in dims) / (s.lanes if s.vector_dim in dims else 1)
    kept = 0
    if s.lanes == 1 and target.bare:
        loads, kept = _shared_loads(s, sizes, dims, list(reads))
    step = max(ops / target.fma_per_cycle, loads / 2, chain if accs else 0.0) + LOAD_DRAG * loads
    if target.single_issue:
        step = ops + loads
    step += 1.5 / max(1.0, unroll)
    if kept:
        excess = accs * s.splits + kept - _registers(p, s.lanes) - 3
        step += SPILL_COST * max(0, excess) / s.tile[dims[-1]]
    trips = math.prod(stage.extents[d] for d in dims)
    if s.vector_dim in dims:
        trips = math.ceil(trips / s.lanes)
    live = accs * s.splits + _live_operands(s, sizes, list(reads))
    room = _registers(p, s.lanes)
    if live > room:
        drag = SPILL_DRAG if s.lanes == 1 and target.bare else 0.1
        step *= 1.0 + drag * (live - room)
    merge = accs * (s.splits - 1) + (8 * accs if s.vector_dim in dims else 0)
    bodies = math.prod(len(s.runs(d, stage.extents[d])) for d in dims)
    return trips * step + 4.0 + merge, (ops + loads) * max(1.0, unroll) * bodies + merge


def _cost_of(p: Problem, s: Schedule, m: Member) -> float:
    return instructions(m, s.lanes) if p.target.single_issue else body_cost(m)


def _shared_loads(
    s: Schedule, sizes: dict[int, int], dims: tuple[int, ...], reads: list[Access]
) -> tuple[float, int]:
    """(loads of a step, values that are kept from one step of the innermost dimension to the
    next): neighbouring windows share what they read where the steps are written out."""
    unrolled = {d: s.tile[d] for d in dims}
    steps = math.prod(unrolled.values())
    inner = {dims[-1]: s.tile[dims[-1]]}
    loads, kept = 0.0, 0
    for a in reads:
        loads += _distinct(a, {**sizes, **unrolled}) / steps
        here = _distinct(a, {**sizes, **inner})
        if here < _count(s, sizes, a.dims) * math.prod(s.tile[d] for d in inner if d in a.dims):
            kept += here
    return loads, kept


def _distinct(a: Access, sizes: dict[int, int]) -> int:
    """Elements that an access touches while the dimensions run over ``sizes``."""
    offsets = {0}
    for d, n in sizes.items():
        if a.coeffs[d]:
            offsets = {o + i * a.coeffs[d] for o in offsets for i in range(n)}
    return len(offsets)


def _live_operands(s: Schedule, sizes: dict[int, int], reads: list[Access]) -> int:
    """Registers for operands while one step runs: all but the largest set are kept, of which one
    at a time suffices."""
    counts = sorted(_count(s, sizes, a.dims) for a in reads)
    return sum(counts[:-1]) + 1 if counts else 0


def _epilogue(p: Problem, s: Schedule, sizes: dict[int, int]) -> tuple[float, float]:
    """(cycles, instructions of code) of what follows the reductions on one tile."""
    stage = p.stage
    posts = [m for m in stage.members if m.role == "post"]
    ops = sum(_count(s, sizes, m.deps) * _cost_of(p, s, m) for m in posts)
    reads = {a: None for m in posts for a in m.reads if a is not None}
    loads = sum(_access_cost(p, s, a, sizes) for a in reads)
    stores = sum(_access_cost(p, s, a, sizes) for _, _, a in stage.stores)
    code = ops + loads + stores
    return code if p.target.single_issue else max(ops / 2, loads / 2, stores), code


def describe(s: Schedule, stage: Stage) -> str:
    """One line for the report."""
    names = [f"d{d}={stage.extents[d]}/{s.tile[d]}" for d in range(len(stage.extents))]
    vec = f" vector d{s.vector_dim} x{s.lanes}" if s.vector_dim >= 0 else " scalar"
    return f"order {list(s.order)} tiles {' '.join(names)}{vec} splits {s.splits}"
