"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3x1x2xf32>) -> tensor<1x2xf32>, role = "entry"}> ({
  ^bb0(%xs: tensor<3x1x2xf32>):
    %h0 = "mr.constant"() <{value = dense<[[0.0, 0.5, 0.0, 0.25]]> : tensor<1x4xf32>}> : () -> tensor<1x4xf32>
    %w = "mr.constant"() <{value = dense<[[1.0, 0.5, 0.0, -1.0], [0.25, 2.0, 0.0, 0.5]]> : tensor<2x4xf32>}> : () -> tensor<2x4xf32>
    %u = "mr.constant"() <{value = dense<[[0.5, 1.0, 0.0, 0.25], [0.0, 0.75, 0.0, 0.0], [2.0, 1.0, 0.5, 1.0], [-0.5, 0.5, 0.0, 0.125]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %d = "mr.constant"() <{value = dense<[[1.0, 2.0], [0.0, 0.0], [4.0, 5.0], [-1.0, 0.5]]> : tensor<4x2xf32>}> : () -> tensor<4x2xf32>
    %0 = "mr.constant"() <{value = dense<[[0.0, 0.25]]> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
    %1 = "mr.scan"(%0, %xs) <{trip = 3 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 1, 0>}> ({
    ^bb0(%t: index, %h: tensor<1x2xf32>, %x: tensor<1x2xf32>):
      %2 = "mr.constant"() <{value = dense<[[1.0, -1.0], [0.25, 0.5]]> : tensor<2x2xf32>}> : () -> tensor<2x2xf32>
      %3 = "mr.matmul"(%x, %2) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
      %4 = "mr.constant"() <{value = dense<[[0.5, 0.25], [-0.5, 0.125]]> : tensor<2x2xf32>}> : () -> tensor<2x2xf32>
      %5 = "mr.matmul"(%h, %4) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
      %6 = "mr.add"(%3, %5) : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
      %7 = "mr.tanh"(%6) : (tensor<1x2xf32>) -> tensor<1x2xf32>
      "scf.yield"(%7) : (tensor<1x2xf32>) -> ()
    }) : (tensor<1x2xf32>, tensor<3x1x2xf32>) -> tensor<1x2xf32>
    %8 = "mr.constant"() <{value = dense<[[1.0, 2.0], [-1.0, 0.5]]> : tensor<2x2xf32>}> : () -> tensor<2x2xf32>
    %9 = "mr.matmul"(%1, %8) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    "func.return"(%9) : (tensor<1x2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
