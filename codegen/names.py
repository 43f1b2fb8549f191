"""C identifiers from the user's names."""

from __future__ import annotations

import re
from collections.abc import Sequence

# fmt: off
_RESERVED = frozenset((
    "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break",
    "case", "catch", "char", "class", "compl", "const", "constexpr", "const_cast", "continue",
    "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum", "explicit",
    "export", "extern", "false", "float", "for", "friend", "goto", "if", "inline", "int",
    "long", "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr", "operator",
    "or", "or_eq", "private", "protected", "public", "register", "reinterpret_cast", "requires",
    "restrict", "return", "short", "signed", "sizeof", "static", "static_assert", "static_cast",
    "struct", "switch", "template", "this", "thread_local", "throw", "true", "try", "typedef",
    "typeid", "typename", "union", "unsigned", "using", "virtual", "void", "volatile",
    "wchar_t", "while", "xor", "xor_eq",
))
# fmt: on


def c_identifier(name: str) -> str:
    """The name with everything but letters, digits and underscores replaced; never a keyword of
    C or C++, never empty, not beginning with a digit or an underscore."""
    text = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")
    if not text:
        return "tensor"
    if text[0].isdigit():
        text = f"t_{text}"
    return f"{text}_" if text in _RESERVED else text


def model_identifier(name: str) -> str:
    """The prefix of all symbols of a model."""
    text = c_identifier(name)
    return "model" if text == "tensor" and name != "tensor" else text


def unique_identifiers(names: Sequence[str]) -> list[str]:
    """Identifiers in small letters (macros are made of them in capitals) for a list of names, made
    different by numbers where they collide."""
    out: list[str] = []
    for name in names:
        base = c_identifier(name.lower())
        text, n = base, 1
        while text in out:
            n += 1
            text = f"{base}_{n}"
        out.append(text)
    return out
