"""What the importer reads of TensorFlow Lite's schema: numbers of fields and operators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from millrace.frontend.tflite.flatbuffer import Field, Schema

IDENTIFIER = b"TFL3"

MODEL: Schema = {
    "version": Field(0, "u32"),
    "operator_codes": Field(1, "tables"),
    "subgraphs": Field(2, "tables"),
    "buffers": Field(4, "tables"),
}
OPERATOR_CODE: Schema = {
    "old_code": Field(0, "i8"),
    "custom": Field(1, "string", ""),
    "version": Field(2, "i32", 1),
    "code": Field(3, "i32"),
}
SUBGRAPH: Schema = {
    "tensors": Field(0, "tables"),
    "inputs": Field(1, "[i32]"),
    "outputs": Field(2, "[i32]"),
    "operators": Field(3, "tables"),
    "name": Field(4, "string", ""),
}
TENSOR: Schema = {
    "shape": Field(0, "[i32]"),
    "type": Field(1, "i8"),
    "buffer": Field(2, "u32"),
    "name": Field(3, "string", ""),
    "quantization": Field(4, "table", None),
    "is_variable": Field(5, "bool", False),
    "sparsity": Field(6, "table", None),
    "signature": Field(7, "[i32]"),
}
QUANTIZATION: Schema = {
    "scale": Field(2, "[f32]"),
    "zero_point": Field(3, "[i64]"),
    "details": Field(4, "u8"),
    "axis": Field(6, "i32"),
}
OPERATOR: Schema = {
    "opcode": Field(0, "u32"),
    "inputs": Field(1, "[i32]"),
    "outputs": Field(2, "[i32]"),
    "options_type": Field(3, "u8"),
    "options": Field(4, "table", None),
    "intermediates": Field(8, "[i32]"),
}
BUFFER_DATA = 0
"""The slot of a buffer's bytes."""
BUFFER_PLACE: Schema = {"offset": Field(1, "u64"), "size": Field(2, "u64")}
"""Data that stands behind the flatbuffer in the file."""

_NAMES = """
    ADD AVERAGE_POOL_2D CONCATENATION CONV_2D DEPTHWISE_CONV_2D DEPTH_TO_SPACE DEQUANTIZE
    EMBEDDING_LOOKUP FLOOR FULLY_CONNECTED HASHTABLE_LOOKUP L2_NORMALIZATION L2_POOL_2D
    LOCAL_RESPONSE_NORMALIZATION LOGISTIC LSH_PROJECTION LSTM MAX_POOL_2D MUL RELU RELU_N1_TO_1
    RELU6 RESHAPE RESIZE_BILINEAR RNN SOFTMAX SPACE_TO_DEPTH SVDF TANH CONCAT_EMBEDDINGS
    SKIP_GRAM CALL CUSTOM EMBEDDING_LOOKUP_SPARSE PAD UNIDIRECTIONAL_SEQUENCE_RNN GATHER
    BATCH_TO_SPACE_ND SPACE_TO_BATCH_ND TRANSPOSE MEAN SUB DIV SQUEEZE
    UNIDIRECTIONAL_SEQUENCE_LSTM STRIDED_SLICE BIDIRECTIONAL_SEQUENCE_RNN EXP TOPK_V2 SPLIT
    LOG_SOFTMAX DELEGATE BIDIRECTIONAL_SEQUENCE_LSTM CAST PRELU MAXIMUM ARG_MAX MINIMUM LESS NEG
    PADV2 GREATER GREATER_EQUAL LESS_EQUAL SELECT SLICE SIN TRANSPOSE_CONV SPARSE_TO_DENSE TILE
    EXPAND_DIMS EQUAL NOT_EQUAL LOG SUM SQRT RSQRT SHAPE POW ARG_MIN FAKE_QUANT REDUCE_PROD
    REDUCE_MAX PACK LOGICAL_OR ONE_HOT LOGICAL_AND LOGICAL_NOT UNPACK REDUCE_MIN FLOOR_DIV
    REDUCE_ANY SQUARE ZEROS_LIKE FILL FLOOR_MOD RANGE RESIZE_NEAREST_NEIGHBOR LEAKY_RELU
    SQUARED_DIFFERENCE MIRROR_PAD ABS SPLIT_V UNIQUE CEIL REVERSE_V2 ADD_N GATHER_ND COS WHERE
    RANK ELU REVERSE_SEQUENCE MATRIX_DIAG QUANTIZE MATRIX_SET_DIAG ROUND HARD_SWISH IF WHILE
    NON_MAX_SUPPRESSION_V4 NON_MAX_SUPPRESSION_V5 SCATTER_ND SELECT_V2 DENSIFY SEGMENT_SUM
    BATCH_MATMUL PLACEHOLDER_FOR_GREATER_OP_CODES CUMSUM CALL_ONCE BROADCAST_TO RFFT2D CONV_3D
    IMAG REAL COMPLEX_ABS HASHTABLE HASHTABLE_FIND HASHTABLE_IMPORT HASHTABLE_SIZE REDUCE_ALL
    CONV_3D_TRANSPOSE VAR_HANDLE READ_VARIABLE ASSIGN_VARIABLE BROADCAST_ARGS
    RANDOM_STANDARD_NORMAL BUCKETIZE RANDOM_UNIFORM MULTINOMIAL GELU DYNAMIC_UPDATE_SLICE
    RELU_0_TO_1 UNSORTED_SEGMENT_PROD UNSORTED_SEGMENT_MAX UNSORTED_SEGMENT_SUM ATAN2
    UNSORTED_SEGMENT_MIN SIGN BITCAST BITWISE_XOR RIGHT_SHIFT STABLEHLO_LOGISTIC STABLEHLO_ADD
    STABLEHLO_DIVIDE STABLEHLO_MULTIPLY STABLEHLO_MAXIMUM STABLEHLO_RESHAPE STABLEHLO_CLAMP
    STABLEHLO_CONCATENATE STABLEHLO_BROADCAST_IN_DIM STABLEHLO_CONVOLUTION STABLEHLO_SLICE
    STABLEHLO_CUSTOM_CALL STABLEHLO_REDUCE STABLEHLO_ABS STABLEHLO_AND STABLEHLO_COSINE
    STABLEHLO_EXPONENTIAL STABLEHLO_FLOOR STABLEHLO_LOG STABLEHLO_MINIMUM STABLEHLO_NEGATE
    STABLEHLO_OR STABLEHLO_POWER STABLEHLO_REMAINDER STABLEHLO_RSQRT STABLEHLO_SELECT
    STABLEHLO_SUBTRACT STABLEHLO_TANH STABLEHLO_SCATTER STABLEHLO_COMPARE STABLEHLO_CONVERT
    STABLEHLO_DYNAMIC_SLICE STABLEHLO_DYNAMIC_UPDATE_SLICE STABLEHLO_PAD STABLEHLO_IOTA
    STABLEHLO_DOT_GENERAL STABLEHLO_REDUCE_WINDOW STABLEHLO_SORT STABLEHLO_WHILE
    STABLEHLO_GATHER STABLEHLO_TRANSPOSE DILATE STABLEHLO_RNG_BIT_GENERATOR REDUCE_WINDOW
    STABLEHLO_COMPOSITE STABLEHLO_SHIFT_LEFT STABLEHLO_CBRT
"""
OPERATORS: tuple[str, ...] = tuple(_NAMES.split())
"""Names of the built-in operators by number."""


