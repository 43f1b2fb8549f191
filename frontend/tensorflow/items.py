"""What flows along the edges of a TensorFlow graph besides tensors."""

from __future__ import annotations

from dataclasses import dataclass, replace

from millrace.frontend.tensorflow.tensors import Strings
from millrace.ir.core import Value
from millrace.ir.types import ElementType


@dataclass(frozen=True)
class TensorList:
    """A list of tensors of one shape, or the flow of a TensorArray: a buffer [n, ...element].
    ``origin`` is the node that made it; ``guessed`` when the element's shape was not known there.
    """

    buffer: Value
    origin: str
    guessed: bool = False

    def with_buffer(self, buffer: Value) -> TensorList:
        return replace(self, buffer=buffer)


@dataclass(frozen=True)
class Variable:
    """A handle of, or a reference to, a variable."""

    name: str


@dataclass(frozen=True)
class ArrayHandle:
    """A handle of a TensorArray; the content goes with the flow."""

    origin: str
    element: ElementType


@dataclass(frozen=True)
class Dead:
    """The output of a branch that is known not to be taken."""


DEAD = Dead()

Item = Value | TensorList | Variable | ArrayHandle | Strings | Dead
"""What an output of a node is at import."""


def tensor_of(item: Item) -> Value | None:
    """The tensor that carries the item's content; None for handles."""
    if isinstance(item, TensorList):
        return item.buffer
    return item if isinstance(item, Value) else None


def rewrapped(item: Item, value: Value) -> Item:
    """The same sort of item with another content."""
    return item.with_buffer(value) if isinstance(item, TensorList) else value


class Retry(Exception):
    """Something was learned that changes what was imported before."""


@dataclass
class Lessons:
    """What earlier attempts of an import found out."""

    elements: dict[str, tuple[int, ...]]
    """Shapes of the elements of lists, by origin."""
    counts: dict[str, int]
    """Lengths of lists that grow in a loop, by origin."""
    states: dict[str, None]
    """Variables that are assigned, in order of discovery."""
    carried: dict[str, dict[str, None]]
    """By call path of a loop: the variables that its body assigns."""

    def learn_element(self, origin: str, shape: tuple[int, ...]) -> None:
        if self.elements.get(origin) == shape:
            return
        self.elements[origin] = shape
        raise Retry

    def learn_count(self, origin: str, count: int) -> None:
        """``count`` is more than what was known."""
        self.counts[origin] = count
        raise Retry

    def learn_state(self, name: str) -> None:
        if name not in self.states:
            self.states[name] = None
            raise Retry

    def learn_carried(self, path: str, names: list[str]) -> None:
        known = self.carried.setdefault(path, {})
        new = [n for n in names if n not in known]
        if new:
            known.update(dict.fromkeys(new))
            raise Retry
