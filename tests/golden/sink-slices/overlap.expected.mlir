"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x3xf32>) -> (tensor<2x5xf32>, tensor<2x5xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<2x3xf32>):
    %0 = "mr.constant"() <{value = dense<[[-0.75, -0.75, 0.75, 0.0, 0.25, 0.25, 0.5, -1.0], [0.0, -0.75, -0.25, 1.0, 0.0, -1.0, 0.0, -0.75], [0.5, 1.0, 1.0, 0.25, 0.75, -0.25, -0.75, 0.0]]> : tensor<3x8xf32>}> : () -> tensor<3x8xf32>
    %1 = "mr.matmul"(%x, %0) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<2x3xf32>, tensor<3x8xf32>) -> tensor<2x8xf32>
    %2 = "mr.slice"(%1) <{starts = array<i64: 0, 0>, sizes = array<i64: 2, 5>}> : (tensor<2x8xf32>) -> tensor<2x5xf32>
    %3 = "mr.slice"(%1) <{starts = array<i64: 0, 3>, sizes = array<i64: 2, 5>}> : (tensor<2x8xf32>) -> tensor<2x5xf32>
    "func.return"(%2, %3) : (tensor<2x5xf32>, tensor<2x5xf32>) -> ()
  }) : () -> ()
}) : () -> ()
