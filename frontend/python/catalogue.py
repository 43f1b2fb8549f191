"""The catalogue of errors, as data: what is wrong, why it is an error, how to put it right.
``docs/jit-errors.md`` is generated from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Entry:
    """Texts are formats over the fields of the error."""

    what: str
    why: str
    fix: str


_ROWS: dict[str, Entry] = {
    "J001": Entry(
        "{name!r} is not defined",
        "the name is neither assigned before this line, nor in the closure, the module or Python",
        "assign it first, or import it in the module of the function",
    ),
    "J002": Entry(
        "{name!r} is defined on one path only",
        "whether it has a value depends on data, and compiled code cannot have 'no value'",
        "give {name!r} a value before the branch or loop",
    ),
    "J003": Entry(
        "{name!r} changes its dtype in the loop: {before} before, {after} after a step",
        "a compiled loop carries each variable in one type; only Python numbers give way",
        "start with the type it becomes, or cast it back in the loop with astype",
    ),
    "J004": Entry(
        "{name!r} starts as int and becomes float in the loop",
        "whether the loop runs at all is known at run time only, and so would the type be",
        "start with a float, such as {name} = 0.0",
    ),
    "J005": Entry(
        "{name!r} changes its shape in the loop: {before} before, {after} after a step",
        "a compiled loop carries each variable in memory of one size",
        "allocate the final size before the loop and write parts of it, or collect rows in a list",
    ),
    "J006": Entry(
        "{name!r} is {before} on one path and {after} on the other",
        "which path runs is known at run time only, and a value has one type",
        "make both paths give the same shape and dtype",
    ),
    "J007": Entry(
        "{name} has another number of items on one path than on the other",
        "the length of a list is known when the function is compiled",
        "append on both paths, or write into an array made before",
    ),
    "J008": Entry(
        "reading a list that grows in this loop",
        "how long it is differs from step to step",
        "keep what the next step needs in a variable of its own",
    ),
    "J009": Entry(
        "a list grows by items of different types: {items}",
        "what a loop appends becomes rows of one array",
        "append values of one shape and dtype, or several lists",
    ),
    "J010": Entry(
        "no source for {name}: {reason}",
        "functions are compiled from their source text",
        "define it in a file or a notebook cell, or give its text: millrace.jit(src=...)",
    ),
    "J011": Entry(
        "{what} is not supported",
        "{reason}",
        "{fix}",
    ),
    "J012": Entry(
        "{name} cannot be called in compiled code",
        "only functions with Python source and the numpy functions of docs/jit.md are compiled",
        "{fix}",
    ),
    "J013": Entry(
        "{name}: {reason}",
        "the call does not fit the function's parameters",
        "call it as it is defined: {fix}",
    ),
    "J014": Entry(
        "{name} calls itself",
        "functions are compiled into their callers, which a recursion would never end",
        "write the recursion as a loop",
    ),
    "J015": Entry(
        "{what} has to be known when the function is compiled, not {got}",
        "it decides about shapes, types or which code is compiled",
        "{fix}",
    ),
    "J016": Entry(
        "{op}: shapes {shapes} cannot be broadcast together",
        "dimensions must be equal or 1, counted from the last",
        "reshape one of them, as x[:, None]",
    ),
    "J017": Entry(
        "{op} is not defined on {types}",
        "numpy has no such operation for these types",
        "cast an operand with astype, or use another operation",
    ),
    "J018": Entry(
        "the truth of an array of shape {shape}",
        "an array of several elements is neither true nor false",
        "use .any() or .all()",
    ),
    "J019": Entry(
        "{what} has no attribute {name!r}",
        "the compiler knows no such attribute",
        "{fix}",
    ),
    "J020": Entry(
        "{index} is out of range for axis {axis} of size {size}",
        "the index is known now, and lies outside",
        "use an index from -{size} to {size} - 1",
    ),
    "J021": Entry(
        "{count} indices for an array of {rank} dimensions",
        "each index takes one dimension",
        "leave out indices, or add a dimension to the array",
    ),
    "J022": Entry(
        "writing to {owner}",
        "{reason}",
        "make a copy first: {name} = {name}.copy()",
    ),
    "J023": Entry(
        "{what} cannot be iterated over",
        "loops run over arrays, ranges, lists, tuples, and enumerate, zip, reversed of them",
        "loop over range(len(...)) or over an array",
    ),
    "J024": Entry(
        "{count} values for {names} names",
        "both sides of an unpacking must have as many items",
        "unpack as many names as there are values",
    ),
    "J025": Entry(
        "{what}",
        "numpy would raise the same error when it ran this line",
        "{fix}",
    ),
    "J026": Entry(
        "the function returns {before} on one path and {after} on another",
        "which one runs is known at run time only, and a result has one type and shape",
        "return the same shape and dtype on all paths",
    ),
    "J027": Entry(
        "a shape depends on data",
        "{reason}",
        "{fix}",
    ),
    "J028": Entry(
        "an argument of type {type} ({name})",
        "arguments are arrays, numbers, tuples and lists of them, or constants such as strings",
        "convert it with numpy.asarray before the call",
    ),
    "J029": Entry(
        "{what} of dtype {dtype}",
        "the compiler has bool, integers of 8 to 64 bits, float16, float32 and float64",
        "cast it with astype to one of these",
    ),
    "J030": Entry(
        "the types of {name!r} do not settle",
        "after several passes over the loop its variables still change their types",
        "give the loop's variables their final types before the loop",
    ),
    "J033": Entry(
        "a list grows in a loop whose number of steps depends on data",
        "how long the list becomes is known at run time only",
        "write into an array made before the loop: out[i] = value",
    ),
    "J034": Entry(
        "writing to {name!r}, which may be the same array as {other!r}",
        "it is that array on one path, or in the first step of a loop, and numpy would change both",
        "make a copy first: {name} = {name}.copy()",
    ),
    "J031": Entry(
        "the loop never ends",
        "its condition is always true and nothing in it leaves",
        "add a break or a return",
    ),
    "J032": Entry(
        "{what}",
        "the condition is known when the function is compiled",
        "change the arguments or the condition",
    ),
}

CATALOGUE: Mapping[str, Entry] = MappingProxyType(_ROWS)
