"""Parser: the inverse of the printer. Takes MLIR's generic form with our dialects.

The text may be anything: what is not well-formed raises ParseError with file, line, column and
a caret. The parser checks syntax, names, and that a value has one type; what operations owe
beyond that (fields, terminators, types) is the verifier's.
"""

from __future__ import annotations

import difflib
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from millrace.ir.core import Block, Operation, OpResult, Region, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.errors import ParseError
from millrace.ir.fieldtypes import wants_scalar
from millrace.ir.location import Location
from millrace.ir.registry import all_ops
from millrace.ir.structure import ISOLATED
from millrace.ir.text.lexer import Source, Token
from millrace.ir.text.numbers import integer
from millrace.ir.text.resources import sidecar_of
from millrace.ir.text.values import ValueParser
from millrace.ir.types import Type


def parse_module(
    text: str,
    *,
    resources: Mapping[str, np.ndarray[Any, Any]] | None = None,
    filename: str = "<string>",
    source_locs: bool = False,
) -> Module:
    """The module that ``text`` describes. ``resources`` has the arrays of large constants by
    key. With ``source_locs`` operations without ``loc(...)`` get their place in the text."""
    parser = _Parser(Source(text, filename), resources, source_locs)
    return parser.module()


def read(path: str | Path, *, source_locs: bool = False) -> Module:
    """The module of a file, with large constants from ``path + ".npz"`` if it is there."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as e:
        raise ParseError(f"{path}: {e.strerror or e}") from e
    except UnicodeDecodeError as e:
        raise ParseError(f"{path}: not UTF-8 text") from e
    sidecar = sidecar_of(path)
    if not sidecar.exists():
        return parse_module(text, filename=str(path), source_locs=source_locs)
    with _open_archive(sidecar) as archive:
        return parse_module(text, resources=archive, filename=str(path), source_locs=source_locs)


@contextmanager
def _open_archive(path: Path) -> Iterator[Mapping[str, Any]]:
    """The arrays of an ``.npz`` file, read when asked for."""
    with path.open("rb") as f:
        try:
            archive = np.load(f, allow_pickle=False)
        except (OSError, EOFError, ValueError, zipfile.BadZipFile) as e:
            raise ParseError(f"{path}: cannot be read: {e}") from e
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise ParseError(f"{path}: not an .npz file")
        with archive:
            yield archive


class _Ref(NamedTuple):
    """A use of a value by name: ``%name#number``."""

    name: str
    number: int
    token: Token


class _Forward(NamedTuple):
    """A value used before it is defined, and its first use."""

    placeholder: Value
    token: Token


class _Scope:
    """The names of one region."""

    def __init__(self) -> None:
        self.values: dict[str, list[Value]] = {}
        self.forwards: dict[tuple[str, int], _Forward] = {}


