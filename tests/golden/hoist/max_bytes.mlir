// RUN: millrace opt %s --pipeline "hoist{max-bytes=16}"
// No room for the projections of all steps: they stay in the loop.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3x1x3xf32>, tensor<1x4xf32>) -> (tensor<1x4xf32>, tensor<3x1x4xf32>), role = "entry"}> ({
  ^bb0(%xs: tensor<3x1x3xf32>, %h0: tensor<1x4xf32>):
    %0 = "mr.constant"() <{value = dense<[[1.0, 0.25, 0.5, 1.0], [0.25, 0.5, 0.75, -0.5], [-1.0, -0.5, -0.5, 0.75]]> : tensor<3x4xf32>}> : () -> tensor<3x4xf32>
    %1 = "mr.constant"() <{value = dense<[[0.5, -0.5, -0.5, 1.0], [-0.75, -0.5, 0.25, 0.75], [0.25, 0.75, -1.0, -0.25], [0.25, -0.25, -0.25, -0.25]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %2, %3 = "mr.scan"(%h0, %xs) <{trip = 3 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 1, 0>}> ({
    ^bb0(%t: index, %h: tensor<1x4xf32>, %x: tensor<1x3xf32>):
      %4 = "mr.matmul"(%x, %0) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x3xf32>, tensor<3x4xf32>) -> tensor<1x4xf32>
      %5 = "mr.matmul"(%h, %1) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %6 = "mr.add"(%4, %5) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %7 = "mr.tanh"(%6) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      "scf.yield"(%7, %7) : (tensor<1x4xf32>, tensor<1x4xf32>) -> ()
    }) : (tensor<1x4xf32>, tensor<3x1x3xf32>) -> (tensor<1x4xf32>, tensor<3x1x4xf32>)
    "func.return"(%2, %3) : (tensor<1x4xf32>, tensor<3x1x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
