"""Building small models and comparing the interpreter with ONNX Runtime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from millrace.frontend.onnx import import_onnx
from millrace.ir.dialects.builtin import Module
from millrace.ir.interpreter import interpret

Array = np.ndarray[Any, Any]
OPSET = 21


def value(name: str, shape: Sequence[int | str] | None, dtype: Any = np.float32) -> Any:
    """A value_info of a numpy dtype."""
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    return helper.make_tensor_value_info(name, kind, shape)


def model(
    nodes: Sequence[Any],
    inputs: Sequence[Any],
    outputs: Sequence[Any],
    constants: Mapping[str, Any] | None = None,
    *,
    opset: int = OPSET,
    functions: Sequence[Any] = (),
    domains: Mapping[str, int] | None = None,
) -> Any:
    stored = [numpy_helper.from_array(np.asarray(a), n) for n, a in (constants or {}).items()]
    graph = helper.make_graph(list(nodes), "g", list(inputs), list(outputs), stored)
    imports = [helper.make_opsetid("", opset)]
    imports += [helper.make_opsetid(d, v) for d, v in (domains or {}).items()]
    return helper.make_model(graph, opset_imports=imports, functions=list(functions), ir_version=9)


def one_node(
    op: str,
    inputs: Mapping[str, Array],
    outputs: Sequence[str] = ("y",),
    *,
    constants: Mapping[str, Any] | None = None,
    operands: Sequence[str] | None = None,
    opset: int = OPSET,
    declared: Mapping[str, Sequence[int]] | None = None,
    dtype: Any = np.float32,
    **attributes: Any,
) -> Any:
    """A model of one node; ``operands`` names its inputs in order ("" for one left out)."""
    names = list(operands) if operands is not None else [*inputs, *(constants or {})]
    node = helper.make_node(op, names, list(outputs), name="/n", **attributes)
    ins = [value(n, a.shape, a.dtype) for n, a in inputs.items()]
    outs = [value(n, (declared or {}).get(n), dtype) for n in outputs if n]
    return model([node], ins, outs, constants, opset=opset)


def reference(proto: Any, inputs: Mapping[str, Array]) -> list[Array]:
    """What ONNX Runtime computes, without its optimizations."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(proto.SerializeToString(), options)
    return [np.asarray(a) for a in session.run(None, {k: np.asarray(v) for k, v in inputs.items()})]


def run(module: Module, inputs: Mapping[str, Array]) -> list[Array]:
    names = module.entry.arg_names
    assert names is not None
    with np.errstate(all="ignore"):
        return list(interpret(module, [np.asarray(inputs[n]) for n in names]))


def agrees(
    proto: Any, inputs: Mapping[str, Array], *, rtol: float = 1e-4, atol: float = 1e-5
) -> Module:
    """Import, interpret and compare with ONNX Runtime; returns the module."""
    module = import_onnx(proto)
    got, wanted = run(module, inputs), reference(proto, inputs)
    assert len(got) == len(wanted)
    for g, w in zip(got, wanted, strict=True):
        assert g.dtype == w.dtype
        assert g.shape == w.shape
        np.testing.assert_allclose(g, w, rtol=rtol, atol=atol)
    return module


def op_names(module: Module) -> list[str]:
    return [op.name for op in module.walk()]


__all__ = ["TensorProto", "agrees", "helper", "model", "one_node", "onnx", "op_names", "value"]
