// RUN: millrace opt %s --pipeline "canonicalize"
// A convolution's padding becomes an operation of its own.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<1x4x4x1xf32>) -> tensor<1x2x2x2xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<1x4x4x1xf32>):
    %0 = "mr.constant"() <{value = dense<[[[[-0.25, 0.75]], [[1.0, -0.5]], [[-0.75, 0.25]]], [[[0.5, 0.5]], [[0.25, 0.5]], [[1.0, 1.0]]], [[[1.0, 0.75]], [[0.5, 1.0]], [[-1.0, -1.0]]]]> : tensor<3x3x1x2xf32>}> : () -> tensor<3x3x1x2xf32>
    %1 = "mr.conv"(%x, %0) <{strides = array<i64: 2, 2>, low = array<i64: 1, 1>, high = array<i64: 1, 1>, groups = 1 : i64}> : (tensor<1x4x4x1xf32>, tensor<3x3x1x2xf32>) -> tensor<1x2x2x2xf32>
    "func.return"(%1) : (tensor<1x2x2x2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
