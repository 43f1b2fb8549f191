"""What to use instead of functions that are not compiled: ``J012`` says so."""

from __future__ import annotations

_COMPLEX = (
    "there are no complex numbers: multiply with tables of np.cos and np.sin, "
    "or transform before the call"
)
_EFFECTS = "read and write outside of the function, and pass arrays"
_TEXT = "texts are constants of compiled code: pass numbers, or np.frombuffer(text, np.uint8)"

_BY_NAME = {
    "numpy.linalg.eigh": "its vectors have arbitrary signs: np.linalg.eigvalsh gives the values",
    "numpy.linalg.eig": "its values may be complex: np.linalg.eigvalsh serves symmetric matrices",
    "numpy.linalg.eigvals": "they may be complex: np.linalg.eigvalsh serves symmetric matrices",
    "numpy.roots": "they may be complex: look for real ones with Newton's method",
    "numpy.frexp": "use np.floor(np.log2(np.abs(x)))",
    "numpy.ldexp": "multiply with np.exp2(n)",
    "numpy.spacing": "use np.finfo(x.dtype).eps * np.abs(x)",
    "numpy.nextafter": "use np.finfo(x.dtype).eps * np.abs(x)",
    "numpy.add.reduceat": "sum the slices in a loop",
    "numpy.histogram2d": "count with np.add.at",
    "numpy.einsum_path": "call np.einsum",
    "numpy.i0": "sum its series in a loop",
    "open": _EFFECTS,
    "input": _EFFECTS,
    "numpy.load": _EFFECTS,
    "numpy.save": _EFFECTS,
    "numpy.loadtxt": _EFFECTS,
    "numpy.savetxt": _EFFECTS,
    "str": _TEXT,
    "ord": _TEXT,
    "chr": _TEXT,
    "repr": _TEXT,
    "complex": _COMPLEX,
    "iter": "loop over it with for",
    "next": "loop over it with for",
    "set": "np.isin tells what is in an array, x in (1, 2, 3) what is in a tuple",
    "time.time": "measure around the call",
    "time.perf_counter": "measure around the call",
}
_BY_MODULE = {"numpy.fft": _COMPLEX, "scipy": "write it with numpy, or call it outside"}


def alternative(name: str, module: str = "") -> str:
    """The fix for a function that is not compiled."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    for prefix, text in _BY_MODULE.items():
        if module == prefix or module.startswith(f"{prefix}."):
            return text
    return "compute it before the call and pass the result as an argument"
