"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3x1x3xf32>, tensor<1x4xf32>) -> (tensor<1x4xf32>, tensor<3x1x4xf32>), role = "entry"}> ({
  ^bb0(%xs: tensor<3x1x3xf32>, %h0: tensor<1x4xf32>):
    %0 = "mr.constant"() <{value = dense<[[1.0, 0.25, 0.5, 1.0], [0.25, 0.5, 0.75, -0.5], [-1.0, -0.5, -0.5, 0.75]]> : tensor<3x4xf32>}> : () -> tensor<3x4xf32>
    %1 = "mr.constant"() <{value = dense<[[0.5, -0.5, -0.5, 1.0], [-0.75, -0.5, 0.25, 0.75], [0.25, 0.75, -1.0, -0.25], [0.25, -0.25, -0.25, -0.25]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %2 = "mr.reshape"(%xs) <{shape = array<i64: 3, 3>}> : (tensor<3x1x3xf32>) -> tensor<3x3xf32>
    %3 = "mr.matmul"(%2, %0) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<3x3xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
    %4 = "mr.reshape"(%3) <{shape = array<i64: 3, 1, 4>}> : (tensor<3x4xf32>) -> tensor<3x1x4xf32>
    %5, %6 = "mr.scan"(%h0, %xs, %4) <{trip = 3 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 2, 0>}> ({
    ^bb0(%t: index, %h: tensor<1x4xf32>, %x: tensor<1x3xf32>, %7: tensor<1x4xf32>):
      %8 = "mr.matmul"(%h, %1) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %9 = "mr.add"(%7, %8) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %10 = "mr.tanh"(%9) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      "scf.yield"(%10, %10) : (tensor<1x4xf32>, tensor<1x4xf32>) -> ()
    }) : (tensor<1x4xf32>, tensor<3x1x3xf32>, tensor<3x1x4xf32>) -> (tensor<1x4xf32>, tensor<3x1x4xf32>)
    "func.return"(%5, %6) : (tensor<1x4xf32>, tensor<3x1x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
