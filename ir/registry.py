"""All operation classes by name. Dialects register by being imported in ``dialects/__init__``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from millrace.ir.core import Operation


@cache
def all_ops() -> dict[str, type[Operation]]:
    """Name to class, sorted by name: every concrete operation of every dialect."""
    import millrace.ir.dialects  # noqa: F401  (importing it defines the classes)

    found: dict[str, type[Operation]] = {}
    for cls in _subclasses(Operation):
        if "name" in vars(cls) and cls.name:
            assert found.get(cls.name, cls) is cls, f"two classes are named {cls.name}"
            found[cls.name] = cls
    return dict(sorted(found.items()))


def lookup(name: str) -> type[Operation] | None:
    return all_ops().get(name)


def _subclasses(cls: type[Operation]) -> Iterator[type[Operation]]:
    for sub in cls.__subclasses__():
        yield sub
        yield from _subclasses(sub)
