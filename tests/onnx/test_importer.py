"""The importer itself: shapes, names, errors, functions, external data, hostile files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from millrace.frontend.onnx import import_onnx
from millrace.ir.errors import CompileError
from tests.onnx.onnx_models import agrees, model, one_node, op_names, run, value

X = np.random.default_rng(1).normal(size=(2, 3)).astype(np.float32)


def node(op: str, inputs: list[str], outputs: list[str], name: str = "", **fields: Any) -> Any:
    return helper.make_node(op, inputs, outputs, name=name, **fields)


def relu(shape: Any) -> Any:
    return model([node("Relu", ["x"], ["y"])], [value("x", shape)], [value("y", None)])


def refused(proto: Any, message: str, **options: Any) -> str:
    """The error's text; ``message`` is part of it, taken literally."""
    with pytest.raises(CompileError, match=re.escape(message)) as e:
        import_onnx(proto, **options)
    return str(e.value)


# ---- the module


def test_names_and_roles(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(relu((2, 3)).SerializeToString())
    module = import_onnx(path)
    assert module.sym_name == "net"
    assert module.entry.sym_name == "main"
    assert module.entry.arg_names == ("x",)
    assert module.entry.result_names == ("y",)
    assert {op.loc.file for op in module.entry.block} == {str(path)}


def test_sources_are_equal(tmp_path: Path) -> None:
    proto = relu((2, 3))
    path = tmp_path / "net.onnx"
    path.write_bytes(proto.SerializeToString())
    for source in (path, str(path), path.read_bytes(), proto):
        (y,) = run(import_onnx(source), {"x": X})
        np.testing.assert_array_equal(y, np.maximum(X, 0))


def test_initializers_with_input_are_no_arguments() -> None:
    """Files of old IR versions list the weights among the inputs."""
    nodes = [node("Add", ["x", "w"], ["y"])]
    inputs = [value("x", (2, 3)), value("w", (3,))]
    proto = model(nodes, inputs, [value("y", None)], {"w": np.float32([1, 2, 3])})
    module = import_onnx(proto)
    assert module.entry.arg_names == ("x",)


def test_dead_nodes_are_ignored() -> None:
    nodes = [node("Relu", ["x"], ["y"]), node("NoSuchOperator", ["x"], ["z"])]
    import_onnx(model(nodes, [value("x", (2, 3))], [value("y", None)]))


def test_nodes_out_of_order() -> None:
    nodes = [node("Tanh", ["h"], ["y"]), node("Relu", ["x"], ["h"])]
    proto = model(nodes, [value("x", (2, 3))], [value("y", None)])
    (y,) = run(import_onnx(proto), {"x": X})
    np.testing.assert_allclose(y, np.tanh(np.maximum(X, 0)), rtol=1e-6)


def test_shape_arithmetic_leaves_no_trace() -> None:
    nodes = [
        node("Shape", ["x"], ["s"]),
        node("Gather", ["s", "zero"], ["n"]),
        node("Unsqueeze", ["n", "axes"], ["n1"]),
        node("Concat", ["n1", "minus"], ["t"], axis=0),
        node("Reshape", ["x", "t"], ["y"]),
    ]
    constants = {"zero": np.int64(0), "axes": np.int64([0]), "minus": np.int64([-1])}
    proto = model(nodes, [value("x", (2, 3, 4))], [value("y", None)], constants)
    module = agrees(proto, {"x": np.zeros((2, 3, 4), np.float32)})
    body = [op.name for op in module.entry.block]
    assert body == ["mr.reshape", "func.return"]


def test_large_splats_are_not_computed() -> None:
    """A folding bomb: two gigabytes from a few bytes."""
    nodes = [
        node("ConstantOfShape", ["s"], ["c"]),
        node("Neg", ["c"], ["d"]),
        node("ReduceMax", ["d"], ["m"], keepdims=0),
        node("Add", ["x", "m"], ["y"]),
    ]
    constants = {"s": np.int64([1 << 15, 1 << 14])}
    module = import_onnx(model(nodes, [value("x", (2,))], [value("y", None)], constants))
    assert "mr.neg" in op_names(module)


# ---- dimensions


@pytest.mark.parametrize("shape", [("N", 3), (None, 3), ("batch_size", 3), ("unk__12", 3)])
def test_open_batch_is_one(shape: Any) -> None:
    assert import_onnx(relu(shape)).entry.block.args[0].type.shape == (1, 3)


def test_batch_behind_time() -> None:
    assert import_onnx(relu((7, "batch", 3))).entry.block.args[0].type.shape == (7, 1, 3)


def test_given_shapes() -> None:
    module = import_onnx(relu(("N", "T")), shapes={"x": (4, 5)})
    assert module.entry.block.args[0].type.shape == (4, 5)


def test_names_share_their_size() -> None:
    nodes = [node("Add", ["x", "z"], ["y"])]
    proto = model(nodes, [value("x", (2, "T")), value("z", ("T",))], [value("y", None)])
    module = import_onnx(proto, shapes={"x": (2, 5)})
    assert module.entry.block.args[1].type.shape == (5,)


@pytest.mark.parametrize(
    ("shape", "options", "message"),
    [
        ((2, "T"), {}, "input 'x': dimension 1 ('T') is unknown; give it with --shape x=2,SIZE"),
        (("seq", 3), {}, "dimension 0 ('seq') is unknown"),
        ((2, None), {}, "dimension 1 is unknown"),
        (None, {}, "unknown shape; give it with --shape x="),
        ((2, 3), {"shapes": {"x": (2, 4)}}, "dimension is 3, not 4"),
        ((2, 3), {"shapes": {"x": (2, 3, 1)}}, "has 2 dimensions, not 3"),
        ((2, 3), {"shapes": {"z": (2, 3)}}, "no input 'z' (inputs: x)"),
        (("T", "T"), {"shapes": {"x": (2, 3)}}, "'T' is both 2 and 3"),
        ((1 << 40, 3), {}, "is too large"),
    ],
)
def test_bad_dimensions(shape: Any, options: Any, message: str) -> None:
    refused(relu(shape), message, **options)


# ---- errors


def test_all_missing_operators_at_once() -> None:
    nodes = [
        node("Foo", ["x"], ["a"], "/a/Foo"),
        node("Foo", ["a"], ["b"], "/b/Foo"),
        node("com.acme.Bar", ["b"], ["y"], "/Bar", domain="com.acme"),
    ]
    nodes[2].op_type = "Bar"
    proto = model(nodes, [value("x", (2,))], [value("y", None)], domains={"com.acme": 1})
    text = refused(proto, "unsupported operators", name="net.onnx")
    assert text == (
        'net.onnx: unsupported operators: Foo (nodes "/a/Foo", "/b/Foo"); '
        'com.acme.Bar (node "/Bar")'
    )


def test_missing_operators_in_branches() -> None:
    then = helper.make_graph([node("Foo", ["x"], ["t"], "/then/Foo")], "t", [], [value("t", None)])
    other = helper.make_graph([node("Bar", ["x"], ["e"], "/else/Bar")], "e", [], [value("e", None)])
    branch = node("If", ["p"], ["y"], then_branch=then, else_branch=other)
    ins = [value("x", (2,)), value("p", (), np.bool_)]
    text = refused(model([branch], ins, [value("y", None)]), "unsupported operators")
    assert '"/then/Foo"' in text
    assert '"/else/Bar"' in text


def test_type_errors_name_file_and_node() -> None:
    nodes = [node("Add", ["x", "z"], ["y"], "/fc/Add")]
    proto = model(nodes, [value("x", (2, 3)), value("z", (4,))], [value("y", None)])
    message = 'net.onnx: node "/fc/Add": mr.add: cannot broadcast 2x3 with 4'
    assert refused(proto, message, name="net.onnx") == message


def test_errors_name_the_file_as_it_was_given(tmp_path: Path) -> None:
    nodes = [node("Add", ["x", "z"], ["y"], "/fc/Add")]
    path = tmp_path / "net.onnx"
    proto = model(nodes, [value("x", (2, 3)), value("z", (4,))], [value("y", None)])
    path.write_bytes(proto.SerializeToString())
    refused(str(path), f'{path}: node "/fc/Add": mr.add: cannot broadcast 2x3 with 4')
    path.write_bytes(b"")
    refused(path, f"{path}: not an ONNX model: it has no graph")


@pytest.mark.parametrize(
    ("proto", "message"),
    [
        (relu((2,)).SerializeToString()[:-9], "model: not an ONNX model"),
        (b"", "it has no graph"),
        (b"\xff" * 40, "not an ONNX model"),
        (7, "expected a path, bytes or an onnx.ModelProto"),
        ("/no/such/file.onnx", "cannot read the model: No such file"),
    ],
)
def test_no_model(proto: Any, message: str) -> None:
    refused(proto, message)


NODES = {
    "input": (node("Relu", ["nope"], ["y"]), "'nope' is not defined"),
    "arity": (node("Relu", ["x", "x"], ["y"]), "has 2 inputs, takes 1 to 1"),
    "left out": (node("Add", ["x", ""], ["y"]), "input 'B' is missing"),
    "attribute": (node("Relu", ["x"], ["y"], alpha=1.0), "has no attribute 'alpha'"),
    "attribute type": (node("Softmax", ["x"], ["y"], axis=1.5), "'axis' is not of type INT"),
    "needed attribute": (node("Cast", ["x"], ["y"]), "attribute 'to' is missing"),
    "data type": (node("And", ["x", "x"], ["y"]), "input 'A' cannot be tensor(float)"),
    "axis": (node("Softmax", ["x"], ["y"], axis=2), "axis 2 of a tensor of rank 2"),
    "cycle": (node("Add", ["x", "y"], ["y"]), "is part of a cycle"),
    "string": (node("Cast", ["x"], ["y"], to=TensorProto.STRING), "string is not supported"),
    "shape": (node("Constant", [], ["y"], value_string="a"), "'value_string' are not supported"),
}


@pytest.mark.parametrize("case", NODES)
def test_malformed_node(case: str) -> None:
    bad, message = NODES[case]
    refused(model([bad], [value("x", (2, 3))], [value("y", None)]), message)


def test_malformed_graph() -> None:
    x, y = value("x", (2,)), value("y", None)
    twice = [node("Relu", ["x"], ["y"]), node("Tanh", ["x"], ["y"])]
    refused(model(twice, [x], [y]), "two nodes define 'y'")
    refused(model([], [x, x], [value("x", None)]), "'x' is defined twice")
    refused(model([], [x], [y]), "'y' is not defined")
    wrong = model([node("Relu", ["x"], ["y"])], [x], [value("y", None, np.int64)])
    refused(wrong, "output 'y': declared as i64, is f32")


def test_operator_set_versions() -> None:
    refused(model([], [], [], opset=1000), "version 1000 of 'ai.onnx' is not supported")
    refused(one_node("Add", {"a": X, "b": X}, opset=6), "version 6 is not supported")
    agrees(one_node("Not", {"a": X > 0}, dtype=np.bool_, opset=6), {"a": X > 0})


def sequence_input() -> Any:
    info = helper.make_tensor_sequence_value_info("x", TensorProto.FLOAT, None)
    return model([node("Identity", ["x"], ["y"])], [info], [value("y", None)])


def test_other_kinds_of_values() -> None:
    refused(sequence_input(), "input 'x': sequence is not supported, only tensors are")
    text = helper.make_tensor_value_info("x", TensorProto.STRING, (2,))
    refused(model([], [text], [text]), "data type string is not supported")


def test_deep_nesting_ends() -> None:
    """Subgraphs in subgraphs, as deep as the file format allows."""
    inner = helper.make_graph([node("Relu", ["x"], ["t"])], "g", [], [value("t", None)])
    for _ in range(22):
        branch = node("If", ["p"], ["t"], then_branch=inner, else_branch=inner)
        branch.attribute[1].g.CopyFrom(
            helper.make_graph([node("Tanh", ["x"], ["t"])], "e", [], [value("t", None)])
        )
        inner = helper.make_graph([branch], "g", [], [value("t", None)])
    nodes = [*inner.node, node("Identity", ["t"], ["y"])]
    ins = [value("x", (2,)), value("p", (), np.bool_)]
    import_onnx(model(nodes, ins, [value("y", None)]))


def test_recursive_functions_end() -> None:
    function = helper.make_function(
        "me",
        "F",
        ["a"],
        ["b"],
        [node("F", ["a"], ["b"], domain="me")],
        [helper.make_opsetid("me", 1)],
    )
    nodes = [node("F", ["x"], ["y"], domain="me")]
    ins, outs = [value("x", (2,))], [value("y", None)]
    proto = model(nodes, ins, outs, functions=[function], domains={"me": 1})
    refused(proto, "nested too deeply")


# ---- functions


def local_function() -> Any:
    """Scaled(x; factor = 2) = relu(x) * factor, the factor an attribute of the call."""
    constant = node("Constant", [], ["k"])
    constant.attribute.add(name="value_float", type=1, ref_attr_name="factor")
    body = [node("Relu", ["a"], ["r"]), constant, node("Mul", ["r", "k"], ["b"])]
    function = helper.make_function(
        "me", "Scaled", ["a"], ["b"], body, [helper.make_opsetid("", 21)], ["unused"]
    )
    function.attribute_proto.add(name="factor", type=1, f=2.0)
    return function


@pytest.mark.parametrize(("fields", "factor"), [({}, 2.0), ({"factor": 5.0}, 5.0)])
def test_local_function(fields: dict[str, float], factor: float) -> None:
    nodes = [node("Scaled", ["x"], ["y"], domain="me", **fields)]
    ins, outs = [value("x", (2, 3))], [value("y", None)]
    proto = model(nodes, ins, outs, functions=[local_function()], domains={"me": 1})
    (y,) = run(import_onnx(proto), {"x": X})
    np.testing.assert_allclose(y, np.maximum(X, 0) * np.float32(factor))


def test_local_function_before_a_row() -> None:
    """A model's own function goes before the standard operator of that name."""
    function = helper.make_function(
        "", "Relu", ["a"], ["b"], [node("Neg", ["a"], ["b"])], [helper.make_opsetid("", 21)]
    )
    nodes = [node("Relu", ["x"], ["y"])]
    proto = model(nodes, [value("x", (2, 3))], [value("y", None)], functions=[function])
    (y,) = run(import_onnx(proto), {"x": X})
    np.testing.assert_array_equal(y, -X)


def test_function_of_the_standard() -> None:
    """An operator without a row goes through its body in the standard."""
    nodes = [node("NegativeLogLikelihoodLoss", ["x", "t"], ["y"], reduction="sum")]
    ins = [value("x", (2, 3)), value("t", (2,), np.int64)]
    proto = model(nodes, ins, [value("y", None)], opset=17)
    agrees(proto, {"x": X, "t": np.int64([2, 0])})


# ---- stored tensors

DTYPES = [np.float16, np.float32, np.float64, np.int8, np.int16, np.int32, np.int64]
DTYPES += [np.uint8, np.uint16, np.uint32, np.uint64, np.bool_]


def stored(tensor: Any) -> Any:
    """What the importer makes of an initializer that is also the output."""
    tensor.name = "y"
    kind = tensor.data_type
    graph = helper.make_graph(
        [], "g", [], [helper.make_tensor_value_info("y", kind, None)], [tensor]
    )
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)])
    return run(import_onnx(proto), {})[0]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("raw", [True, False])
