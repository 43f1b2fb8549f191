"""A function that CPython calls like its own built-in ones, for a compiled model in this process.

It is machine code of our own: it looks at the arguments, makes the result arrays through numpy's C
interface, calls ``NAME_invoke`` with the interpreter lock released, and builds the result. That
takes a fraction of what ``ctypes`` takes. An argument of another type than the function was made
for makes it return ``NotImplemented``: the caller finds out what to do then.

What it needs to know of the process (addresses of functions and type objects) is in the text as
numbers, so the code belongs to this process and is never saved."""

from __future__ import annotations

import ctypes
import importlib
import itertools
import sys
import sysconfig
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.codegen import llvm
from millrace.codegen.engine import LoadedFunction
from millrace.codegen.targets import host

STACK_ARENA = 1 << 16
"""An arena of up to this many bytes lies on the stack of the call."""

# Offsets in CPython's and numpy's objects, which their binary interfaces fix.
_TYPE, _FLOAT_VALUE, _SCALAR_VALUE = 8, 16, 16
_DATA, _NDIM, _DIMENSIONS, _DESCR, _FLAGS = 16, 24, 32, 56, 64
_READY = 0x1 | 0x100
"""numpy's flags for C-contiguous and aligned."""
_NEW_FROM_DESCR, _SCALAR = 94, 60
"""Places in numpy's table of functions."""
_METH_FASTCALL = 0x80


@dataclass(frozen=True)
class Argument:
    """``python`` is the class of a Python number, None for numpy's; ``scalar`` tells a numpy
    scalar from an array."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    python: type | None = None
    scalar: bool = False


def is_available() -> bool:
    """Whether the interpreter's objects are laid out as this file assumes."""
    return (
        sys.implementation.name == "cpython"
        and sys.maxsize > 1 << 32
        and not sysconfig.get_config_var("Py_GIL_DISABLED")
        and not sysconfig.get_config_var("Py_TRACE_REFS")
        and host().triple.startswith(("x86_64", "aarch64"))
    )


