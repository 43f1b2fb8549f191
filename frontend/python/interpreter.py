"""The abstract interpreter: runs a function's syntax tree on values that are known in part, and
emits IR for the rest.

This class holds the state and what every part needs; the parts are tables of functions that take
it as their first argument: :mod:`statements`, :mod:`expressions`, :mod:`operators`,
:mod:`subscripts`, :mod:`calls` and the numpy tables."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from millrace.frontend.emitter import Emitter, type_of
from millrace.frontend.python import views
from millrace.frontend.python.errors import JitError, Note
from millrace.frontend.python.promotion import SUPPORTED, DType, Weak, strong, weak_type
from millrace.frontend.python.source import Place, Source
from millrace.frontend.python.state import Frame, State, Where
from millrace.frontend.python.values import (
    Abstract,
    ArrayRef,
    Cell,
    Known,
    ListRef,
    Maybe,
    Number,
    Poison,
    Selected,
    Slice,
    Tuple,
    is_number,
    is_numeric,
)
from millrace.ir.core import Block, Operation, Value
from millrace.ir.errors import IRError
from millrace.ir.location import Location
from millrace.ir.types import TensorType, element_type_of

STATIC = "use a constant, or name the argument in @jit(static=...)"
"""How an argument can be known when a function is compiled."""


class Interpreter:
    """Interprets one function, into ``entry``."""

    def __init__(self, entry: Block) -> None:
        self.emit = Emitter(entry)
        self.state = State()
        self.trail: list[Where] = []
        """The call sites of the functions that are being interpreted."""
        self.where: Where | None = None
        self.check_asserts = False
        self.entry = entry
        self._constants: dict[int, tuple[Any, Abstract]] = {}

    # ---- errors and places

    def fail(
        self,
        code: str,
        node: ast.AST | None = None,
        notes: Sequence[tuple[str, Where]] = (),
        **fields: Any,
    ) -> JitError:
        """The error ``code`` at ``node``, by default where the interpreter is."""
        where = self.where
        calls = [w for w in self.trail if not w.source.is_ours]
        if where is not None and where.source.is_ours:
            # Of numpy's functions written in Python here: where the user calls them.
            where, node = (calls.pop(), None) if calls else (where, node)
        place = None
        if where is not None:
            place = where.source.place(node if node is not None else where.node)
        trail = [w.source.place(w.node) for w in calls]
        extra = [Note(text, w.source.place(w.node)) for text, w in notes]
        return JitError(code, fields, place, extra, trail)

    @contextmanager
    def at(self, node: ast.AST, source: Source | None = None) -> Iterator[None]:
        """Errors and operations inside belong to ``node``."""
        saved = self.where
        if source is None:
            assert saved is not None
            source = saved.source
        self.where = Where(source, node)
        place = self._location(source, node)
        try:
            with self.emit.at(Location(file=place.file, line=place.line, column=place.column)):
                yield
        except IRError as e:
            raise self.fail("J025", what=_reason(e), fix="change the operands") from None
        finally:
            self.where = saved

    def _location(self, source: Source, node: ast.AST) -> Place:
        """What operations at ``node`` say that they come from: lines of the user's."""
        if source.is_ours:
            calls = [w for w in self.trail if not w.source.is_ours]
            if calls:
                return calls[-1].source.place(calls[-1].node)
        return source.place(node)

    # ---- values from outside

    def wrap(self, value: Any, owner: str = "a constant from outside the function") -> Abstract:
        """A Python object as a value. Arrays become constants, one for each object."""
        if not isinstance(value, np.ndarray | tuple | list):
            return Known(value)
        found = self._constants.get(id(value))
        if found is None:
            found = self._constants[id(value)] = (value, self._wrap_new(value, owner))
        return found[1]

    def _wrap_new(self, value: Any, owner: str) -> Abstract:
        if isinstance(value, tuple):
            return Tuple(tuple(self.wrap(v, owner) for v in value), type(value))
        if isinstance(value, list):
            cell = Cell(owner)
            self.state.add_outside(cell, tuple(self.wrap(v, owner) for v in value))
            return ListRef(cell)
        if value.dtype not in SUPPORTED:
            raise self.fail("J029", what="an array", dtype=value.dtype)
        cell = Cell(owner)
        content = np.array(value, order="C")  # the caller may change it
        self.state.add_outside(cell, self.emit.constant(content))
        return ArrayRef(cell)

    # ---- numbers and arrays

    def array(self, ir: Value) -> ArrayRef:
        """A new array."""
        cell = Cell()
        self.state.heap[cell] = ir
        return ArrayRef(cell)

    def number(self, ir: Value, python: type | None = None) -> Abstract:
        """A number of rank 0: known when the emitter knows it."""
        content = self.emit.known(ir)
        if content is not None:
            return Known(content.item() if python else content[()])
        return Number(ir, python)

    def result(self, ir: Value) -> Abstract:
        """What numpy functions return: a scalar for rank 0, else an array."""
        return self.array(ir) if type_of(ir).rank else self.number(ir)

    def list_of(self, items: Sequence[Abstract]) -> ListRef:
        cell = Cell()
        self.state.heap[cell] = tuple(items)
        return ListRef(cell)

    def read(self, v: ArrayRef) -> Value:
        """The array's tensor."""
        return self.content(v, self.state.heap)

    def content(self, v: ArrayRef, heap: Mapping[Cell, Any]) -> Value:
        """The array's tensor where cells hold what ``heap`` says."""
        if v.view is None:
            content: Value = heap[v.cell]
            return content
        base = self.content(v.view.base, heap)
        if base is v.view.whole and self.emit.can_use(v.view.content):
            return v.view.content
        return views.part(self, base, v.view.kind, v.view.how)

    def array_type(self, v: ArrayRef, heap: Mapping[Cell, Any] | None = None) -> TensorType:
        """The type of the array's tensor."""
        if v.view is not None:
            return v.view.type
        return type_of((self.state.heap if heap is None else heap)[v.cell])

    def type_of(self, v: Number) -> TensorType:
        return type_of(v.ir)

    def shape_in(self, v: Abstract, heap: Mapping[Cell, Any]) -> tuple[int, ...] | None:
        """The shape of a numeric value in another state; None for anything else."""
        if isinstance(v, ArrayRef):
            return self.array_type(v, heap).shape
        return () if is_number(v) else None

    def describe(self, v: Abstract, heap: Mapping[Cell, Any] | None = None) -> str:
        """What a value is, for messages."""
        if isinstance(v, ArrayRef):
            t = self.array_type(v, heap)
            return f"{t.dtype}{list(t.shape)}"
        return v.describe()

    def tensor(self, v: Abstract, dtype: DType | None = None) -> Value:
        """A number or an array as a tensor, converted to ``dtype``."""
        if isinstance(v, Known):
            return self._constant(v.value, dtype)
        if isinstance(v, Tuple | ListRef):
            v = self.as_array(v)
        if isinstance(v, Number):
            ir = v.ir
        elif isinstance(v, ArrayRef):
            ir = self.read(v)
        else:
            raise self.fail("J015", what="a number or an array", got=v.describe(), fix="convert it")
        return ir if dtype is None else self.emit.cast(ir, element_type_of(dtype))

    def _constant(self, value: Any, dtype: DType | None) -> Value:
        try:
            array = np.asarray(value) if dtype is None else _converted(value, dtype)
        except (OverflowError, ValueError, TypeError) as e:
            raise self.fail("J025", what=str(e), fix="use a number that fits the type") from None
        if array.dtype not in SUPPORTED:
            if array.dtype == object and isinstance(value, int):
                raise self.fail("J051", value=value)
            raise self.fail("J029", what=f"a value ({value!r})", dtype=array.dtype)
        return self.emit.constant(array)

    def as_array(self, v: Abstract) -> Abstract:
        """Lists and tuples of numbers and arrays as one array."""
        from millrace.frontend.python.creation import array_of

        return array_of(self, v) if isinstance(v, Tuple | ListRef) else v

    def weak(self, v: Abstract) -> Weak:
        """The type of a numeric value as promotion sees it."""
        if isinstance(v, ArrayRef):
            return self.array_type(v).dtype
        found = weak_type(v)
        assert found is not None, v
        return found

    def dtype(self, v: Abstract) -> DType:
        return strong(self.weak(v))

    def shape(self, v: Abstract) -> tuple[int, ...]:
        return self.array_type(v).shape if isinstance(v, ArrayRef) else ()

    def need_numeric(self, v: Abstract, what: str) -> Abstract:
        """``v`` as a number or an array; an error that names ``what`` needs it."""
        v = self.as_array(v)
        if isinstance(v, Selected):
            raise self.fail("J044", fix="use np.where(mask, x, 0), or reduce with where=mask")
        if isinstance(v, Known) and isinstance(v.value, int | complex | np.generic):
            dtype = np.asarray(v.value).dtype
            if dtype.hasobject:
                raise self.fail("J051", value=v.value)
            if dtype not in SUPPORTED:
                raise self.fail("J029", what=what, dtype=dtype)
        if not is_numeric(v):
            raise self.fail("J017", op=what, types=v.describe())
        return v

    def row(self, v: ArrayRef, step: Value) -> Abstract:
        """Row ``step``, which exists, of an array."""
        from millrace.frontend.python.reads import row

        return row(self, v, step)

    def truth_value(self, truth: bool | Value) -> Abstract:
        return Known(truth) if isinstance(truth, bool) else self.number(truth, bool)

    # ---- what has to be known

    def known(self, v: Abstract, what: str, fix: str = STATIC) -> Any:
        """The Python object behind ``v``; an error when it is not known now."""
        if isinstance(v, Known):
            return v.value
        if isinstance(v, Tuple):
            items = [self.known(x, what, fix) for x in v.items]
            return tuple(items) if v.kind is tuple else v.kind(*items)
        if isinstance(v, ListRef):
            from millrace.frontend.python import lists

            return [self.known(x, what, fix) for x in lists.items(self, v)]
        if isinstance(v, Slice):
            parts = (v.start, v.stop, v.step)
            return slice(*(None if p is None else self.known(p, what, fix) for p in parts))
        if isinstance(v, ArrayRef):
            content = self.emit.known(self.read(v))
            if content is not None:
                return content
        raise self.fail("J015", what=what, got=v.describe(), fix=fix)

    def known_int(self, v: Abstract, what: str, fix: str = STATIC) -> int:
        value = self.known(v, what, fix)
        try:
            return int(value.__index__())
        except (AttributeError, TypeError):
            raise self.fail("J015", what=f"{what} as an int", got=v.describe(), fix=fix) from None

    # ---- truth

    def truth(self, v: Abstract) -> bool | Value:
        """The truth of a value: known, or a boolean tensor of rank 0."""
        if isinstance(v, Known):
            return bool(v.value)
        if isinstance(v, Tuple):
            return bool(v.items)
        if isinstance(v, ListRef):
            return bool(self.state.heap[v.cell])
        if is_numeric(v):
            ir = self.tensor(v, np.dtype(np.bool_))
            if type_of(ir).size != 1:
                raise self.fail("J018", shape=list(type_of(ir).shape))
            ir = self.emit.reshape(ir, ())
            content = self.emit.known(ir)
            return ir if content is None else bool(content)
        return True

    # ---- names

    def lookup(self, name: str) -> Abstract:
        """What a name holds where the interpreter is."""
        from millrace.frontend.python.names import find

        v = find(self, self.state.frame, name)
        if isinstance(v, Maybe):
            v = Poison("J002", {"name": name})
        if isinstance(v, Poison):
            raise self.fail(v.code, notes=v.notes, **v.fields)
        return v

    def assign_name(self, name: str, value: Abstract) -> None:
        frame: Frame = self.state.frame
        if name in frame.globals:
            raise self.fail("J037", name=name)
        if name in frame.nonlocals:
            outer = frame.function.frame
            while outer is not None and name not in outer.assigned:
                outer = outer.function.frame
            frame = outer or frame
        frame.names[name] = value
        if self.where is not None:
            frame.sites[name] = self.where

    # ---- operations

    def op(self, cls: type[Operation], *operands: Any, **fields: Any) -> Value:
        return self.emit.op(cls, *operands, **fields)

    def is_number(self, v: Abstract) -> bool:
        return is_number(v)

    def eval(self, node: ast.expr) -> Abstract:
        from millrace.frontend.python.expressions import evaluate

        return evaluate(self, node)


def _converted(value: Any, dtype: DType) -> Any:
    """A constant in the type that promotion chose. Python numbers must fit, as in numpy."""
    if type(value) in (bool, int, float):
        return np.asarray(value, dtype)
    return np.asarray(value).astype(dtype)


def _reason(error: IRError) -> str:
    """The message without the place, which the error gets anyway."""
    return str(error).rpartition("mr.")[2] or str(error)


def is_tensor(v: Any) -> bool:
    return isinstance(v, Value) and isinstance(v.type, TensorType)
