"""Which nodes change variables."""

from __future__ import annotations

from millrace.frontend.tensorflow.graphdef import GraphDef, Node

ASSIGNS = frozenset(
    {
        "Assign", "AssignAdd", "AssignSub", "AssignVariableOp", "AssignAddVariableOp",
        "AssignSubVariableOp", "ScatterUpdate", "ScatterAdd", "ScatterSub",
        "ResourceScatterUpdate", "ResourceScatterAdd", "ResourceScatterSub",
    }
)  # fmt: skip


class Effects:
    """Answers for nodes and for bodies of functions."""

    def __init__(self, definition: GraphDef) -> None:
        self._definition = definition
        self._bodies: dict[str, list[str]] = {}

    def has(self, node: Node) -> bool:
        """Whether running the node changes a variable."""
        if node.op in ASSIGNS:
            return True
        return any(self.of_body(name) for name in node.function_names())

    def of_body(self, name: str) -> list[str]:
        """Names of the nodes of a function's body that change variables."""
        found = self._bodies.get(name)
        if found is None:
            self._bodies[name] = []  # a function that calls itself is refused elsewhere
            function = self._definition.functions.get(name)
            nodes = () if function is None else function.nodes
            found = self._bodies[name] = [n.name for n in nodes if self.has(n)]
        return found