def test_data_types(dtype: Any, raw: bool) -> None:
    array = np.array([[0, 1, 2], [5, 3, 1]]).astype(dtype)
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    data = array.tobytes() if raw else array.reshape(-1)
    got = stored(helper.make_tensor("y", kind, array.shape, data, raw=raw))
    assert got.dtype == array.dtype
    np.testing.assert_array_equal(got, array)


@pytest.mark.parametrize("raw", [True, False])
def test_bfloat16(raw: bool) -> None:
    import ml_dtypes

    array = np.array([1.5, -2, 0.25], ml_dtypes.bfloat16)
    tensor = TensorProto(data_type=TensorProto.BFLOAT16, dims=[3])
    if raw:
        tensor.raw_data = array.tobytes()
    else:
        tensor.int32_data.extend(int(v) for v in array.view(np.uint16))
    got = stored(tensor)
    assert got.dtype == array.dtype
    np.testing.assert_array_equal(got.astype(np.float32), array.astype(np.float32))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"dims": [3]}, "the shape [3] needs 3 elements, the file has 0"),
        ({"dims": [1 << 40], "raw_data": b"1234"}, "is too large"),
        ({"dims": [1 << 20], "raw_data": b"1234"}, "needs 4194304 bytes, the file has 4"),
        ({"dims": [-1], "raw_data": b"1234"}, "negative dimension in [-1]"),
        ({"dims": [1], "data_type": 8, "string_data": [b"a"]}, "string is not supported"),
        ({"dims": [1], "data_type": 99}, "number 99 is not supported"),
    ],
)
def test_bad_tensors(fields: Any, message: str) -> None:
    tensor = TensorProto(**{"data_type": 1, **fields})
    with pytest.raises(CompileError, match=re.escape(message)):
        stored(tensor)


