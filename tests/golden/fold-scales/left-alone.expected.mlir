"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3x2xf32>) -> (tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<3x2xf32>):
    %w = "mr.constant"() <{value = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>}> : () -> tensor<2x2xf32>
    %r = "mr.constant"() <{value = dense<[[1.0], [2.0], [4.0]]> : tensor<3x1xf32>}> : () -> tensor<3x1xf32>
    %c = "mr.constant"() <{value = dense<[0.5, 2.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
    %0 = "mr.matmul"(%x, %w) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<3x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
    %1 = "mr.mul"(%0, %r) : (tensor<3x2xf32>, tensor<3x1xf32>) -> tensor<3x2xf32>
    %2 = "mr.matmul"(%1, %w) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<3x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
    %3 = "mr.mul"(%2, %c) : (tensor<3x2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
    %4 = "mr.matmul"(%x, %w) <{transpose_lhs = false, transpose_rhs = true}> : (tensor<3x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
    %5 = "mr.constant"() <{value = dense<[[0.5, 1.0], [6.0, 8.0]]> : tensor<2x2xf32>}> : () -> tensor<2x2xf32>
    %6 = "mr.matmul"(%x, %5) <{transpose_lhs = false, transpose_rhs = true}> : (tensor<3x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
    "func.return"(%1, %2, %3, %6) : (tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
