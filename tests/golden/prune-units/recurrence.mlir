// RUN: millrace opt %s --pipeline "prune-units"
// Of four hidden units the second is weighed by nobody but itself, and the third always stays what
// it starts as: both go, through the loop and what follows.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3x1x2xf32>) -> tensor<1x2xf32>, role = "entry"}> ({
  ^bb0(%xs: tensor<3x1x2xf32>):
    %h0 = "mr.constant"() <{value = dense<[[0.0, 0.5, 0.0, 0.25]]> : tensor<1x4xf32>}> : () -> tensor<1x4xf32>
    %w = "mr.constant"() <{value = dense<[[1.0, 0.5, 0.0, -1.0], [0.25, 2.0, 0.0, 0.5]]> : tensor<2x4xf32>}> : () -> tensor<2x4xf32>
    %u = "mr.constant"() <{value = dense<[[0.5, 1.0, 0.0, 0.25], [0.0, 0.75, 0.0, 0.0], [2.0, 1.0, 0.5, 1.0], [-0.5, 0.5, 0.0, 0.125]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %d = "mr.constant"() <{value = dense<[[1.0, 2.0], [0.0, 0.0], [4.0, 5.0], [-1.0, 0.5]]> : tensor<4x2xf32>}> : () -> tensor<4x2xf32>
    %0 = "mr.scan"(%h0, %xs) <{trip = 3 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 1, 0>}> ({
    ^bb0(%t: index, %h: tensor<1x4xf32>, %x: tensor<1x2xf32>):
      %1 = "mr.matmul"(%x, %w) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x2xf32>, tensor<2x4xf32>) -> tensor<1x4xf32>
      %2 = "mr.matmul"(%h, %u) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %3 = "mr.add"(%1, %2) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %4 = "mr.tanh"(%3) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      "scf.yield"(%4) : (tensor<1x4xf32>) -> ()
    }) : (tensor<1x4xf32>, tensor<3x1x2xf32>) -> tensor<1x4xf32>
    %5 = "mr.matmul"(%0, %d) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x2xf32>) -> tensor<1x2xf32>
    "func.return"(%5) : (tensor<1x2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