class _MethodDef(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("function", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("doc", ctypes.c_char_p),
    ]


@dataclass(eq=False)
class PythonEntry:
    """``call(*args)`` is the built-in function. The rest keeps alive what it points to."""

    call: Callable[..., Any]
    keeps: tuple[Any, ...]


def python_entry(
    function: LoadedFunction,
    arguments: Sequence[Argument],
    results: Sequence[Argument],
    fail: Callable[[int], None],
) -> PythonEntry:
    """The built-in function for a compiled model. ``fail(status)`` has to raise the error that
    a failed run's status word stands for. Several results come as a tuple."""
    text = _Text(function, arguments, results, fail)
    emitted = llvm.emit(text.module(), host(), level=1)
    loaded = llvm.LoadedObject(emitted.object)
    method = _MethodDef(
        function.compiled.name.encode(), loaded.address(text.symbol), _METH_FASTCALL, None
    )
    make = ctypes.pythonapi.PyCFunction_NewEx
    make.restype = ctypes.py_object
    make.argtypes = [ctypes.POINTER(_MethodDef), ctypes.py_object, ctypes.py_object]
    keeps = (function, loaded, method, text.kept, fail)
    return PythonEntry(make(ctypes.byref(method), keeps, None), keeps)


_numbers = itertools.count()


def _function(name: str) -> int:
    """The address of a function of the interpreter."""
    found = ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value
    assert found is not None
    return found


def _numpy_function(index: int) -> int:
    api: Any = importlib.import_module("numpy._core._multiarray_umath")
    get = ctypes.pythonapi.PyCapsule_GetPointer
    get.restype = ctypes.c_void_p
    get.argtypes = [ctypes.py_object, ctypes.c_char_p]
    table = get(api._ARRAY_API, None)
    found = ctypes.cast(table, ctypes.POINTER(ctypes.c_void_p))[index]
    assert found is not None
    return int(found)


class _Text:
    """The LLVM IR text of one entry."""

    def __init__(
        self,
        function: LoadedFunction,
        arguments: Sequence[Argument],
        results: Sequence[Argument],
        fail: Callable[[int], None],
    ) -> None:
        self.function = function
        self.arguments = arguments
        self.results = results
        self.symbol = f"millrace_entry_{next(_numbers)}"
        self.lines: list[str] = []
        self.kept: list[Any] = [fail]
        self._count = 0

    # ---- pieces of text

    def _line(self, text: str) -> None:
        self.lines.append(f"  {text}")

    def _value(self, text: str) -> str:
        self._count += 1
        self._line(f"%v{self._count} = {text}")
        return f"%v{self._count}"

    def _label(self, name: str) -> str:
        self._count += 1
        return f"{name}{self._count}"

    def _start(self, label: str) -> None:
        self.lines.append(f"{label}:")

    def _unless(self, condition: str, target: str) -> None:
        """Go to ``target`` unless the condition holds."""
        go = self._label("go")
        self._line(f"br i1 {condition}, label %{go}, label %{target}")
        self._start(go)

    def _load(self, kind: str, base: str, offset: int) -> str:
        at = self._value(f"getelementptr i8, ptr {base}, i64 {offset}")
        return self._value(f"load {kind}, ptr {at}, align 1")

    def _object(self, value: Any) -> str:
        """A Python object's address; it is kept alive."""
        self.kept.append(value)
        return f"inttoptr (i64 {id(value)} to ptr)"

    def _call(self, result: str, address: int, arguments: str) -> str:
        text = f"call {result} inttoptr (i64 {address} to ptr)({arguments})"
        if result == "void":
            self._line(text)
            return ""
        return self._value(text)

    # ---- the function

    def module(self) -> str:
        self._head()
        for i, a in enumerate(self.arguments):
            self._argument(i, a)
        made = [self._result(k, r) for k, r in enumerate(self.results)]
        self._invoke()
        self._return(made)
        self._mismatch()
        body = "\n".join(self.lines)
        return (
            f'target triple = "{host().triple}"\n'
            "@cached = internal global ptr null\n"
            f"define ptr @{self.symbol}(ptr %self, ptr %args, i64 %count) {{\nentry:\n{body}\n}}\n"
        )

    def _head(self) -> None:
        count = max(1, len(self.arguments) + len(self.results))
        self._line(f"%tensors = alloca [{count} x ptr], align 16")
        for k, a in enumerate((*self.arguments, *self.results)):
            if not a.shape:
                self._line(f"%cell{k} = alloca i64, align 8")
        c = self.function.compiled
        if c.arena_bytes <= STACK_ARENA:
            self._line(f"%arena = alloca [{c.arena_bytes} x i8], align {c.arena_align}")
        self._unless(self._value(f"icmp eq i64 %count, {len(self.arguments)}"), "mismatch")

    def _set_tensor(self, k: int, pointer: str) -> None:
        at = self._value(f"getelementptr ptr, ptr %tensors, i64 {k}")
        self._line(f"store ptr {pointer}, ptr {at}, align 8")

    # ---- arguments

    def _argument(self, i: int, a: Argument) -> None:
        value = self._load("ptr", "%args", 8 * i)
        if a.python is not None:
            self._python_number(i, value, a.python)
        elif a.scalar:
            self._has_type(value, a.dtype.type)
            self._set_tensor(i, self._value(f"getelementptr i8, ptr {value}, i64 {_SCALAR_VALUE}"))
        else:
            self._array(i, value, a)

    def _has_type(self, value: str, kind: type) -> None:
        found = self._load("ptr", value, _TYPE)
        self._unless(self._value(f"icmp eq ptr {found}, {self._object(kind)}"), "mismatch")

    def _python_number(self, i: int, value: str, kind: type) -> None:
        cell = f"%cell{i}"
        self._has_type(value, kind)
        if kind is float:
            self._line(f"store double {self._load('double', value, _FLOAT_VALUE)}, ptr {cell}")
        elif kind is bool:
            truth = self._value(f"icmp eq ptr {value}, {self._object(True)}")
            self._line(f"store i8 {self._value(f'zext i1 {truth} to i8')}, ptr {cell}")
        else:
            self._line(f"store i64 0, ptr {cell}")
            address = _function("PyLong_AsLongLongAndOverflow")
            number = self._call("i64", address, f"ptr {value}, ptr {cell}")
            overflow = self._value(f"load i32, ptr {cell}")
            self._unless(self._value(f"icmp eq i32 {overflow}, 0"), "mismatch")
            self._line(f"store i64 {number}, ptr {cell}")
        self._set_tensor(i, cell)

    def _array(self, i: int, value: str, a: Argument) -> None:
        self._has_type(value, np.ndarray)
        checks = [
            (self._load("ptr", value, _DESCR), "ptr", self._object(a.dtype)),
            (self._load("i32", value, _NDIM), "i32", str(len(a.shape))),
        ]
        flags = self._load("i32", value, _FLAGS)
        checks.append((self._value(f"and i32 {flags}, {_READY}"), "i32", str(_READY)))
        for found, kind, wanted in checks:
            self._unless(self._value(f"icmp eq {kind} {found}, {wanted}"), "mismatch")
        if a.shape:
            dims = self._load("ptr", value, _DIMENSIONS)
            for d, n in enumerate(a.shape):
                size = self._load("i64", dims, 8 * d)
                self._unless(self._value(f"icmp eq i64 {size}, {n}"), "mismatch")
        self._set_tensor(i, self._load("ptr", value, _DATA))

    # ---- results

    def _result(self, k: int, r: Argument) -> str | None:
        """A new array; None for what is made of a number after the call."""
        place = len(self.arguments) + k
        if r.scalar:
            self._set_tensor(place, f"%cell{place}")
            return None
        descr = self._object(r.dtype)
        self._call("void", _function("Py_IncRef"), f"ptr {descr}")
        dims = (ctypes.c_int64 * max(1, len(r.shape)))(*r.shape)
        self.kept.append(dims)
        made = self._call(
            "ptr",
            _numpy_function(_NEW_FROM_DESCR),
            f"ptr {self._object(np.ndarray)}, ptr {descr}, i32 {len(r.shape)}, "
            f"ptr inttoptr (i64 {ctypes.addressof(dims)} to ptr), ptr null, ptr null, i32 0, "
            "ptr null",
        )
        failed, go = self._label("failed"), self._label("go")
        self._line(
            f"br i1 {self._value(f'icmp eq ptr {made}, null')}, label %{failed}, label %{go}"
        )
        self._start(failed)
        self._line("ret ptr null")  # out of memory; arrays made before are lost as well
        self._start(go)
        self._set_tensor(place, self._load("ptr", made, _DATA))
        return made

    def _number(self, place: int, r: Argument) -> str:
        """A Python number or a numpy scalar of what the call has left in its cell."""
        cell = f"%cell{place}"
        if r.python is float:
            value = self._value(f"load double, ptr {cell}")
            return self._call("ptr", _function("PyFloat_FromDouble"), f"double {value}")
        if r.python is bool:
            truth = self._value(f"load i8, ptr {cell}")
            wide = self._value(f"zext i8 {truth} to i64")
            return self._call("ptr", _function("PyBool_FromLong"), f"i64 {wide}")
        if r.python is int:
            value = self._value(f"load i64, ptr {cell}")
            return self._call("ptr", _function("PyLong_FromLongLong"), f"i64 {value}")
        descr = self._object(r.dtype)
        return self._call("ptr", _numpy_function(_SCALAR), f"ptr {cell}, ptr {descr}, ptr null")

    # ---- the call

    def _invoke(self) -> None:
        arena = self._take_arena()
        thread = self._call("ptr", _function("PyEval_SaveThread"), "")
        weights = f"inttoptr (i64 {self.function.weights_address} to ptr)"
        status = self._call(
            "i32", self.function.address, f"ptr %tensors, ptr {arena}, ptr {weights}"
        )
        self._call("void", _function("PyEval_RestoreThread"), f"ptr {thread}")
        self._return_arena(arena)
        good, bad = self._label("good"), self._label("bad")
        self._line(f"br i1 {self._value(f'icmp eq i32 {status}, 0')}, label %{good}, label %{bad}")
        self._start(bad)
        self._raise(status)
        self._start(good)

    def _take_arena(self) -> str:
        """On the stack; or what another call has returned; or new memory."""
        c = self.function.compiled
        if c.arena_bytes <= STACK_ARENA:
            return "%arena"
        old = self._value("atomicrmw xchg ptr @cached, ptr null seq_cst")
        have, need, go = (self._label(n) for n in ("have", "need", "go"))
        self._line(f"br i1 {self._value(f'icmp eq ptr {old}, null')}, label %{need}, label %{have}")
        self._start(have)
        self._line(f"br label %{go}")
        self._start(need)
        size = c.arena_bytes + c.arena_align
        raw = self._call("ptr", _function("PyMem_RawMalloc"), f"i64 {size}")
        failed = self._label("failed")
        made = self._label("made")
        self._line(
            f"br i1 {self._value(f'icmp eq ptr {raw}, null')}, label %{failed}, label %{made}"
        )
        self._start(failed)
        self._line(f"ret ptr {self._call('ptr', _function('PyErr_NoMemory'), '')}")
        self._start(made)
        self._line(f"br label %{go}")
        self._start(go)
        self._raw = self._value(f"phi ptr [ {old}, %{have} ], [ {raw}, %{made} ]")
        address = self._value(f"ptrtoint ptr {self._raw} to i64")
        up = self._value(f"add i64 {address}, {c.arena_align - 1}")
        aligned = self._value(f"and i64 {up}, {-c.arena_align}")
        return self._value(f"inttoptr i64 {aligned} to ptr")

    def _return_arena(self, arena: str) -> None:
        if arena == "%arena":
            return
        spare = self._value(f"atomicrmw xchg ptr @cached, ptr {self._raw} seq_cst")
        self._call("void", _function("PyMem_RawFree"), f"ptr {spare}")

    def _raise(self, status: str) -> None:
        """Let Python make the error."""
        number = self._value(f"sext i32 {status} to i64")
        boxed = self._call("ptr", _function("PyLong_FromLongLong"), f"i64 {number}")
        fail = self._object(self.kept[0])
        raised = self._call("ptr", _function("PyObject_CallOneArg"), f"ptr {fail}, ptr {boxed}")
        self._line(f"ret ptr {raised}")  # null, unless ``fail`` did not raise

    def _return(self, made: Sequence[str | None]) -> None:
        first = len(self.arguments)
        values = [
            v if v is not None else self._number(first + k, r)
            for k, (v, r) in enumerate(zip(made, self.results, strict=True))
        ]
        if len(values) == 1:
            self._line(f"ret ptr {values[0]}")
            return
        result = self._call("ptr", _function("PyTuple_New"), f"i64 {len(values)}")
        for k, v in enumerate(values):
            self._call("i32", _function("PyTuple_SetItem"), f"ptr {result}, i64 {k}, ptr {v}")
        self._line(f"ret ptr {result}")

    def _mismatch(self) -> None:
        self._start("mismatch")
        other = self._object(NotImplemented)
        self._call("void", _function("Py_IncRef"), f"ptr {other}")
        self._line(f"ret ptr {other}")
