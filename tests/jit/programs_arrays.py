"""Programs about numpy's functions."""

import numpy as np

from tests.jit.programs import program

# mypy: ignore-errors

RNG = np.random.default_rng(13)
X = RNG.normal(size=12)
M = RNG.normal(size=(4, 5))
A = RNG.normal(size=(4, 4)) + 4 * np.eye(4)
F = X.astype(np.float32)
I = RNG.integers(0, 10, 12)  # noqa: E741
B = X > 0


@program("statistics", (X, M))
def differences(x, m):
    return np.diff(x), np.diff(x, 2), np.diff(m, axis=0), np.gradient(x), np.ediff1d(x)


@program("statistics", (X,))
def integrals(x):
    return np.trapezoid(x), np.trapezoid(x, dx=0.5), np.cumsum(x)


@program("interpolation", (X,))
def interpolation(x):
    return np.interp(x, np.array([-1.0, 0.0, 1.5]), np.array([2.0, 3.0, -1.0]))


@program("interpolation", (X,))
def polynomial(x):
    return np.polyval([1.0, 2.0, 3.0], x), np.vander(x[:3], 3)


@program("window", (X,), ulps=64)
def filters(x):
    k = [1.0, 2.0, 3.0]
    full = np.convolve(x, k), np.convolve(x, k, "same"), np.convolve(x, k, "valid")
    return full, np.correlate(x, k), np.correlate(x, k, "full")


@program("statistics, sorting", (X, M))
def quantiles(x, m):
    return (
        np.median(x), np.median(m, axis=1), np.percentile(x, 30), np.quantile(x, 0.25),
        np.percentile(m, [10.0, 50.0], axis=0),
    )  # fmt: skip


@program("sorting", (X, M))
def sorting(x, m):
    return np.sort(x), np.argsort(x), np.sort(m, axis=0), np.argsort(m), np.sort(m, axis=None)


@program("sorting", (X,))
def bins(x):
    edges = np.array([-1.0, 0.0, 1.0])
    return np.searchsorted(edges, x), np.digitize(x, edges), np.searchsorted(edges, x, "right")


@program("statistics", (I, X))
def histograms(i, x):
    return np.bincount(i, minlength=10), np.histogram(x, 5, (-2.0, 2.0))


@program("reduction, bool", (X,))
def closeness(x):
    return np.isclose(x, x + 1e-9), np.allclose(x, x), np.array_equal(x, x), np.allclose(x, x + 1)


@program("reduction, where", (X,))
def not_a_number(x):
    y = np.where(x > 0, np.nan, x)
    return np.nan_to_num(y), np.nansum(y), np.nanmean(y), np.nanmax(y), np.nanmin(y)


@program("where", (X,))
def selection(x):
    return (
        np.select([x > 0.5, x > 0], [x * 2, x * 3], -1.0),
        np.where(x > 0, 1, x),
        np.choose(np.array([0, 1, 1]), [np.array([1.0, 2, 3]), np.array([4.0, 5, 6])]),
    )


@program("shapes", (M,))
def turning(m):
    return np.rot90(m), np.rot90(m, 2), np.rot90(m, 3), np.flipud(m), np.fliplr(m)


@program("statistics, linear-algebra", (M,), ulps=64)
def covariance(m):
    return np.cov(m), np.corrcoef(m)


@program("gather", (X, M, I))
def taking(x, m, i):
    order = np.argsort(m, axis=1)
    return np.take(x, i), np.take(m, [0, 2], axis=1), np.take_along_axis(m, order, axis=1)


@program("solve, linear-algebra", (A, M), ulps=256)
def equations(a, m):
    return np.linalg.solve(a, m[:, 0]), np.linalg.solve(a, m), np.linalg.inv(a)


@program("solve", (A,), ulps=256)
def factors(a):
    return np.linalg.det(a), np.linalg.cholesky(a @ a.T), np.linalg.matrix_power(a, 3)


@program("linear-algebra", (X, M), ulps=64)
def norms(x, m):
    return (
        np.linalg.norm(x), np.linalg.norm(m), np.linalg.norm(m, axis=1), np.linalg.norm(x, 1),
        np.linalg.norm(x, np.inf),
    )  # fmt: skip


@program("einsum", (M,), ulps=64)
def einstein(m):
    return np.einsum("ij,kj->ik", m, m), np.einsum("ii", m[:, :4]), np.einsum("ij->j", m)


@program("linear-algebra", (M,), ulps=64)
def products(m):
    return (
        np.tensordot(m, m.T, 1), np.outer(m[0], m[1]), np.inner(m, m), np.vdot(m, m),
        np.kron(m[:2], m[:, :2]), np.trace(m), np.dot(m, m.T), m[0] @ m[1], m @ m[0],
        np.matmul(m.reshape(2, 2, 5), m.T), m[0].dot(m[1]),
    )  # fmt: skip


@program("linear-algebra", (M,))
def cross_product(m):
    return np.cross(m[:, :3], m[:, 1:4])


@program("cumulative", (M, I))
def cumulative(m, i):
    return np.cumsum(m), np.cumsum(m, axis=1), np.cumprod(m, 0), np.cumsum(i), i.cumsum()


