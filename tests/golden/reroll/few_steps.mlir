// RUN: millrace opt %s --pipeline "reroll"
// Three steps are left as they are.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3x3xf32>, tensor<1x4xf32>) -> (tensor<1x4xf32>, tensor<3x4xf32>), role = "entry"}> ({
  ^bb0(%xs: tensor<3x3xf32>, %h0: tensor<1x4xf32>):
    %0 = "mr.constant"() <{value = dense<[[1.0, 0.25, 0.5, 1.0], [0.25, 0.5, 0.75, -0.5], [-1.0, -0.5, -0.5, 0.75]]> : tensor<3x4xf32>}> : () -> tensor<3x4xf32>
    %1 = "mr.constant"() <{value = dense<[[0.5, -0.5, -0.5, 1.0], [-0.75, -0.5, 0.25, 0.75], [0.25, 0.75, -1.0, -0.25], [0.25, -0.25, -0.25, -0.25]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %2 = "mr.slice"(%xs) <{starts = array<i64: 0, 0>, sizes = array<i64: 1, 3>}> : (tensor<3x3xf32>) -> tensor<1x3xf32>
    %3 = "mr.matmul"(%2, %0) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x3xf32>, tensor<3x4xf32>) -> tensor<1x4xf32>
    %4 = "mr.matmul"(%h0, %1) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
    %5 = "mr.add"(%3, %4) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %6 = "mr.tanh"(%5) : (tensor<1x4xf32>) -> tensor<1x4xf32>
    %7 = "mr.slice"(%xs) <{starts = array<i64: 1, 0>, sizes = array<i64: 1, 3>}> : (tensor<3x3xf32>) -> tensor<1x3xf32>
    %8 = "mr.matmul"(%7, %0) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x3xf32>, tensor<3x4xf32>) -> tensor<1x4xf32>
    %9 = "mr.matmul"(%6, %1) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
    %10 = "mr.add"(%8, %9) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %11 = "mr.tanh"(%10) : (tensor<1x4xf32>) -> tensor<1x4xf32>
    %12 = "mr.slice"(%xs) <{starts = array<i64: 2, 0>, sizes = array<i64: 1, 3>}> : (tensor<3x3xf32>) -> tensor<1x3xf32>
    %13 = "mr.matmul"(%12, %0) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x3xf32>, tensor<3x4xf32>) -> tensor<1x4xf32>
    %14 = "mr.matmul"(%11, %1) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
    %15 = "mr.add"(%13, %14) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %16 = "mr.tanh"(%15) : (tensor<1x4xf32>) -> tensor<1x4xf32>
    %17 = "mr.concat"(%6, %11, %16) <{axis = 0 : i64}> : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<3x4xf32>
    "func.return"(%16, %17) : (tensor<1x4xf32>, tensor<3x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
