"""Arguments, tools, statements, comparisons, broadcasting."""

# ruff: noqa
# mypy: ignore-errors

import functools
import itertools
import math
import operator

import numpy as np

from tests.jit.programs import program

R = np.random.default_rng(5)
x = R.normal(size=8)
m = R.normal(size=(4, 5))


@program("if", (x,), ulps=64)
def py_pass_none(a, opt=None):
    if opt is None:
        opt = 2.0
    return a * opt


@program("if", (x, "relu"), (x, "tanh"), ulps=64)
def py_str_arg(a, act):
    if act == "relu":
        return np.maximum(a, 0)
    elif act == "tanh":
        return np.tanh(a)
    raise ValueError(act)


@program("ternary", (x, True), (x, False), ulps=64)
def py_bool_arg(a, flag):
    return a.sum() if flag else a.mean()


@program("elementwise", ((x, m),), ulps=64)
def py_tuple_arg(p):
    a, c = p
    return a.sum() + c.sum()


@program("dict, subscript", ({"w": m, "b": x},), ulps=64)
def py_dict_arg(p):
    return p["w"].sum() * p["b"]


@program("list, subscript", ([x, x * 2],), ulps=64)
def py_list_arg(l):
    return l[0] + l[1], len(l), np.array(l).mean(axis=0), sum(l)


@program("ternary", (1, 2.5, True), ulps=64)
def py_scalars_arg(n, v, f):
    return n + v if f else n - v, n, v, f


@program("list, subscript", (np.array(3.0), np.array([2])), ulps=64)
def py_zero_d(a, c):
    return a + 1, a * a, c[0], a.item(), float(a), a.shape, a.ndim, c + a, np.sqrt(a)


@program("dict, list, subscript", (x,), ulps=64)
def py_ret_nested(a):
    return (a[0], [a[1], (a[2],)]), {"k": a[:2], "n": (1, 2)}


@program("comprehension, subscript", (x,), ulps=64)
def py_ret_list_tuple(a):
    return [(a[k], k) for k in range(3)]


@program("ternary", (x,), ulps=64)
def py_global_const_mod(a):
    return (
        a * math.pi + np.e + math.inf * 0 if False else a * math.tau,
        math.floor(2.5),
        math.gcd(12, 18),
        math.factorial(5),
        math.comb(5, 2),
    )


@program("elementwise", (6, 4), ulps=64)
def py_math_dyn(n, k):
    return (
        math.gcd(n, k),
        math.sqrt(n),
        math.pow(n, k),
        math.floor(n / k),
        math.ceil(n / k),
        math.exp(-n),
        math.log(n, 2),
        math.log2(n),
        math.isclose(n / k, 1.5),
        math.hypot(n, k),
        math.atan2(n, k),
        math.fabs(-n),
        math.trunc(2.7 * n),
    )


@program("elementwise", (6,), ulps=64)
def py_math_fact(n):
    return math.factorial(n)


@program("list", (2.5,), ulps=64)
def py_math2(v):
    return (
        math.modf(v),
        math.isqrt(10),
        math.prod([v, 2, 3]),
        math.fsum([v, 0.1]),
        math.dist([v, 0], [0, 1.0]),
        math.erf(v),
    )


@program("augmented, for, subscript", (x,), ulps=64)
def py_itert(a):
    s = 0.0
    for p, r in itertools.product(range(2), range(3)):
        s += a[p] * a[r]
    for p, r in itertools.combinations(range(3), 2):
        s -= a[p] * a[r]
    return s


@program("lambda, list, subscript", (x,), ulps=64)
def py_reduce(a):
    return functools.reduce(lambda p, r: p * 0.5 + r, a), functools.reduce(
        operator.add, [a[0], a[1]]
    )


@program("lambda, list, subscript", (x,), ulps=64)
def py_sorteds(a):
    return (
        sorted([a[0], a[1], a[2]]),
        sorted(a)[0],
        sorted([3, 1, 2], reverse=True),
        sorted([(2, 1), (1, 5)])[0],
        sorted([a[0], a[1]], key=lambda v: -v),
    )


@program("lambda, list, subscript", (x,), ulps=64)
def py_minmaxkey(a):
    return (
        max(range(8), key=lambda k: a[k]),
        min([3, 1, 2]),
        max([a[0], a[1]], key=abs),
        min(a),
        max(a),
    )


@program("lambda", (x,), ulps=64)
def py_filter(a):
    return (
        list(filter(lambda k: k % 2, range(5))),
        list(range(3)),
        tuple(range(2)),
        list(zip((1, 2), (3, 4))),
    )


@program("match", (x,), ulps=64)
def py_match(a):
    k = 2
    match k:
        case 1:
            return a.sum()
        case 2:
            return a.mean()
        case _:
            return a.max()