@program("reduction", (M,), ulps=64)
def reductions(m):
    return (
        m.sum(), m.mean(0), m.std(1), m.var(), m.max(), m.min(1), np.ptp(m), m.argmax(),
        m.argmin(0), np.prod(m, axis=1, keepdims=True), np.sum(m, axis=(0, 1)), m.std(ddof=1),
    )  # fmt: skip


@program("reduction, integers, bool", (I, B))
def integer_reductions(i, b):
    return (
        i.sum(), i.mean(), i.max(), b.sum(), b.any(), b.all(), np.count_nonzero(i > 3),
        np.average(i), i.astype(np.int8).sum(), i.astype(np.uint8).prod(), b.mean(),
        np.sum(i, where=i > 4), np.max(i, initial=100),
    )  # fmt: skip


@program("shapes, newaxis", (M,))
def shapes(m):
    return (
        m.T, m.reshape(2, 10), m.ravel(), np.expand_dims(m, 1), m[None], np.squeeze(m[None]),
        np.swapaxes(m, 0, 1), np.moveaxis(m, 0, 1), np.flip(m, 0), np.roll(m, 2),
        np.roll(m, 1, axis=1), np.tile(m, (2, 1)), np.repeat(m, 2, axis=0), m.reshape((4, -1)),
    )  # fmt: skip


@program("joining", (M,))
def joining(m):
    return (
        np.concatenate([m, m]), np.stack([m, m], axis=1), np.vstack([m, m]), np.hstack([m, m]),
        np.column_stack([m[:, 0], m[:, 1]]), np.append(m, m), np.split(m, 2), np.pad(m, 1),
        np.pad(m, ((1, 0), (0, 2)), mode="edge"), np.concatenate((m, m), axis=None),
    )  # fmt: skip


@program("creation, shapes", (M,))
def triangles(m):
    return np.tril(m), np.triu(m, 1), np.diag(m[:, :4]), np.diag(m[0]), np.eye(3), np.diag(m[0], 1)


@program("creation", (X,))
def meshes(x):
    return np.meshgrid(x[:3], x[3:7]), np.indices((2, 2))


@program("creation", (X,))
def creation(x):
    return (
        np.zeros((2, 3)), np.ones(3, np.int32), np.full((2,), 7.5), np.arange(5),
        np.arange(1, 2, 0.25), np.linspace(0, 1, 5), np.zeros_like(x), np.full_like(x, 3),
        np.array([1, 2, 3]), np.array([x[0], 2.0]), np.empty((0, 3)), np.full(2, x[0]),
        np.linspace(x[0], x[1], 4), np.asarray(x), np.identity(2),
    )  # fmt: skip


@program("elementwise", (X,))
def trigonometry(x):
    return (
        np.sin(x), np.cos(x), np.tan(x), np.arctan(x), np.arcsin(np.tanh(x)), np.arccos(np.tanh(x)),
        np.sinh(x), np.cosh(x), np.arcsinh(x), np.arctan2(x, x + 1), np.hypot(x, x + 1),
        np.deg2rad(x), np.degrees(x), np.sinc(x),
    )  # fmt: skip


@program("elementwise", (X,))
def exponentials(x):
    y = np.abs(x)
    return (
        np.exp(x), np.expm1(x), np.exp2(x), np.log(y), np.log1p(y), np.log2(y), np.log10(y),
        np.sqrt(y), np.cbrt(x), np.square(x), np.reciprocal(x), np.logaddexp(x, x + 1),
    )  # fmt: skip


@program("elementwise, clip, bool", (X,))
def rounding(x):
    return (
        np.floor(x), np.ceil(x), np.trunc(x), np.rint(x), np.round(x, 2), np.sign(x),
        np.copysign(x, -x), np.signbit(x), np.fmod(x, 0.3), x % 0.3, x // 0.3,
        np.maximum(x, 0), np.minimum(x, 0.2), np.clip(x, -0.5, 0.5), np.heaviside(x, 0.5),
        np.isnan(x), np.isfinite(x), np.isinf(x), np.fmax(x, 0), x.clip(0, 1), x.round(1),
    )  # fmt: skip


@program("elementwise, power", (F,))
def single_precision(x):
    return (
        np.sin(x), np.exp(x), np.tanh(x), x**2, x**3, np.abs(x) ** 0.5, 2**x, x * 2, x / 2,
        1 / x, x % 2, -x, +x, abs(x), np.round(x, 2), x**-1,
    )  # fmt: skip


@program("shapes", (X,))
def at_least(x):
    return (
        np.atleast_2d(x), np.broadcast_to(x, (2, 12)), np.ravel(x), np.size(x), np.ndim(x),
        np.shape(x), x.size, x.ndim, x.shape, x.T, np.broadcast_arrays(x, np.float32(1)),
    )  # fmt: skip


@program("creation, write", (A,))
def in_place_functions(a):
    b = a.copy()
    np.fill_diagonal(b, 7.0)
    c = np.zeros((4, 4))
    np.copyto(c, b)
    c[0, 0] = 1
    return b, c
