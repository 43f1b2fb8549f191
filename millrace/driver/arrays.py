"""Arrays of the command line: .npz files, samples, random inputs."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from millrace.driver.files import write_all
from millrace.driver.specs import TensorSpec, describe
from millrace.ir.errors import RunError

Array = np.ndarray[Any, Any]


def read_npz(path: Path) -> dict[str, Array]:
    """All arrays of an .npz file."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except TypeError:
        raise RunError(f"{path}: not an .npz file: it holds a single array") from None
    except OSError as e:
        raise RunError(f"{path}: {e.strerror or e}") from None
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error, AttributeError) as e:
        why = e if zipfile.is_zipfile(path) else "damaged, or of another kind"
        raise RunError(f"{path}: not an .npz file: {why}") from None


def write_npz(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write an .npz file whose bytes depend on the arrays only."""
    import io

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as z:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)
            z.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue())
    write_all({path: buffer.getvalue()})


def read_samples(
    path: Path | None, samples: int | None, specs: Sequence[TensorSpec]
) -> list[list[Array]]:
    """The inputs of each run: one run on the arrays as they are; one for each of the first
    ``samples`` entries of their leading axis, all of them for -1. Without a file: random ones."""
    if path is None:
        return [random_inputs(specs, seed) for seed in range(max(1, samples or 1))]
    arrays = match_inputs(read_npz(path), specs, path)
    if samples is None:
        return [arrays]
    return split_samples(arrays, specs, None if samples < 0 else samples)


def match_inputs(
    arrays: Mapping[str, Array], specs: Sequence[TensorSpec], path: Path
) -> list[Array]:
    """The array of each input: by its name, else ``in0``, ``in1``, ... by position."""
    found = []
    for i, spec in enumerate(specs):
        array = arrays.get(spec.name, arrays.get(f"in{i}"))
        if array is None:
            raise RunError(
                f"{path}: no array for input {spec.name!r} (nor in{i}); "
                f"it has {', '.join(arrays) or 'none'}"
            )
        found.append(array)
    return found


def split_samples(
    arrays: Sequence[Array], specs: Sequence[TensorSpec], limit: int | None
) -> list[list[Array]]:
    """One list of inputs a sample, from arrays with a leading sample axis. A sample may differ
    in shape from the input as long as the number of elements is the same."""
    counts = {a.shape[0] if a.ndim else 0 for a in arrays}
    if len(counts) != 1:
        raise RunError(f"--samples: the arrays have {sorted(counts)} samples, not equally many")
    total = counts.pop()
    if limit is not None and limit > total:
        raise RunError(f"--samples {limit}: the arrays have {total} samples")
    return [
        [_reshaped(a[i], s) for a, s in zip(arrays, specs, strict=True)]
        for i in range(total if limit is None else limit)
    ]


def _reshaped(sample: Array, spec: TensorSpec) -> Array:
    if spec.dims is not None and sample.ndim == len(spec.shape):
        return sample
    if sample.size != int(np.prod(spec.shape, dtype=np.int64)):
        raise RunError(
            f"input {spec.name!r}: expected {describe(spec.shape, spec.dtype)}, "
            f"got samples of {describe(sample.shape, sample.dtype)}"
        )
    return np.asarray(sample.reshape(spec.shape))


def random_inputs(specs: Sequence[TensorSpec], seed: int = 0) -> list[Array]:
    """A seeded uniform sample: floats in [-1, 1), integers 0 or 1 (they may be indices), narrow
    integers over their range."""
    rng = np.random.default_rng(seed)
    return [_random(rng, s) for s in specs]


def _random(rng: np.random.Generator, spec: TensorSpec) -> Array:
    kind, size = spec.dtype.kind, spec.dtype.itemsize
    if kind in "iu":
        info = np.iinfo(spec.dtype)
        low, high = (info.min, info.max + 1) if size == 1 else (0, 2)
        return rng.integers(low, high, spec.shape).astype(spec.dtype)
    if kind == "b":
        return rng.integers(0, 2, spec.shape).astype(np.bool_)
    return rng.uniform(-1, 1, spec.shape).astype(spec.dtype)