@program("match", (3,), ulps=64)
def py_match_dyn(n):
    match n:
        case 1:
            v = 10
        case 2 | 3:
            v = 20
        case _:
            v = 0
    return v


@program("elementwise", (x,), ulps=64)
def py_with(a):
    with np.errstate(divide="ignore"):
        r = a / 0.0
    return r


@program("set", (x,), ulps=64)
def py_set(a):
    s = {1, 2, 3}
    return 2 in s, len(s), 2 in {1, 2}


@program("ternary", (x,), ulps=64)
def py_print(a):
    print("hello") if False else None
    return a.sum()


@program("ternary", (x,), ulps=64)
def py_fstr(a):
    n = 3
    name = f"v{n}"
    return a.sum() if name == "v3" else 0.0


@program("subscript", (x,), ulps=64)
def py_local_import(a):
    import math as mm
    from numpy import sin

    return mm.sqrt(4.0) + sin(a[0])


@program("elementwise", (x,), ulps=64)
def py_del(a):
    t = a * 2
    del t
    return a


@program("augmented, subscript", (x,), ulps=64)
def py_chained_assign(a):
    p = r = a[0]
    p += 1
    u, v = w = (1, 2)
    return p, r, u, v, w


@program("augmented, for", (x,), ulps=64)
def py_annotated(a: np.ndarray) -> float:
    t: float = 0.0
    for v in a:
        t += v
    return t


@program("subscript", (x,), ulps=64)
def py_docstring(a):
    """doc"""
    "x"
    return a[0]


@program("subscript", (x,), ulps=64)
def py_cmp_chain(a):
    return (
        0 < a[0] < 1 < 2,
        a[0] < a[1] <= a[2],
        1 < 2 > 0,
        (a > -1) & (a < 1),
        0 <= 3 < len(a),
        a[0] != a[1] != a[2],
    )


@program("list, subscript", (x,), ulps=64)
def py_isin(a):
    return 3 in (1, 2, 3), a[0] in a, 5 not in [1, 2], "a" in "abc", np.inf in a


@program("and-or-not", (x,), ulps=64)
def py_np_bool_ops(a):
    return (
        np.logical_and(a > 0, a < 1),
        (a > 0).all() and True,
        bool((a > 0).any()),
        np.any(a > 0) and np.all(a < 9),
        not np.any(a > 100),
        (a > 0).sum() > 2,
    )


@program("list", (np.array([[1, 2], [3, 4]]),), ulps=64)
def py_int_mat(a):
    return (
        a @ a,
        a.T,
        a * a,
        a.sum(axis=0),
        a.trace(),
        np.dot(a, a),
        a / 2,
        a // 2,
        a**2,
        a.mean(),
        a.max(axis=1),
        a % 2 == 0,
        a.cumsum(),
        a.prod(),
    )


@program("subscript", (m,), ulps=64)
def py_einsums(a):
    return (
        np.einsum("ij,kj->ik", a, a),
        np.einsum("ij->", a),
        np.einsum("i,ij->j", a[:, 0], a),
        np.einsum("ij,ij->", a, a),
    )


@program("subscript", (m,), ulps=64)
def py_bcast(a):
    return (
        a + a[0],
        a + a[:, :1],
        a * np.arange(5),
        a - a.mean(axis=1)[:, None],
        a[:, :, None] * a[:, None, :],
        np.ones((3, 1)) + np.arange(2),
        a.max(0) - a,
    )


@program("list", (x,), ulps=64)
def py_where3(a):
    return (
        np.where(a > 0, a, 0),
        np.where(a > 0, 1, -1),
        np.where(a > 0, a, np.nan),
        np.where(a > 0, "x" == "x", False),
        np.where([True, False], [1, 2], [3.0, 4.0]),
    )


@program("subscript", (x, 3), ulps=64)
def py_scalar_idx_types(a, n):
    return a[np.int64(2)], a[n], a[np.int8(1)], a[int(a[0] > 0)], a[n % 4], a[n - 5], a[True * 1]


@program("list, subscript, ternary", (np.arange(24.0).reshape(2, 3, 4), 1), ulps=64)
def py_idx3(t, k):
    return (
        t[k],
        t[k, 2],
        t[:, k],
        t[k, :, 2],
        t[..., k],
        t[k, 0, 3],
        t[:, ::2, k],
        t[[0, 1], [1, 2]],
        t[[0, 1], :, [1, 2]],
        t[k][1][2],
        t[np.array([1, 0])],
        t[:, [0, 2], 1:3],
        t[t > 5].sum() if False else 0,
    )


@program("augmented, break, for, for-else, if, while, while-else", (x,), ulps=64)
def py_trailing_else(a):
    for v in a:
        if v > 100:
            r = 1
            break
    else:
        r = 0
    k = 0
    while k < 3:
        k += 1
    else:
        r += 10
    return r
