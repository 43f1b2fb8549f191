"""One compiled specialisation of a function, and how it is called."""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from millrace.codegen.python_entry import Argument, PythonEntry, is_available, python_entry
from millrace.driver.model import Model
from millrace.frontend.python.signature import (
    ArraySpec,
    Output,
    OutputLeaf,
    OutputSequence,
    Spec,
    assemble,
    finished,
    output_leaves,
)
from millrace.ir.errors import RunError


class IndexRunError(RunError, IndexError):
    """An index out of range, as numpy's ``IndexError``."""


class DivisionRunError(RunError, ZeroDivisionError):
    """An integer division by zero that cannot go on."""


_KINDS: Sequence[tuple[str, type[RunError]]] = (
    ("an index is out of range", IndexRunError),
    ("an integer division by zero", DivisionRunError),
)


class Specialisation:
    """The function compiled for one combination of argument types."""

    def __init__(self, model: Model, specs: Sequence[Spec], output: Output) -> None:
        self.model = model
        self.output = output
        self._leaves = sorted(output_leaves(output), key=lambda leaf: leaf.index)
        self._entry = self._native_entry(specs) if is_available() else None
        self.fast = self._fast_call()
        """Takes the bare arguments; ``NotImplemented`` when they are of other types. None when
        that is not possible: tuples, keywords."""

    def __call__(self, arrays: list[Any]) -> Any:
        """On the arrays among the arguments."""
        try:
            results = self.model._call(arrays, None)
        except RunError as e:
            raise as_python_error(e) from None
        leaves = [finished(leaf, results[leaf.index]) for leaf in self._leaves]
        return assemble(self.output, leaves)

    # ---- the quick way

    def _native_entry(self, specs: Sequence[Spec]) -> PythonEntry | None:
        function = self.model._function
        arrays = [s for s in specs if isinstance(s, ArraySpec)]
        if function is None or len(arrays) != len(specs):
            return None
        arguments = [Argument(s.dtype, s.shape, s.python, s.scalar) for s in arrays]
        results = [
            Argument(spec.dtype, spec.shape, leaf.python, leaf.scalar)
            for spec, leaf in zip(self.model.outputs, self._leaves, strict=False)
        ]
        if len(results) != len(self.model.outputs):
            return None  # nothing but constants comes back
        return python_entry(function, arguments, results, partial(_fail, self.model))

    def _fast_call(self) -> Callable[..., Any] | None:
        if self._entry is None:
            return None
        call, output = self._entry.call, self.output
        if _is_plain(output):
            return call
        single = len(self._leaves) == 1

        def assembled(*args: Any) -> Any:
            results = call(*args)
            if results is NotImplemented:
                return results
            return assemble(output, (results,) if single else results)

        return assembled


def _is_plain(output: Output) -> bool:
    """Whether the result is what the native entry returns."""
    if isinstance(output, OutputLeaf):
        return True
    if not isinstance(output, OutputSequence) or output.kind is not tuple:
        return False
    inner = [o.index for o in output.items if isinstance(o, OutputLeaf)]
    return len(inner) > 1 and inner == list(range(len(output.items)))


def _fail(model: Model, status: int) -> None:
    """Raise what a failed run's status stands for."""
    function = model._function
    assert function is not None
    try:
        model._fail(function, status)
    except RunError as e:
        raise as_python_error(e) from None
    raise RunError(f"{model.name}: error {status}")


def as_python_error(e: RunError) -> RunError:
    """The error that is Python's, too, where Python has one."""
    for text, known in _KINDS:
        if text in str(e):
            return known(*e.args)
    raised = re.match(r"(?:[^\n]*?:\d+:\d+: )?(\w+)(?::|$)", str(e))
    name = raised.group(1) if raised else ""
    kind = vars(builtins).get(name)
    if isinstance(kind, type) and issubclass(kind, Exception):
        return _joined(name)(*e.args)
    return e


@cache
def _joined(name: str) -> type[RunError]:
    """The errors that are both a RunError and the exception of Python's so named."""
    made: Any = type(f"{name}RunError", (RunError, vars(builtins)[name]), {})
    found: type[RunError] = made
    return found
