"""Pipeline text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from millrace.ir.errors import CompileError
from millrace.passes import all_passes
from millrace.passes.base import Pass
from millrace.passes.pipeline import options_of, parse_pipeline, print_pipeline


class Mode(Enum):
    FAST = "fast"
    SLOW = "slow"


@dataclass(frozen=True)
class Demo(Pass):
    name = "demo"
    flash_budget: int = 4096
    ratio: float = 0.5
    eager: bool = False
    label: str = "none"
    limit: int | None = None
    mode: Mode = Mode.FAST
    when: Literal["never", "always"] = "never"
    tiles: tuple[int, ...] = ()


@dataclass(frozen=True)
class Needy(Pass):
    name = "needy"
    size: int


REGISTRY = {"demo": Demo, "needy": Needy}


def parse(text):
    return parse_pipeline(text, REGISTRY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("demo", (Demo(),)),
        (" demo , demo{} ", (Demo(), Demo())),
        ("demo{flash-budget=1,ratio=2e3}", (Demo(flash_budget=1, ratio=2000.0),)),
        ("demo{eager=true limit=0x10 mode=slow}", (Demo(eager=True, limit=16, mode=Mode.SLOW),)),
        (
            'demo{label="a b" when=always},needy{size=-3}',
            (Demo(label="a b", when="always"), Needy(-3)),
        ),
        ("demo{limit=none tiles=[1, 2]}", (Demo(tiles=(1, 2)),)),
        (r'demo{label="q\"\\"}', (Demo(label='q"\\'),)),
    ],
)
def test_parse(text, expected):
    assert parse(text) == expected
    assert parse(print_pipeline(expected)) == expected


def test_print_shows_what_differs():
    assert print_pipeline([Demo(), Demo(flash_budget=1, eager=True)]) == (
        "demo,demo{flash-budget=1 eager=true}"
    )
    assert print_pipeline([Demo(label="true")]) == 'demo{label="true"}'


@given(
    st.builds(
        Demo,
        flash_budget=st.integers(),
        ratio=st.floats(allow_nan=False),
        eager=st.booleans(),
        label=st.text(st.characters(codec="ascii", exclude_categories=["Cc"])),
        limit=st.none() | st.integers(),
        mode=st.sampled_from(Mode),
        tiles=st.lists(st.integers()).map(tuple),
    )
)
def test_round_trip(p):
    assert parse(print_pipeline([p, p])) == (p, p)


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("demo,frob", "there is no pass 'frob'; there are demo, needy", 5),
        ("demo demo", "expected ','", 5),
        ("demo,", "expected the name of a pass", 5),
        ("demo{flash=1}", "demo has no option 'flash'; its options are flash-budget", 5),
        ("demo{flash-budget=x}", "demo: flash-budget takes int", 18),
        ("demo{eager=1}", "demo: eager takes bool", 11),
        ("demo{mode=medium}", "demo: mode takes Mode", 10),
        ("demo{flash-budget}", "expected '='", 17),
        ("demo{flash-budget=", "expected a value", 18),
        ("demo{", "expected an option or '}'", 5),
        ('demo{label="x', "expected closing quote", 11),
        ("needy", "needy needs size", 0),
    ],
)
def test_errors_have_a_caret(text, message, column):
    with pytest.raises(CompileError) as info:
        parse(text)
    first, line, caret = str(info.value).split("\n")
    assert message in first
    assert line == f"  {text}" and caret.index("^") == column + 2


def test_every_registered_pass_prints_and_documents_itself():
    found = all_passes()
    assert {"canonicalize", "cse", "decompose", "fold-constants", "inline", "prune"} <= set(found)
    for name, cls in found.items():
        assert cls.__doc__ and not cls.__doc__.startswith(f"{cls.__name__}("), name
        options = options_of(cls)
        if not any(default == "required" for _, default in options.values()):
            assert parse_pipeline(name) == (cls(),)


def test_options_of():
    assert options_of(Demo)["flash-budget"] == ("int", "4096")
    assert options_of(Needy)["size"] == ("int", "required")
