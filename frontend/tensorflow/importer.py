"""The TensorFlow importer: a graph becomes a module at FLOW or GRAPH level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from millrace.frontend.emitter import Emitter
from millrace.frontend.tensorflow.effects import ASSIGNS
from millrace.frontend.tensorflow.graph import FLOW, Graph, Ref
from millrace.frontend.tensorflow.graphdef import GraphDef, Node, read_graph
from millrace.frontend.tensorflow.items import DEAD, Item, Lessons, Retry, Variable
from millrace.frontend.tensorflow.rows import ROWS
from millrace.frontend.tensorflow.session import Session
from millrace.frontend.tensorflow.shapes import Inputs, ShapeOption, name_of
from millrace.frontend.tensorflow.tensors import Array
from millrace.frontend.tensorflow.variables import Variables
from millrace.frontend.tensorflow.wire import Message
from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func, Return
from millrace.ir.errors import CompileError, MillraceError
from millrace.ir.location import Location
from millrace.ir.sizes import SizeBook
from millrace.ir.types import FunctionType, type_of_array

MAX_ATTEMPTS = 200
"""How often an import starts again with what it has learned; each time something is new."""

PLACEHOLDERS = frozenset({"Placeholder", "PlaceholderV2"})
_NO_OUTPUT = PLACEHOLDERS | {"NoOp"}


@dataclass(frozen=True)
class Model:
    """What is imported: a graph, its feeds and fetches, values of its variables by name."""

    file: str
    definition: GraphDef
    feeds: tuple[Ref, ...]
    fetches: tuple[Ref, ...]
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    values: Mapping[str, Array] = field(default_factory=dict)
    declared: ShapeOption = field(default_factory=dict)


def import_graphdef(
    source: str | Path | bytes,
    *,
    shapes: ShapeOption | None = None,
    feed: Sequence[str] | None = None,
    fetch: Sequence[str] | None = None,
    name: str | None = None,
    sizes: SizeBook | None = None,
) -> Module:
    """A serialized GraphDef (a path or its bytes) as a module with one function, ``main``.

    ``feed`` and ``fetch`` name the tensors that are inputs and outputs (``a``, ``b:1``); by
    default the outputs are the nodes that nobody uses, the inputs the placeholders that they
    depend on. ``shapes`` gives inputs the sizes that the file leaves open; an open first
    dimension is 1 otherwise; ``sizes`` has bounds for what follows from data. The module is at
    FLOW level when the graph has dataflow control
    (Switch, Merge, Enter, ...), else at GRAPH level. What is wrong with the graph is a
    CompileError that names the node."""
    label = name or (str(source) if isinstance(source, str | Path) else "<bytes>")
    with only_compile_errors(label):
        definition = read_graph(Message(memoryview(_contents(source))), label)
        return import_model(chosen(definition, label, feed, fetch), shapes, sizes)


def _contents(source: str | Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        return Path(source).read_bytes()
    except OSError as e:
        raise CompileError(f"{source}: {e.strerror or e}") from e


@contextmanager
def only_compile_errors(label: str) -> Iterator[None]:
    """A file can be broken in more ways than there are checks: whatever still goes wrong is the
    file's fault, never a traceback."""
    try:
        yield
    except MillraceError as e:
        if str(e).startswith("malformed"):
            raise CompileError(f"{label}: {e}") from e
        raise
    except RecursionError as e:
        raise CompileError(f"{label}: the model is nested too deeply") from e
    except MemoryError as e:
        raise CompileError(f"{label}: the model needs too much memory") from e
    except Exception as e:
        raise CompileError(f"{label}: malformed model: {e or type(e).__name__}") from e


# ---- feeds and fetches


def chosen(
    definition: GraphDef,
    file: str,
    feed: Sequence[str] | None,
    fetch: Sequence[str] | None,
    values: Mapping[str, Array] | None = None,
) -> Model:
    """A graph with the feeds and fetches that the user names, or the default ones."""
    graph = Graph(definition.nodes, file)
    fetches = tuple(graph.ref(f) for f in fetch) if fetch else _default_fetches(graph)
    feeds = tuple(graph.ref(f) for f in feed) if feed else _default_feeds(graph, fetches)
    for ref in (*feeds, *fetches):
        if ref.control:
            raise CompileError(f"{file}: {ref.node!r}: a control edge is no tensor")
    ins, outs = (tuple(name_of(r) for r in refs) for refs in (feeds, fetches))
    return Model(file, definition, feeds, fetches, ins, outs, values or {})


def _default_fetches(graph: Graph) -> tuple[Ref, ...]:
    """The nodes that nobody uses. Those that only steer, and those that no input reaches, are
    left out where others are left."""
    used = {r.node for n in graph.nodes.values() for r in graph.inputs(n)}
    found = [n for n in graph.nodes.values() if n.name not in used and n.op not in _NO_OUTPUT]
    if not found:
        raise CompileError(f"{graph.file}: no node is left unused; name outputs with --fetch")
    steering = FLOW | {"Const", "Assert"} | ASSIGNS
    results = [n for n in found if n.op not in steering and graph.pivot_of(Ref(n.name)) is None]
    reached = [n for n in results if _default_feeds(graph, [Ref(n.name)])]
    return tuple(Ref(n.name) for n in reached or results or found)


def _default_feeds(graph: Graph, fetches: Sequence[Ref]) -> tuple[Ref, ...]:
    needed = graph.closure(fetches, frozenset(), control=True)
    return tuple(
        Ref(n.name) for n in graph.nodes.values() if n.name in needed and n.op in PLACEHOLDERS
    )


