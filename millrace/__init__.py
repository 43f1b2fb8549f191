"""Millrace compiles dataflow graphs with control flow to native code.

::

    import millrace

    model = millrace.compile("model.onnx")
    y = model(x)

    @millrace.jit
    def smooth(signal, alpha):
        state = signal[0]
        for value in signal:
            state = state + alpha * (value - state)
        return state

Names are loaded on first use, so that ``import millrace.ir`` needs none of the compiler.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from millrace._version import __version__

if TYPE_CHECKING:
    from millrace.driver.api import compile, load
    from millrace.driver.jit import jit
    from millrace.driver.model import Model, State
    from millrace.driver.specs import TensorSpec
    from millrace.frontend.python import static
    from millrace.frontend.python.library.functional import cond, fold, rnn, scan, while_loop
    from millrace.frontend.python.library.functional import map_rows as map
    from millrace.ir.errors import CompileError, IRError, MillraceError, ParseError, RunError

__all__ = [
    "CompileError",
    "IRError",
    "MillraceError",
    "Model",
    "ParseError",
    "RunError",
    "State",
    "TensorSpec",
    "__version__",
    "compile",
    "cond",
    "fold",
    "jit",
    "load",
    "map",
    "rnn",
    "scan",
    "static",
    "while_loop",
]

_HOME = {
    "compile": "millrace.driver.api",
    "load": "millrace.driver.api",
    "jit": "millrace.driver.jit",
    "static": "millrace.frontend.python",
    "cond": "millrace.frontend.python.library.functional",
    "fold": "millrace.frontend.python.library.functional",
    "map": "millrace.frontend.python.library.functional",
    "rnn": "millrace.frontend.python.library.functional",
    "scan": "millrace.frontend.python.library.functional",
    "while_loop": "millrace.frontend.python.library.functional",
    "Model": "millrace.driver.model",
    "State": "millrace.driver.model",
    "TensorSpec": "millrace.driver.specs",
    "CompileError": "millrace.ir.errors",
    "IRError": "millrace.ir.errors",
    "MillraceError": "millrace.ir.errors",
    "ParseError": "millrace.ir.errors",
    "RunError": "millrace.ir.errors",
}


_OTHER_NAMES = {"map": "map_rows"}
_NUMBERS = ("bool_", "f16", "f32", "f64", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64")
"""Types of numbers and, subscripted, arrays, for the signatures of :func:`jit`."""


def __getattr__(name: str) -> Any:
    if name in _NUMBERS:
        from millrace.driver.jit_types import NUMBERS

        return NUMBERS[name]
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'millrace' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(home), _OTHER_NAMES.get(name, name))
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
