// RUN: millrace opt %s --pipeline "hoist"
// A product with the row and the state side by side: the row's part leaves the loop.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3x2x4xf32>, tensor<2x3xf32>) -> tensor<2x64xf32>, role = "entry"}> ({
  ^bb0(%xs: tensor<3x2x4xf32>, %u: tensor<2x3xf32>):
    %w = "mr.constant"() <{value = dense<1.0> : tensor<71x64xf32>}> : () -> tensor<71x64xf32>
    %h0 = "mr.constant"() <{value = dense<0.0> : tensor<2x64xf32>}> : () -> tensor<2x64xf32>
    %0 = "mr.scan"(%h0, %xs) <{trip = 3 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 1, 0>}> ({
    ^bb0(%t: index, %h: tensor<2x64xf32>, %x: tensor<2x4xf32>):
      %1 = "mr.concat"(%u, %x, %h) <{axis = 1 : i64}> : (tensor<2x3xf32>, tensor<2x4xf32>, tensor<2x64xf32>) -> tensor<2x71xf32>
      %2 = "mr.matmul"(%1, %w) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<2x71xf32>, tensor<71x64xf32>) -> tensor<2x64xf32>
      %3 = "mr.tanh"(%2) : (tensor<2x64xf32>) -> tensor<2x64xf32>
      "scf.yield"(%3) : (tensor<2x64xf32>) -> ()
    }) : (tensor<2x64xf32>, tensor<3x2x4xf32>) -> tensor<2x64xf32>
    "func.return"(%0) : (tensor<2x64xf32>) -> ()
  }) : () -> ()
}) : () -> ()
