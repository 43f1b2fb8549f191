"""Types, attribute values and locations from text."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from millrace.ir.attributes import Dense, DialectAttr, FrozenDict, Iterator, Scalar, SymbolRef
from millrace.ir.location import UNKNOWN, Location
from millrace.ir.text.affine import affine_map
from millrace.ir.text.cursor import Cursor
from millrace.ir.text.dense import dense_array, splat_number
from millrace.ir.text.lexer import Source, Token
from millrace.ir.text.numbers import integer, number_of
from millrace.ir.text.resources import decode
from millrace.ir.text.types import ELEMENT_TYPES, KEYWORD_TYPES, shaped_type
from millrace.ir.types import (
    F64,
    I1,
    I64,
    UI64,
    ElementType,
    FunctionType,
    ShapedType,
    TensorType,
    Type,
    VectorType,
)

_ITERATORS = {f"#linalg.iterator_type<{i.value}>": i for i in Iterator}
_PLAIN_NUMBERS = (I64, F64)
"""Numbers of these types are plain Python numbers unless the field is declared a Scalar."""


class ValueParser(Cursor):
    """Parses everything that holds no SSA values."""

    def __init__(self, source: Source, resources: Mapping[str, Any] | None) -> None:
        super().__init__(source)
        self.resources = resources
        self._types: dict[str, Type] = {}
        self._maps: dict[str, Any] = {}
        self._dense: dict[tuple[str, Type], Dense] = {}
        self._by_token: dict[str, Callable[[Token, bool], Any]] = {
            "STRING": lambda t, _: self.unquoted(t),
            "NUMBER": self._number,
            "ID": self._word,
            "SHAPED": self._shaped_attribute,
            "AFFINE": self._affine,
            "ARRAY": self._array,
            "DENSE": self._dense_attribute,
            "RESOURCE": self._resource,
            "HASH": self._dialect_attribute,
            "SYMBOL": lambda t, _: SymbolRef(self.symbol_name(t)),
            "[": self._list,
            "{": lambda t, _: FrozenDict(self.dictionary("}")),
            "(": lambda t, _: self._function_type(),
        }

    # ---- types

    def type(self) -> Type:
        token = self.advance()
        if token.kind == "SHAPED":
            return self._shaped(token)
        if token.kind == "ID" and token.text in KEYWORD_TYPES:
            return KEYWORD_TYPES[token.text]
        if token.kind == "(":
            return self._function_type()
        raise self.error(f"expected a type, got {token.text[:40]!r}", token)

    def _shaped(self, token: Token) -> Type:
        known = self._types.get(token.text)
        if known is None:
            known = self._types[token.text] = self._checked(shaped_type, token)
        return known

    def type_list(self) -> list[Type]:
        """Types up to the closing parenthesis; the opening one is behind."""
        out: list[Type] = []
        if self.accept(")"):
            return out
        while True:
            out.append(self.type())
            if not self.accept(","):
                self.expect(")")
                return out

    def signature(self) -> tuple[list[Type], list[Type]]:
        """``(types) -> types``."""
        self.expect("(")
        ins = self.type_list()
        self.expect("->")
        return ins, self.type_list() if self.accept("(") else [self.type()]

    def _function_type(self) -> FunctionType:
        with self.nested():
            ins = self.type_list()
            self.expect("->")
            outs = self.type_list() if self.accept("(") else [self.type()]
        return FunctionType(tuple(ins), tuple(outs))

    def _element_type(self) -> ElementType:
        token = self.expect("ID", "a number's type")
        if token.text not in ELEMENT_TYPES:
            raise self.error(f"{token.text[:40]!r} is not a number's type", token)
        return ELEMENT_TYPES[token.text]

    # ---- attributes

    def attribute(self, *, scalar: bool = False) -> Any:
        """An attribute value. With ``scalar`` numbers are Scalars, whatever their type."""
        token = self.token
        parse = self._by_token.get(token.kind)
        if parse is None:
            raise self.unexpected("an attribute")
        self.advance()
        return parse(token, scalar)

    def dictionary(
        self, close: str, wants_scalar: Callable[[str], bool] = lambda _: False
    ) -> dict[str, Any]:
        """``key = value, ...`` up to ``close``; the opening bracket is behind."""
        out: dict[str, Any] = {}
        with self.nested():
            if self.accept(close):
                return out
            while True:
                token = self.advance()
                if token.kind not in ("ID", "STRING"):
                    raise self.error("expected an attribute name", token)
                key = token.text if token.kind == "ID" else self.unquoted(token)
                key = sys.intern(key)
                if key in out:
                    raise self.error(f"attribute {key!r} is given twice", token)
                self.expect("=")
                out[key] = self.attribute(scalar=wants_scalar(key))
                if not self.accept(","):
                    self.expect(close)
                    return out

    def _list(self, token: Token, scalar: bool) -> tuple[Any, ...]:
        out: list[Any] = []
        with self.nested():
            if self.accept("]"):
                return ()
            while True:
                out.append(self.attribute(scalar=scalar))
                if not self.accept(","):
                    self.expect("]")
                    return tuple(out)

    def _number(self, token: Token, scalar: bool) -> Any:
        decimal = "." in token.text and not token.text.startswith("0x")
        type: ElementType = F64 if decimal else I64
        if self.accept(":"):
            type = self._element_type()
        value = self._checked(lambda text: number_of(text, type), token)
        if scalar:
            return Scalar(value, type)
        large = type == UI64 and isinstance(value, int) and value >= 1 << 63
        return value if type in _PLAIN_NUMBERS or large else Scalar(value, type)

    def _word(self, token: Token, scalar: bool) -> Any:
        if token.text in ("true", "false"):
            value = token.text == "true"
            return Scalar(value, I1) if scalar else value
        if token.text in KEYWORD_TYPES:
            return KEYWORD_TYPES[token.text]
        raise self.error(f"{token.text[:40]!r} is not an attribute", token)

    def _shaped_attribute(self, token: Token, scalar: bool) -> Type:
        return self._shaped(token)

    def _affine(self, token: Token, scalar: bool) -> Any:
        known = self._maps.get(token.text)
        if known is None:
            known = self._maps[token.text] = self._checked(affine_map, token)
        return known

    def _array(self, token: Token, scalar: bool) -> tuple[Any, ...]:
        head, _, items = token.text[len("array<") : -1].partition(":")
        element = ELEMENT_TYPES.get(head.strip())
        if element is None:
            raise self.error(f"{head.strip()[:40]!r} is not a number's type", token)
        if not items.strip():
            return ()
        read = integer if element == I64 else lambda text: number_of(text, element)
        numbers = self._checked(lambda _: [read(i.strip()) for i in items.split(",")], token)
        return tuple(numbers)

    def _dense_attribute(self, token: Token, scalar: bool) -> Dense | Scalar:
        self.expect(":")
        type = self._constant_type()
        if isinstance(type, VectorType):
            element = type.element
            return Scalar(self._checked(lambda text: splat_number(text, element), token), type)
        known = self._dense.get((token.text, type))
        if known is None:
            known = Dense(self._checked(lambda text: dense_array(text, type), token))
            self._dense[token.text, type] = known
        return known

    def _resource(self, token: Token, scalar: bool) -> Dense:
        key = token.text[len("dense_resource<") : -1].strip()
        self.expect(":")
        at = self.token
        type = self.type()
        if not isinstance(type, TensorType):
            raise self.error("a resource is a tensor", at)
        known = self._dense.get((key, type))
        if known is None:
            array = self._find_resource(key, token)
            known = Dense(self._checked(lambda _: decode(array, type), token))
            self._dense[key, type] = known
        return known

    def _find_resource(self, key: str, token: Token) -> np.ndarray[Any, Any]:
        if self.resources is None or key not in self.resources:
            raise self.error(f"the constant {key[:40]!r} is in no .npz file beside the text", token)
        try:
            array = self.resources[key]
        except Exception as e:  # whatever numpy and zipfile raise for a damaged file
            raise self.error(f"the constant {key[:40]!r} cannot be read: {e}", token) from e
        return np.asarray(array)

    def _constant_type(self) -> ShapedType:
        at = self.token
        type = self.type()
        if not isinstance(type, TensorType | VectorType):
            raise self.error("a constant is a tensor or a vector", at)
        return type

    def _dialect_attribute(self, token: Token, scalar: bool) -> DialectAttr | Iterator:
        return _ITERATORS.get(token.text) or DialectAttr(token.text[1:])

    def symbol_name(self, token: Token) -> str:
        quoted = token.text.startswith('@"')
        return self.unquoted(token._replace(text=token.text[1:])) if quoted else token.text[1:]

    def _checked(self, convert: Callable[[str], Any], token: Token) -> Any:
        """What ``convert`` makes of the token; its ValueError becomes an error at the token."""
        try:
            return convert(token.text)
        except ValueError as e:
            raise self.error(str(e), token) from e

    # ---- locations

    def location(self) -> Location:
        """``loc(...)`` if there is one."""
        if not (self.at("ID") and self.token.text == "loc"):
            return UNKNOWN
        self.advance()
        self.expect("(")
        if self.at("ID") and self.token.text == "unknown":
            self.advance()
            loc = UNKNOWN
        else:
            loc = self._location_body()
        self.expect(")")
        return loc

    def _location_body(self) -> Location:
        text = self.string("a location")
        if self.accept(":"):
            return self._place(None, text)
        if not self.accept("("):
            return Location(text)
        file = self.string("a file name")
        self.expect(":")
        loc = self._place(text, file)
        self.expect(")")
        return loc

    def _place(self, name: str | None, file: str) -> Location:
        line = self._checked(integer, self.expect("NUMBER", "a line number"))
        self.expect(":")
        column = self._checked(integer, self.expect("NUMBER", "a column number"))
        return Location(name, file, line, column)
