// RUN: millrace opt %s --pipeline "structure"
// A product is a reduction; bias and relu are pointwise.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x3xf32>) -> tensor<2x4xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<2x3xf32>):
    %0 = "mr.constant"() <{value = dense<[[1.0, 0.25, 0.5, 1.0], [0.25, 0.5, 0.75, -0.5], [-1.0, -0.5, -0.5, 0.75]]> : tensor<3x4xf32>}> : () -> tensor<3x4xf32>
    %1 = "mr.matmul"(%x, %0) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
    %2 = "mr.constant"() <{value = dense<[1.0, -1.0, 0.5, 0.0]> : tensor<4xf32>}> : () -> tensor<4xf32>
    %3 = "mr.add"(%1, %2) : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
    %4 = "mr.relu"(%3) : (tensor<2x4xf32>) -> tensor<2x4xf32>
    "func.return"(%4) : (tensor<2x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
