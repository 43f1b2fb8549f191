"""Examples of basic indexing by integers of run time."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.cases import Example, example
from tests.ops.data import normal, truths


def at(i: int, dtype: Any = np.int64) -> Any:
    return np.array(i, dtype)


def index_reads() -> list[Example]:
    x = normal(4, 5, 3)
    return [
        example(x, [at(2)], axes=(0,)),
        example(x, [at(-1), at(1, np.uint8)], axes=(0, 2), label="two"),
        example(x, [at(3), at(-5), at(0, np.int8)], axes=(0, 1, 2), label="all"),
        example(x, [at(4)], axes=(1,), in_bounds=True, label="known"),
        example(truths(4), [at(3)], axes=(0,), label="bool"),
        example(x, [], axes=(), label="none"),
        example(x, [at(2), at(1)], axes=(0, 1), sizes=(0, 3), label="window"),
        example(x, [at(1), at(0)], axes=(0, 2), sizes=(3, 2), in_bounds=True, label="windows"),
    ]


def index_writes() -> list[Example]:
    x = normal(4, 5, 3)
    return [
        example(x, normal(5, 3), [at(2)], axes=(0,)),
        example(x, normal(5), [at(-1), at(1, np.int8)], axes=(0, 2), label="two"),
        example(x, normal(), [at(3), at(-5), at(0)], axes=(0, 1, 2), label="all"),
        example(x, normal(4, 3), [at(4)], axes=(1,), in_bounds=True, label="known"),
        example(x, normal(3, 3), [at(2), at(1)], axes=(0, 1), sizes=(0, 3), label="window"),
        example(x, normal(3, 5, 2), [at(1), at(0)], axes=(0, 2), sizes=(3, 2), label="windows"),
    ]


def powers_of_two(**attributes: Any) -> list[Example]:
    """Divisors for which there are quicker ways."""
    numbers = np.arange(-9, 9).reshape(2, 9)
    return [
        example(numbers.astype(dtype), np.array(by, dtype), label=f"{dtype}-{by}", **attributes)
        for dtype in ("i1", "i8", "u2")
        for by in (1, 2, 8, 64)
    ]


STRATEGIES: dict[str, list[Example]] = {
    "mr.floor_div": powers_of_two(),
    "mr.mod": powers_of_two() + powers_of_two(fmod=True),
    "mr.index": index_reads(),
    "mr.index_update": index_writes(),
}
