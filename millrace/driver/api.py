"""``millrace.compile`` and ``millrace.load``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from millrace.driver.compiler import compile_artifact
from millrace.driver.model import Model
from millrace.driver.options import (
    CompileOptions,
    parse_io,
    parse_method,
    parse_patch,
    parse_prune,
    parse_quantize,
    parse_report,
    parse_size,
    parse_sparse,
    parse_tensors,
    parse_unroll,
)
from millrace.driver.sources import open_source
from millrace.ir.sizes import ANY

Shape = Sequence[int | str]


def compile(
    model: Any,
    *,
    target: str = "host",
    name: str | None = None,
    shape: Mapping[str, Shape] | None = None,
    bound: Mapping[str, int] | int | None = None,
    feed: str | Sequence[str] | None = None,
    fetch: str | Sequence[str] | None = None,
    strict: bool = False,
    unroll: str | int = "auto",
    quantize: str | None = None,
    calibration: str | Path | Mapping[str, Any] | None = None,
    calibrate_method: str = "auto",
    prune: str | None = None,
    io: str | None = None,
    quantize_report: str | Path | None = None,
    patch: str | int = "auto",
    sparse: str = "auto",
    flash: int | str | None = None,
    ram: int | str | None = None,
) -> Model:
    """Compile a model to native code.

    ``model`` is a path to an ``.onnx``, ``.tflite`` or ``.pb`` file, to a SavedModel folder (or
    to IR text, ``.mlir``), the bytes of an ONNX or TensorFlow Lite file, or an
    ``onnx.ModelProto``. ``target`` is a row of ``millrace targets``; the result can
    be called when it is this machine's, and saved always. ``name`` is the C identifier generated
    names start with, by default the file's stem. ``shape`` gives inputs, by name, the shapes that
    the file leaves open; an unknown batch is 1 unless given. ``"T<=100"`` in place of a size: each
    call has its own, up to that. ``bound`` is the largest size of what follows from data, by node,
    or for all. ``feed`` and ``fetch`` name the
    tensors of a TensorFlow graph that are its inputs and outputs (``"a:0,b"`` or a list).
    ``strict`` forbids reassociation and contraction of float arithmetic. ``unroll`` overrides the
    compiler's choice for loops over time: ``never``, ``full`` or a number of steps a loop body.
    ``quantize`` (``int8`` or ``int16x8``) makes integer arithmetic of a float model; the ranges of
    its values are found with ``calibration``, samples of the inputs along the first axis of
    arrays by name (or of an ``.npz`` file). ``io="int8"`` lets the model take and give integers.
    ``weights-int8``, ``bf16`` and ``f16`` store weights of products so; all else stays on floats.
    ``quantize_report`` is a file to write what each value loses by that.
    ``patch`` says whether first layers run in bands of rows, to have less in memory at once:
    where ``ram`` asks for it (``auto``), ``never``, as they take ``least``, or a number of bands.
    ``sparse`` says whether weights with many zeros are stored without them on microcontrollers:
    where that saves bytes and no instructions are lost, or ``flash`` asks for it (``auto``),
    ``never``, or wherever bytes are saved (``least``).
    ``flash`` and ``ram`` are the memory that the model may take, in bytes or such as ``"64K"``:
    they guide decisions, and a model that needs more is refused with the reasons.
    Raises CompileError.
    """
    options = CompileOptions(
        target=target,
        name=name,
        shapes=shape,
        bounds={ANY: bound} if isinstance(bound, int) else bound,
        feed=parse_tensors(feed),
        fetch=parse_tensors(fetch),
        strict=strict,
        unroll=parse_unroll(str(unroll)),
        quantize=parse_quantize(quantize, calibration, prune),
        calibration=Path(calibration) if isinstance(calibration, str) else calibration,
        method=parse_method(calibrate_method, quantize),
        prune=parse_prune(prune),
        io=parse_io(io, quantize),
        quantize_report=parse_report(quantize_report, quantize),
        patch=parse_patch(str(patch)),
        sparse=parse_sparse(sparse),
        flash=parse_size(flash, "--flash"),
        ram=parse_size(ram, "--ram"),
    )
    return compile_with(model, options)


def compile_with(model: Any, options: CompileOptions) -> Model:
    """:func:`compile` with everything that the command line can say."""
    return Model(compile_artifact(open_source(model), options))


def load(directory: str | Path, *, name: str | None = None) -> Model:
    """Reopen what :meth:`Model.save` or ``millrace compile`` wrote, without recompiling.
    ``name`` chooses when the folder holds several models."""
    from millrace.driver.save import read_artifact

    return Model(read_artifact(Path(directory), name))
