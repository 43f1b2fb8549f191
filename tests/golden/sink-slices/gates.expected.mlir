"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x3xf32>) -> tensor<2x4xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<2x3xf32>):
    %0 = "mr.constant"() <{value = dense<[[-0.75, -0.75, 0.75, 0.0, 0.25, 0.25, 0.5, -1.0], [0.0, -0.75, -0.25, 1.0, 0.0, -1.0, 0.0, -0.75], [0.5, 1.0, 1.0, 0.25, 0.75, -0.25, -0.75, 0.0]]> : tensor<3x8xf32>}> : () -> tensor<3x8xf32>
    %1 = "mr.constant"() <{value = dense<[0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875]> : tensor<8xf32>}> : () -> tensor<8xf32>
    %2 = "mr.slice"(%0) <{starts = array<i64: 0, 0>, sizes = array<i64: 3, 4>}> : (tensor<3x8xf32>) -> tensor<3x4xf32>
    %3 = "mr.matmul"(%x, %2) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
    %4 = "mr.slice"(%1) <{starts = array<i64: 0>, sizes = array<i64: 4>}> : (tensor<8xf32>) -> tensor<4xf32>
    %5 = "mr.add"(%3, %4) : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
    %6 = "mr.slice"(%0) <{starts = array<i64: 0, 4>, sizes = array<i64: 3, 4>}> : (tensor<3x8xf32>) -> tensor<3x4xf32>
    %7 = "mr.matmul"(%x, %6) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
    %8 = "mr.slice"(%1) <{starts = array<i64: 4>, sizes = array<i64: 4>}> : (tensor<8xf32>) -> tensor<4xf32>
    %9 = "mr.add"(%7, %8) : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
    %10 = "mr.sigmoid"(%5) : (tensor<2x4xf32>) -> tensor<2x4xf32>
    %11 = "mr.tanh"(%9) : (tensor<2x4xf32>) -> tensor<2x4xf32>
    %12 = "mr.mul"(%10, %11) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    "func.return"(%12) : (tensor<2x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
