"""Run-time error codes: the numbers that compiled code returns."""

from __future__ import annotations

OK = 0
E_ARG = -1
E_INDEX = -2
E_BOUND = -3
E_DIV = -4
E_RAISE = -5

CODES = {"index": -E_INDEX, "bound": -E_BOUND, "div": -E_DIV, "raise": -E_RAISE}
"""``mr.check`` codes to numbers as the status word has them: positive."""

NAMES = {E_ARG: "E_ARG", E_INDEX: "E_INDEX", E_BOUND: "E_BOUND", E_DIV: "E_DIV", E_RAISE: "E_RAISE"}

MESSAGES = {
    E_ARG: "a NULL tensor or state, or a NULL or misaligned arena",
    E_INDEX: "an index is out of range",
    E_BOUND: "a size exceeds its bound",
    E_DIV: "an integer division by zero",
    E_RAISE: "the function raised an exception",
}