def sparse(indices: Any, dims: Any) -> Any:
    values = numpy_helper.from_array(np.float32([4, 5]), "w")
    places = numpy_helper.from_array(np.asarray(indices, np.int64))
    tensor = onnx.SparseTensorProto(values=values, indices=places, dims=dims)
    proto = model([node("Add", ["x", "w"], ["y"])], [value("x", (2, 3))], [value("y", None)])
    proto.graph.sparse_initializer.append(tensor)
    return proto


@pytest.mark.parametrize("indices", [[1, 5], [[0, 1], [1, 2]]])
def test_sparse_tensors(indices: Any) -> None:
    (y,) = run(import_onnx(sparse(indices, [2, 3])), {"x": np.zeros((2, 3), np.float32)})
    np.testing.assert_array_equal(y, [[0, 4, 0], [0, 0, 5]])


def test_sparse_index_out_of_range() -> None:
    refused(sparse([1, 6], [2, 3]), "sparse index out of range")
    refused(sparse([[0, 1], [2, 0]], [2, 3]), "sparse index out of range")


# ---- external data


def external(folder: Path, location: str, **fields: Any) -> Path:
    """A model whose weights lie in another file."""
    tensor = TensorProto(name="w", data_type=1, dims=[3], data_location=TensorProto.EXTERNAL)
    for key, v in {"location": location, **fields}.items():
        tensor.external_data.add(key=key, value=str(v))
    proto = model([node("Add", ["x", "w"], ["y"])], [value("x", (3,))], [value("y", None)])
    proto.graph.initializer.append(tensor)
    path = folder / "net.onnx"
    path.write_bytes(proto.SerializeToString())
    return path


def test_external_data(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    weights = np.float32([9, 1, 2, 3])
    (folder / "w.bin").write_bytes(weights.tobytes())
    module = import_onnx(external(folder, "w.bin", offset=4, length=12))
    (y,) = run(module, {"x": np.zeros(3, np.float32)})
    np.testing.assert_array_equal(y, [1, 2, 3])
    refused(external(folder, "w.bin", offset=8), "w.bin is too short")
    refused(external(folder, "w.bin", length=4), "needs 12 bytes, w.bin gives 4")
    refused(external(folder, "none.bin"), "cannot read external data none.bin")
    refused(external(folder, "w.bin").read_bytes(), "compile the model from its path")


@pytest.mark.parametrize("how", ["above", "absolute", "link"])
def test_external_data_stays_in_the_folder(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    secret = tmp_path / "secret.bin"
    secret.write_bytes(bytes(12))
    (folder / "link.bin").symlink_to(secret)
    location = {"above": "../secret.bin", "absolute": str(secret), "link": "link.bin"}[how]
    refused(external(folder, location), "leaves the model's directory")
