"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<4x3xf32>) -> tensor<4x2xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<4x3xf32>):
    %0 = "mr.constant"() <{value = dense<[[0.5, 0.75, -1.0], [0.75, 0.0, 0.0]]> : tensor<2x3xf32>}> : () -> tensor<2x3xf32>
    %1 = "mr.constant"() <{value = dense<[[0.5, 0.75], [0.75, 0.0], [-1.0, 0.0]]> : tensor<3x2xf32>}> : () -> tensor<3x2xf32>
    %2 = "mr.constant"() <{value = dense<[2.0, 4.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
    %3 = "mr.constant"() <{value = dense<[[1.0, 3.0], [1.5, 0.0], [-2.0, 0.0]]> : tensor<3x2xf32>}> : () -> tensor<3x2xf32>
    %4 = "mr.matmul"(%x, %3) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<4x3xf32>, tensor<3x2xf32>) -> tensor<4x2xf32>
    "func.return"(%4) : (tensor<4x2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
