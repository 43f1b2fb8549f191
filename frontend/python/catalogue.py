"""The catalogue of errors, as data: what is wrong, why it is an error, how to put it right.
``docs/reference-jit.md`` has them as a table."""

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
        "{what} is no statement of compiled code",
        "it is about effects, exceptions or definitions, which numerical code does not have",
        "keep it outside of the function",
    ),
    "J012": Entry(
        "{name} cannot be called in compiled code",
        "functions with Python source are compiled, and the numpy functions of docs/jit.md",
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
        "the shape given to {name} is known at run time only",
        "arrays of compiled code have shapes that are known when it is compiled",
        "use the shape of an argument, x.shape, or name the argument in @jit(static=...)",
    ),
    "J029": Entry(
        "{what} of dtype {dtype}",
        "the compiler has bool, integers of 8 to 64 bits, float16, float32 and float64",
        "cast it with astype to one of these",
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
    "J035": Entry(
        "print has no place in compiled code",
        "compiled code has no console",
        "return the values and print them after the call",
    ),
    "J036": Entry(
        "a generator function",
        "yield suspends a function in the middle, compiled functions run to their end",
        "return an array, or a list of all values",
    ),
    "J037": Entry(
        "assigning the global {name!r}",
        "compiled functions have no effects besides their results",
        "return the value and assign it outside",
    ),
    "J038": Entry(
        "assigning the attribute {name}",
        "objects from outside are constants of the compiled function",
        "use a local variable, and return what should be kept",
    ),
    "J039": Entry(
        "deleting items",
        "lists and arrays keep their items in compiled code",
        "build a new list of the items that stay",
    ),
    "J040": Entry(
        "a decorator on a nested function",
        "what it makes of the function is not known",
        "call the undecorated function",
    ),
    "J041": Entry(
        "a random generator without a seed",
        "compiled code has no source of entropy",
        "give a seed: np.random.default_rng(42)",
    ),
    "J042": Entry(
        "{name} draws from a generator outside of the function",
        "its state would have to change; only PCG64 generators made inside are compiled",
        "make one in the function: rng = np.random.default_rng(seed)",
    ),
    "J043": Entry(
        "the length of a slice is known at run time only",
        "its bounds depend on data, and arrays have shapes that are known when compiling",
        "take a window of known length, x[i : i + 8], or select with np.where",
    ),
    "J044": Entry(
        "a mask that is known at run time only",
        "how many elements it selects depends on data, and would be a shape",
        "{fix}",
    ),
    "J045": Entry(
        "how many elements {name} gives depends on data",
        "arrays of compiled code have shapes that are known when it is compiled",
        "{fix}",
    ),
    "J047": Entry(
        "{name} with the argument {argument!r}",
        "the compiler knows the function, but not this argument",
        "leave it out, or compute it in another way",
    ),
    "J048": Entry(
        "returning a {what}",
        "results are arrays, numbers, and tuples, lists and dictionaries of them",
        "return the values that it is made of",
    ),
    "J049": Entry(
        "an index of run time into a list whose items differ",
        "which shape or dtype the item has would depend on data",
        "unroll the loop: for i in millrace.static(range(n))",
    ),
    "J050": Entry(
        "writing {source} into an array of {target} in place",
        "numpy refuses it too: an augmented assignment keeps the array's dtype",
        "make a new array, x = x + y, or cast with astype",
    ),
    "J051": Entry(
        "the number {value} does not fit int64",
        "Python's integers have no bound, numpy's and the compiler's have 64 bits",
        "use smaller numbers, or floats",
    ),
    "J052": Entry(
        "{what} is no expression of compiled code",
        "it has no meaning for arrays and numbers",
        "compute it outside of the function",
    ),
    "J053": Entry(
        "a comprehension with a condition on data",
        "how many items it has would be known at run time only",
        "use np.where, or a loop that writes into an array",
    ),
    "J054": Entry(
        "{what} is not supported",
        "the compiler knows the function, but not in this form",
        "{fix}",
    ),
    "J055": Entry(
        "{name!r} starts as None and becomes {after} in the loop",
        "whether it has a value would be known at run time only",
        "start with a value, and keep in a variable of its own whether it counts",
    ),
}

CATALOGUE: Mapping[str, Entry] = MappingProxyType(_ROWS)