class _Parser(ValueParser):
    def __init__(
        self, source: Source, resources: Mapping[str, Any] | None, source_locs: bool
    ) -> None:
        super().__init__(source, resources)
        self.source_locs = source_locs
        self.ops = all_ops()
        self.scopes: list[_Scope] = []

    def module(self) -> Module:
        self.scopes = [_Scope()]
        start = self.token
        op = self.operation()
        if not isinstance(op, Module):
            raise self.error("expected builtin.module", start)
        if not self.at("END"):
            raise self.unexpected("the end of the text after the module")
        self._reject_undefined(self.scopes.pop())
        return op

    # ---- operations

    def operation(self) -> Operation:
        names = self._result_names()
        start = self.expect("STRING", "an operation")
        op = self._new_op(start)
        refs = self._operand_refs()
        if self.at("["):
            raise self.error("operations have no successors")
        if self.accept("<{"):
            op.attributes = self._attributes(op, "}>")
        if self.accept("("):
            self._regions(op)
        if self.accept("{"):
            more = self._attributes(op, "}")
            if op.attributes.keys() & more.keys():
                raise self.error("attributes are given twice", start)
            op.attributes.update(more)
        self.expect(":")
        at = self.token
        ins, outs = self.signature()
        if len(ins) != len(refs):
            raise self.error(f"{len(refs)} operands and {len(ins)} operand types", at)
        for ref, t in zip(refs, ins, strict=True):
            op._append_operand(self._resolve(ref, t))
        op.results = [OpResult(t, op, i) for i, t in enumerate(outs)]
        op.loc = self.location()
        if self.source_locs and not op.loc:
            op.loc = Location(None, self.source.filename, *self.source.position(start.start))
        self._define_results(op, names, at)
        return op

    def _new_op(self, token: Token) -> Operation:
        """An operation without operands, attributes, regions and results. It is not built by its
        constructor: missing and surplus fields are for the verifier to find."""
        name = self.unquoted(token)
        cls = self.ops.get(name)
        if cls is None:
            near = difflib.get_close_matches(name[:80], self.ops, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise self.error(f"unknown operation {name[:80]!r}{hint}", token)
        op = object.__new__(cls)
        op.parent = op.prev = op.next = None
        op.operands, op.attributes, op.regions, op.results = [], {}, [], []
        return op

    def _attributes(self, op: Operation, close: str) -> dict[str, Any]:
        cls = type(op)
        return self.dictionary(close, lambda key: wants_scalar(cls, key))

    def _result_names(self) -> list[tuple[str, int, Token]]:
        """``%a, %b:2 =``: names, how many values each stands for, and where."""
        names: list[tuple[str, int, Token]] = []
        if not self.at("VALUE"):
            return names
        while True:
            token = self.expect("VALUE", "a value")
            count = 1
            if self.accept(":"):
                number = self.expect("NUMBER", "a number of results")
                count = self._checked(integer, number)
                if not 0 < count < 1 << 16:
                    raise self.error("not a number of results", number)
            names.append((token.text[1:], count, token))
            if not self.accept(","):
                self.expect("=")
                return names

    def _operand_refs(self) -> list[_Ref]:
        refs: list[_Ref] = []
        self.expect("(")
        if self.accept(")"):
            return refs
        while True:
            token = self.expect("VALUE", "a value")
            number = 0
            if self.at("NUMBER_OF"):
                at = self.advance()
                number = self._checked(lambda text: integer(text[1:]), at)
            refs.append(_Ref(token.text[1:], number, token))
            if not self.accept(","):
                self.expect(")")
                return refs

    # ---- regions

    def _regions(self, op: Operation) -> None:
        isolated = op.name in ISOLATED
        outer = self.scopes
        if isolated:
            self.scopes = []
        with self.nested():
            while True:
                op._add_region(self._region())
                if not self.accept(","):
                    break
        self.expect(")")
        self.scopes = outer

    def _region(self) -> Region:
        self.expect("{", "a region")
        self.scopes.append(_Scope())
        region = Region()
        labels: set[str] = set()
        if not self.at("}"):
            self._block(region, labels)
        while self.at("BLOCK"):
            self._block(region, labels)
        self.expect("}", "an operation or '}'")
        self._leave_scope()
        return region

    def _block(self, region: Region, labels: set[str]) -> None:
        block = region._append(Block())
        label = self.accept("BLOCK")
        if label is not None:
            if label.text in labels:
                raise self.error(f"block {label.text} is defined twice", label)
            labels.add(label.text)
            if self.accept("(") and not self.accept(")"):
                self._block_arguments(block)
            self.expect(":")
        while self.token.kind in ("VALUE", "STRING"):
            block._insert_before(None, self.operation())

    def _block_arguments(self, block: Block) -> None:
        while True:
            token = self.expect("VALUE", "a block argument")
            self.expect(":")
            arg = block._add_argument(self.type())
            self.location()  # upstream gives arguments locations; ours have none
            self._define(token.text[1:], [arg], token)
            if not self.accept(","):
                self.expect(")")
                return

    # ---- names

    def _define_results(
        self, op: Operation, names: list[tuple[str, int, Token]], at: Token
    ) -> None:
        total = sum(count for _, count, _ in names)
        if names and total != len(op.results):
            raise self.error(f"{total} names for {len(op.results)} results", at)
        start = 0
        for name, count, token in names:
            self._define(name, op.results[start : start + count], token)
            start += count

    def _define(self, name: str, values: list[Any], token: Token) -> None:
        if self._lookup(name) is not None:
            raise self.error(f"%{name} is already defined", token)
        scope = self.scopes[-1]
        scope.values[name] = values
        if not name.isdigit():
            for i, v in enumerate(values):
                v.name_hint = name if len(values) == 1 else f"{name}_{i}"
        if not scope.forwards:
            return
        for i, v in enumerate(values):
            forward = scope.forwards.pop((name, i), None)
            if forward is not None:
                self._check_type(name, v.type, forward.placeholder.type, forward.token)
                forward.placeholder._replace_all_uses_with(v)

    def _lookup(self, name: str) -> list[Value] | None:
        for scope in reversed(self.scopes):
            values = scope.values.get(name)
            if values is not None:
                return values
        return None

    def _resolve(self, ref: _Ref, type: Type) -> Value:
        values = self._lookup(ref.name)
        if values is None:
            return self._forward(ref, type)
        if ref.number >= len(values):
            raise self.error(f"%{ref.name} has {len(values)} values", ref.token)
        value = values[ref.number]
        self._check_type(ref.name, value.type, type, ref.token)
        return value

    def _forward(self, ref: _Ref, type: Type) -> Value:
        key = ref.name, ref.number
        for scope in reversed(self.scopes):
            known = scope.forwards.get(key)
            if known is not None:
                self._check_type(ref.name, known.placeholder.type, type, ref.token)
                return known.placeholder
        placeholder = Value(type)
        self.scopes[-1].forwards[key] = _Forward(placeholder, ref.token)
        return placeholder

    def _check_type(self, name: str, defined: Type, used: Type, token: Token) -> None:
        if defined is not used and defined != used:
            raise self.error(f"%{name} is {defined}, used as {used}", token)

    def _leave_scope(self) -> None:
        """Names used but not defined in the region may come later in the enclosing one."""
        scope = self.scopes.pop()
        if not scope.forwards:
            return
        if not self.scopes:
            self._reject_undefined(scope)
        outer = self.scopes[-1].forwards
        for key, forward in scope.forwards.items():
            known = outer.setdefault(key, forward)
            if known is not forward:
                first, here = known.placeholder, forward.placeholder
                self._check_type(key[0], first.type, here.type, forward.token)
                here._replace_all_uses_with(first)

    def _reject_undefined(self, scope: _Scope) -> None:
        for (name, number), forward in scope.forwards.items():
            suffix = f"#{number}" if number else ""
            raise self.error(f"%{name}{suffix} is not defined", forward.token)
