"""One import: runs graphs, node by node, through the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from millrace.frontend.emitter import Emitter
from millrace.frontend.tensorflow.effects import Effects
from millrace.frontend.tensorflow.graph import MERGES, Graph, Ref
from millrace.frontend.tensorflow.graphdef import GraphDef, Node
from millrace.frontend.tensorflow.items import DEAD, Dead, Item, Lessons, Retry
from millrace.frontend.tensorflow.table import Call, RowFunction
from millrace.frontend.tensorflow.variables import Variables
from millrace.ir.core import Value
from millrace.ir.errors import CompileError, IRError, MillraceError

if TYPE_CHECKING:
    from millrace.frontend.tensorflow.growth import Counter

MAX_DEPTH = 48
"""Deepest nesting of function calls."""

Items = dict[Ref, Item]


class Session:
    """What is the same for all graphs of a model."""

    def __init__(
        self,
        definition: GraphDef,
        file: str,
        emitter: Emitter,
        rows: Mapping[str, RowFunction],
        variables: Variables,
        lessons: Lessons,
    ) -> None:
        self.file = file
        self.emitter = emitter
        self.rows = rows
        self.variables = variables
        self.lessons = lessons
        self.definition = definition
        self.effects = Effects(definition)
        self.is_flow = False
        """Whether dataflow control has been imported."""
        self.depth = 0
        self.initializing = False
        """Whether the initial value of a variable is imported."""
        self.counters: dict[Value, Counter] = {}
        """Of loops under import: values that count steps."""
        self.items: Items = {}
        """Of the graph under import: what the outputs of its nodes are."""
        self._bodies: dict[str, Graph] = {}

    # ---- functions

    def body_of(self, name: str, node: Node) -> Graph:
        """The body of a function of the library."""
        found = self._bodies.get(name)
        if found is None:
            function = self.definition.functions.get(name)
            if function is None:
                raise node.error(f"there is no function {name!r}")
            found = self._bodies[name] = Graph(function.nodes, self.file, function)
        return found

    def results_of(self, name: str, node: Node) -> list[Ref]:
        body = self.body_of(name, node)
        return [body.ref(r) for r in self.definition.functions[name].results]

    def call_function(self, name: str, c: Call, args: Sequence[Item]) -> list[Item]:
        """Import a function's body in place of a call of it."""
        body, results = self.body_of(name, c.node), self.results_of(name, c.node)
        if len(args) != len(body.arguments):
            raise c.node.error(
                f"function {name!r} takes {len(body.arguments)} values, got {len(args)}"
            )
        if self.depth >= MAX_DEPTH:
            raise c.node.error("functions are nested too deeply")
        given = {Ref(a): item for a, item in zip(body.arguments, args, strict=True)}
        roots = [*results, *(Ref(n) for n in self.effects.of_body(name))]
        saved = self.items
        self.depth += 1
        self.items = given
        try:
            self.run(body, roots, c.path + "/")
            return [self.lookup(body, r, c.node) for r in results]
        finally:
            self.items = saved
            self.depth -= 1

    # ---- graphs

    def run(self, graph: Graph, roots: Iterable[Ref], prefix: str = "") -> None:
        """Import the nodes that the roots depend on; what ``items`` has already is given."""
        fed = frozenset(self.items)
        names = graph.needed(list(roots), fed)
        merges: list[Node] = []
        for node in graph.order(names, fed=fed):
            results = self.run_node(graph, node, prefix)
            for port, item in enumerate(results):
                self.items.setdefault(Ref(node.name, port), item)
                if isinstance(item, Value) and item.name_hint is None:
                    item.name_hint = node.name
            if node.op in MERGES:
                merges.append(node)
        for node in merges:
            self._close(graph, node)

    def _close(self, graph: Graph, node: Node) -> None:
        from millrace.frontend.tensorflow.ops_flow import close_merge

        close_merge(self, graph, node)

    def lookup(self, graph: Graph, ref: Ref, user: Node | None) -> Item:
        item = self.items.get(ref)
        if item is not None:
            return item
        if self.items.get(Ref(ref.node)) is DEAD:
            return DEAD
        where = user.loc.describe() if user is not None else self.file
        raise CompileError(f"{where}: node {ref.node!r} has no output {ref.port}")

    def _arguments(self, graph: Graph, node: Node) -> tuple[Item, ...]:
        refs = graph.data_inputs(node)
        if node.op in MERGES:
            refs = [r for r in refs if r in self.items]
        return tuple(self.lookup(graph, r, node) for r in refs)

    def _is_dead(self, graph: Graph, node: Node, args: Sequence[Item]) -> bool:
        """Whether the node belongs to a branch that is known not to be taken."""
        if node.op in MERGES:
            return bool(args) and all(isinstance(a, Dead) for a in args)
        if any(isinstance(a, Dead) for a in args):
            return True
        pivots = (graph.pivot_of(r) for r in graph.inputs(node) if r.control)
        return any(p is not None and isinstance(self.items.get(p), Dead) for p in pivots)

    # ---- nodes

    def run_node(self, graph: Graph, node: Node, prefix: str) -> Sequence[Item]:
        args = self._arguments(graph, node)
        if self._is_dead(graph, node, args):
            return [DEAD]
        row = self.rows.get(node.op)
        if row is None:
            raise unsupported(self.file, {node.op: [node.name]})
        try:
            with self.emitter.at(node.loc):
                results = row(Call(self, graph, node, args, prefix + node.name))
        except IRError as e:
            text = str(e)
            named = text.startswith(node.loc.describe())
            raise e if named else IRError(f"{node.loc.describe()}: {text}") from e
        except (MillraceError, RecursionError, MemoryError):
            raise
        except Retry:
            raise
        except Exception as e:
            # Attributes and operands can be wrong in more ways than rows can check.
            raise node.error(f"malformed node: {e or type(e).__name__}") from e
        return results if isinstance(results, Sequence) else [results]

    # ---- what is not supported

    def check_supported(self, graph: Graph, roots: Sequence[Ref]) -> None:
        """Raise one CompileError that lists every missing operator with its nodes."""
        missing: dict[str, list[str]] = {}
        seen: set[str] = set()
        pending: list[tuple[Graph, list[Ref], frozenset[Ref]]] = [
            (graph, list(roots), frozenset(self.items))
        ]
        for body, wanted, fed in pending:
            for node in sorted(
                (body.nodes[n] for n in body.needed(wanted, fed)), key=lambda n: n.index
            ):
                if node.op not in self.rows:
                    missing.setdefault(node.op, []).append(node.name)
                    continue
                for name in node.function_names():
                    if name not in seen and name in self.definition.functions:
                        seen.add(name)
                        inner = self.body_of(name, node)
                        effects = [Ref(n) for n in self.effects.of_body(name)]
                        results = [*self.results_of(name, node), *effects]
                        pending.append((inner, results, frozenset()))
        if missing:
            raise unsupported(self.file, missing)


SHOWN_NODES = 5
"""How many nodes of one missing operator an error names."""


def unsupported(file: str, missing: Mapping[str, Sequence[str]]) -> CompileError:
    return CompileError(
        f"{file}: unsupported operators: "
        + "; ".join(_describe(op, nodes) for op, nodes in sorted(missing.items()))
    )


def _describe(op: str, nodes: Sequence[str]) -> str:
    shown = ", ".join(f'"{n}"' for n in nodes[:SHOWN_NODES])
    more = f" and {len(nodes) - SHOWN_NODES} more" if len(nodes) > SHOWN_NODES else ""
    return f"{op} (node{'s' if len(nodes) > 1 else ''} {shown}{more})"
