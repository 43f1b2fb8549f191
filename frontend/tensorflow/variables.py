"""Variables: their values while a graph is imported, and the states that they become."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from millrace.frontend.emitter import Emitter, type_of
from millrace.frontend.tensorflow.graphdef import Node
from millrace.frontend.tensorflow.items import Lessons, Variable
from millrace.frontend.tensorflow.tensors import Array
from millrace.ir.core import Value

Finder = Callable[[Variable, Node], Array]
"""The initial value of a variable: from a checkpoint, or from its initializer."""


class Variables:
    """The current value of each variable, by name."""

    def __init__(self, emitter: Emitter, lessons: Lessons, states: Mapping[str, Value]) -> None:
        self._emitter = emitter
        self._lessons = lessons
        self.current: dict[str, Value] = dict(states)
        self.initial: dict[str, Array] = {}
        self.references: set[str] = set()
        """Variables that are read without a read operation (TensorFlow 1)."""
        self.find: Finder = _no_value

    def initial_value(self, variable: Variable, node: Node) -> Array:
        if variable.name not in self.initial:
            self.initial[variable.name] = self.find(variable, node)
        return self.initial[variable.name]

    def read(self, variable: Variable, node: Node) -> Value:
        value = self.current.get(variable.name)
        if value is None:
            value = self._emitter.constant(self.initial_value(variable, node))
            self.current[variable.name] = value
        return value

    def write(self, variable: Variable, value: Value, node: Node) -> None:
        """Assign; the variable becomes a state, which must keep its shape."""
        initial = self.initial_value(variable, node)
        t = type_of(value)
        if t.shape != initial.shape or t.dtype != initial.dtype:
            raise node.error(
                f"variable {variable.name!r} is {initial.dtype}{list(initial.shape)} and becomes "
                f"{t}; shapes must not change"
            )
        self._lessons.learn_state(variable.name)
        self.current[variable.name] = value


def _no_value(variable: Variable, node: Node) -> Array:
    raise node.error(f"variable {variable.name!r} has no value")
