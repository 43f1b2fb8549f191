"""Programs about functions, methods and closures."""

import functools

import numpy as np

import millrace
from tests.jit.programs import program

# mypy: ignore-errors
# ruff: noqa: E731

RNG = np.random.default_rng(19)
X = RNG.normal(size=6).astype(np.float32)
M = RNG.normal(size=(4, 3)).astype(np.float32)
SCALE = 2.5
TABLE = np.array([1.0, 2.0, 4.0])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Layer:
    """Weights from outside."""

    def __init__(self, inputs, units, seed):
        rng = np.random.default_rng(seed)
        self.w = rng.normal(size=(inputs, units)).astype(np.float32)
        self.b = rng.normal(size=units).astype(np.float32)
        self.activation = np.tanh

    def __call__(self, x):
        return self.activation(x @ self.w + self.b)

    def twice(self, x, *, factor=2):
        return self(x) * factor

    @property
    def units(self):
        return self.b.shape[0]

    @staticmethod
    def half(x):
        return x / 2

    @classmethod
    def doubled(cls, x):
        return cls.half(x) * 4


LAYER = Layer(6, 3, 1)


@program("closure, recursion-free", (X,))
def module_function(x):
    return sigmoid(x) * SCALE + np.float32(TABLE[1])


@program("lambda, closure", (X, 3))
def lambdas(x, n):
    f = lambda v, k=2: v * k + n
    g = lambda: f(x[0])
    return f(x), f(x, 5), g(), (lambda a, b: a - b)(x[0], x[1])


@program("method", (X,))
def methods(x):
    return (
        LAYER(x),
        LAYER.twice(x),
        LAYER.twice(x, factor=3),
        LAYER.units,
        LAYER.half(x),
        (Layer.doubled(x)),
    )


@program("default-arguments, keyword-arguments", (X,))
def arguments(x):
    def f(a, b=1.0, *, c=2.0, d=None):
        r = a * b + c
        if d is not None:
            r = r + d
        return r

    return f(x), f(x, 2.0), f(x, c=0.5), f(a=x, b=x, d=1.0), f(x, d=x[0])


@program("star-arguments", (X,))
def star_arguments(x):
    def total(*values, **named):
        s = 0.0
        for v in values:
            s = s + v
        for k in named:
            s = s + named[k]
        return s, len(values)

    parts = [x[0], x[1]]
    words = {"p": x[2], "q": 1.0}
    return total(x[0]), total(*parts, x[3]), total(*parts, **words), total(k=2.0)


@program("nonlocal, nested-function", (X,))
def counting(x):
    count = 0

    def visit(v):
        nonlocal count
        if v > 0:
            count += 1
        return v * count

    total = 0.0
    for v in x:
        total += visit(v)
    return total, count


@program("closure, nested-function", (X,))
def returned_function(x):
    def make(k):
        def f(v):
            return v * k

        return f

    double, triple = make(2), make(3)
    return double(x), triple(x[0])


@program("functional-forms, lambda", (X,))
def higher_order(x):
    def compose(f, g):
        return lambda v: f(g(v))

    h = compose(np.sin, lambda v: v * 2)
    return h(x), tuple(map(np.sin, (x[0], x[1]))), functools.partial(max, x[1])(x[0])


@program("functional-forms, scan", (M,), ulps=64)
def scans(m):
    def step(carry, row):
        carry = carry * np.float32(0.5) + row
        return carry, carry.sum()

    last, sums = millrace.scan(step, np.zeros(3, np.float32), m)
    return last, sums, millrace.fold(lambda a, r: a + r.max(), np.float32(0), m)


@program("functional-forms", (M,))
def mapped(m):
    return millrace.map(lambda r: r / r.sum(), m)


@program("functional-forms, while", (10.0,))
def loop_form(a):
    return millrace.while_loop(lambda v: v > 1, lambda v: v / 2, a)


@program("functional-forms, if", (X,), (-X,))
def cond_form(x):
    return millrace.cond(x[0] > 0, lambda v: v * 2, lambda v: v - 1, x)


@program("for, nested-function, early-return", (M,))
def search_function(m):
    def first_above(row, limit):
        for i in range(3):
            if row[i] > limit:
                return i
        return -1

    total = 0
    for row in m:
        total += first_above(row, 0.3)
    return total


@program("static, default-arguments", (X,))
def static_parameters(x):
    def power(v, n):
        r = v
        for _ in millrace.static(range(n - 1)):
            r = r * v
        return r

    return power(x, 3), power(x[0], 2)


@program("functional-forms, method", (X,))
def function_table(x):
    functions = {"tanh": np.tanh, "relu": lambda v: np.maximum(v, 0)}
    out = x
    for name in ("relu", "tanh"):
        out = functions[name](out)
    return out


@program("conversion, builtins", (X,))
def type_tests(x):
    def norm(v):
        if isinstance(v, (int, float)):
            return abs(v)
        if isinstance(v, np.ndarray) and v.ndim == 1:
            return np.sqrt((v * v).sum())
        return v

    return norm(3), norm(-2.5), norm(x), hasattr(x, "shape"), getattr(LAYER, "units", 0)