@dataclass(frozen=True)
class Options:
    """The options of an operator: the number of its table in the union, and the fields."""

    number: int
    fields: Schema = field(default_factory=dict)


_ACTIVATION = {"activation": Field(0, "i8")}
_STRIDES = {"padding": Field(0, "i8"), "stride_w": Field(1, "i32"), "stride_h": Field(2, "i32")}
_ADJOINT = {"adj_x": Field(0, "bool", False), "adj_y": Field(1, "bool", False)}
_AXIS = {"axis": Field(0, "i32")}
_SUM = {**_ACTIVATION, "pot_scale_int16": Field(1, "bool", True)}
_REDUCER = Options(27, {"keep_dims": Field(0, "bool", False)})
_BLOCK = {"block": Field(0, "i32")}
_SEQUENCE_RNN = Options(
    31,
    {
        "time_major": Field(0, "bool", False),
        "activation": Field(1, "i8"),
        "asymmetric": Field(2, "bool", False),
    },
)

OPTIONS: Mapping[str, Options] = {
    "CONV_2D": Options(
        1,
        {
            **_STRIDES,
            "activation": Field(3, "i8"),
            "dilation_w": Field(4, "i32", 1),
            "dilation_h": Field(5, "i32", 1),
        },
    ),
    "DEPTHWISE_CONV_2D": Options(
        2,
        {
            **_STRIDES,
            "multiplier": Field(3, "i32"),
            "activation": Field(4, "i8"),
            "dilation_w": Field(5, "i32", 1),
            "dilation_h": Field(6, "i32", 1),
        },
    ),
    "TRANSPOSE_CONV": Options(49, {**_STRIDES, "activation": Field(3, "i8")}),
    **{
        name: Options(
            5,
            {
                **_STRIDES,
                "filter_w": Field(3, "i32"),
                "filter_h": Field(4, "i32"),
                "activation": Field(5, "i8"),
            },
        )
        for name in ("AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D")
    },
    "SVDF": Options(
        6,
        {
            "rank": Field(0, "i32"),
            "activation": Field(1, "i8"),
            "asymmetric": Field(2, "bool", False),
        },
    ),
    "RNN": Options(7, {**_ACTIVATION, "asymmetric": Field(1, "bool", False)}),
    "FULLY_CONNECTED": Options(
        8,
        {
            **_ACTIVATION,
            "weights_format": Field(1, "i8"),
            "keep_num_dims": Field(2, "bool", False),
            "asymmetric": Field(3, "bool", False),
            "bias_type": Field(4, "i8"),
        },
    ),
    "SOFTMAX": Options(9, {"beta": Field(0, "f32", 0.0)}),
    "CONCATENATION": Options(10, {**_AXIS, "activation": Field(1, "i8")}),
    "ADD": Options(11, _SUM),
    "L2_NORMALIZATION": Options(12, _ACTIVATION),
    "LSTM": Options(
        14,
        {
            **_ACTIVATION,
            "cell_clip": Field(1, "f32", 0.0),
            "proj_clip": Field(2, "f32", 0.0),
            "kernel": Field(3, "i8"),
            "asymmetric": Field(4, "bool", False),
        },
    ),
    "RESIZE_BILINEAR": Options(
        15, {"align_corners": Field(2, "bool", False), "half_pixel": Field(3, "bool", False)}
    ),
    "CALL": Options(16, {"subgraph": Field(0, "u32")}),
    "RESHAPE": Options(17, {"shape": Field(0, "[i32]")}),
    "SPACE_TO_DEPTH": Options(19, _BLOCK),
    "MUL": Options(21, _ACTIVATION),
    "GATHER": Options(23, {**_AXIS, "batch_dims": Field(1, "i32")}),
    **dict.fromkeys(
        ("MEAN", "SUM", "REDUCE_PROD", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_ANY", "REDUCE_ALL"),
        _REDUCER,
    ),
    "SUB": Options(28, _SUM),
    "DIV": Options(29, _ACTIVATION),
    "SQUEEZE": Options(30, {"dims": Field(0, "[i32]")}),
    "UNIDIRECTIONAL_SEQUENCE_RNN": _SEQUENCE_RNN,
    "STRIDED_SLICE": Options(
        32,
        {
            "begin_mask": Field(0, "i32"),
            "end_mask": Field(1, "i32"),
            "ellipsis_mask": Field(2, "i32"),
            "new_axis_mask": Field(3, "i32"),
            "shrink_axis_mask": Field(4, "i32"),
            "offset": Field(5, "bool", False),
        },
    ),
    "SPLIT": Options(35, {"count": Field(0, "i32")}),
    "CAST": Options(37, {"from": Field(0, "i8"), "to": Field(1, "i8")}),
    "ARG_MAX": Options(40, {"type": Field(0, "i8")}),
    "SHAPE": Options(55, {"type": Field(0, "i8")}),
    "ARG_MIN": Options(57, {"type": Field(0, "i8")}),
    "PACK": Options(59, {"count": Field(0, "i32"), "axis": Field(1, "i32")}),
    "ONE_HOT": Options(61, _AXIS),
    "UNPACK": Options(64, {"count": Field(0, "i32"), "axis": Field(1, "i32")}),
    "BIDIRECTIONAL_SEQUENCE_LSTM": Options(
        69,
        {
            **_ACTIVATION,
            "cell_clip": Field(1, "f32", 0.0),
            "proj_clip": Field(2, "f32", 0.0),
            "merge": Field(3, "bool", False),
            "time_major": Field(4, "bool", True),
            "asymmetric": Field(5, "bool", False),
        },
    ),
    "BIDIRECTIONAL_SEQUENCE_RNN": Options(
        70,
        {
            "time_major": Field(0, "bool", False),
            "activation": Field(1, "i8"),
            "merge": Field(2, "bool", False),
            "asymmetric": Field(3, "bool", False),
        },
    ),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": Options(
        71,
        {
            **_ACTIVATION,
            "cell_clip": Field(1, "f32", 0.0),
            "proj_clip": Field(2, "f32", 0.0),
            "time_major": Field(3, "bool", False),
            "asymmetric": Field(4, "bool", False),
            "diagonal": Field(5, "bool", False),
        },
    ),
    "RESIZE_NEAREST_NEIGHBOR": Options(
        74, {"align_corners": Field(0, "bool", False), "half_pixel": Field(1, "bool", False)}
    ),
    "LEAKY_RELU": Options(75, {"alpha": Field(0, "f32", 0.0)}),
    "MIRROR_PAD": Options(77, {"mode": Field(0, "i8")}),
    "SPLIT_V": Options(79, {"count": Field(0, "i32")}),
    "REVERSE_SEQUENCE": Options(
        87, {"sequence_axis": Field(0, "i32"), "batch_axis": Field(1, "i32")}
    ),
    "IF": Options(92, {"then": Field(0, "i32"), "else": Field(1, "i32")}),
    "WHILE": Options(93, {"cond": Field(0, "i32"), "body": Field(1, "i32")}),
    "DEPTH_TO_SPACE": Options(94, _BLOCK),
    "BATCH_MATMUL": Options(101, {**_ADJOINT, "asymmetric": Field(2, "bool", False)}),
    "CUMSUM": Options(
        102, {"exclusive": Field(0, "bool", False), "reverse": Field(1, "bool", False)}
    ),
    "CALL_ONCE": Options(103, {"subgraph": Field(0, "i32")}),
    "VAR_HANDLE": Options(
        111, {"container": Field(0, "string", ""), "name": Field(1, "string", "")}
    ),
    "GELU": Options(116, {"approximate": Field(0, "bool", False)}),
}
"""The options the importer reads, by operator. Operators without an entry have none."""
