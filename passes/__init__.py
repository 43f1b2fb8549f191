"""IR to IR passes. Each module below defines :class:`millrace.passes.base.Pass` subclasses."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from millrace.passes.base import Pass


@cache
def all_passes() -> dict[str, type[Pass]]:
    """Every pass by its pipeline name, sorted. A pass registers by being defined in a module of
    this package: there is no list to keep."""
    from millrace.passes.base import Pass

    for module in pkgutil.walk_packages(__path__, __name__ + "."):
        importlib.import_module(module.name)
    found: dict[str, type[Pass]] = {}
    for cls in _subclasses(Pass):
        if "name" in vars(cls) and cls.__module__.startswith(__name__ + "."):
            assert found.get(cls.name, cls) is cls, f"two passes are named {cls.name}"
            found[cls.name] = cls
    return dict(sorted(found.items()))


def _subclasses(cls: type[Pass]) -> Iterator[type[Pass]]:
    for sub in cls.__subclasses__():
        yield sub
        yield from _subclasses(sub)