# ---- the import


def import_model(model: Model, shapes: ShapeOption | None, sizes: SizeBook | None = None) -> Module:
    """Import, again and again until nothing new is learned."""
    graph = Graph(model.definition.nodes, model.file)
    types = Inputs(graph, shapes, model.declared).types(model.feeds)
    lessons = Lessons({}, {}, {}, {})
    initial: dict[str, Array] = {}
    for _ in range(MAX_ATTEMPTS):
        entry = Block(types)
        states = {n: entry._add_argument(type_of_array(initial[n])) for n in lessons.states}
        emitter = Emitter(entry, (sizes or SizeBook()).fresh())
        variables = Variables(emitter, lessons, states)
        variables.initial = initial
        session = Session(model.definition, model.file, emitter, ROWS, variables, lessons)
        try:
            return _Attempt(model, graph, session, entry).run()
        except Retry:
            continue
    raise CompileError(f"{model.file}: shapes of lists in loops cannot be determined")


@dataclass(frozen=True)
class _Attempt:
    model: Model
    graph: Graph
    session: Session
    entry: Block

    def run(self) -> Module:
        model, session = self.model, self.session
        session.variables.find = self._initial_value
        given: dict[Ref, Item] = dict(zip(model.feeds, self.entry.args, strict=False))
        session.items = given
        roots = [*model.fetches, *self._effects(frozenset(given))]
        session.check_supported(self.graph, roots)
        session.run(self.graph, roots)
        results = [self._result(ref) for ref in model.fetches]
        states = [session.variables.current[n] for n in session.lessons.states]
        session.emitter.insert(Return([*results, *states], loc=Location(file=model.file)))
        return self._module([*results, *states])

    def _effects(self, fed: frozenset[Ref]) -> list[Ref]:
        """Nodes that change variables and on which the fetches depend, by control edges too."""
        found = self.graph.closure(self.model.fetches, fed, control=True)
        nodes = [self.graph.nodes[n] for n in found]
        changing = sorted((n for n in nodes if self.session.effects.has(n)), key=_index)
        for node in changing:
            if node.op in ASSIGNS:
                self._check_unconditional(node)
        return [Ref(n.name) for n in changing]

    def _check_unconditional(self, node: Node) -> None:
        """Assignments under dataflow control would have to be dead in some runs."""
        pending, seen = [Ref(node.name)], {node.name}
        for ref in pending:
            for r in self.graph.inputs(self.graph.nodes[ref.node]):
                source = self.graph.nodes.get(r.node)
                if source is None or r.node in seen or source.op in ("Exit", "RefExit"):
                    continue
                seen.add(r.node)
                if source.op in ("Merge", "RefMerge"):
                    continue
                if source.op in FLOW:
                    raise node.error("assignments in TensorFlow 1 control flow are not supported")
                pending.append(r)

    def _result(self, ref: Ref) -> Value:
        item = self.session.lookup(self.graph, ref, None)
        node = self.graph.nodes[ref.node]
        if isinstance(item, Variable):
            return self.session.emitter.use(self.session.variables.read(item, node))
        if item is DEAD:
            raise node.error("never has a value: its branch is not taken")
        if not isinstance(item, Value):
            raise node.error("the fetched value is no tensor")
        return self.session.emitter.use(item)

    # ---- initial values

    def _initial_value(self, variable: Variable, node: Node) -> Array:
        """From the checkpoint, or else what the first assignment outside of the model's own
        graph gives."""
        found = self.model.values.get(variable.name)
        if found is not None:
            return found
        for n in self.graph.nodes.values():
            if n.op in ("Assign", "AssignVariableOp") and self._target(n) == variable.name:
                return self._initialized(n)
        raise node.error(f"variable {variable.name!r} has no value")

    def _target(self, assign: Node) -> str | None:
        refs = self.graph.data_inputs(assign)
        source = self.graph.producer(refs[0]) if refs else None
        return None if source is None else source.text("shared_name") or source.name

    def _initialized(self, assign: Node) -> Array:
        session = self.session
        saved, flow = session.items, session.is_flow
        session.items = {}
        session.initializing = True
        try:
            ref = self.graph.data_inputs(assign)[1]
            session.run(self.graph, [ref])
            item = session.lookup(self.graph, ref, assign)
        finally:
            session.items, session.is_flow = saved, flow
            session.initializing = False
        known = session.emitter.known(item) if isinstance(item, Value) else None
        if known is None:
            raise assign.error("the initial value is not known at compile time")
        return known

    # ---- the module

    def _module(self, results: Sequence[Value]) -> Module:
        model, names = self.model, list(self.session.lessons.states)
        inits = tuple(Dense(self.session.variables.initial[n]) for n in names)
        fields: dict[str, Any] = {}
        if names:
            fields = {
                "num_states": len(names),
                "state_init": inits,
                "state_names": tuple(names),
            }
        func = Func(
            sym_name="main",
            function_type=FunctionType(
                tuple(a.type for a in self.entry.args), tuple(r.type for r in results)
            ),
            role="entry",
            arg_names=model.input_names,
            result_names=model.output_names,
            block=self.entry,
            loc=Location(name="main", file=model.file),
            **fields,
        )
        module = Module(sym_name=Path(model.file).stem, loc=Location(file=model.file))
        Builder(module.block).insert(func)
        return module


def _index(node: Node) -> int:
    return node.index
