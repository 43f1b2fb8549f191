"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<4x3xf32>, tensor<1x4xf32>) -> (tensor<1x4xf32>, tensor<4x4xf32>), role = "entry"}> ({
  ^bb0(%xs: tensor<4x3xf32>, %h0: tensor<1x4xf32>):
    %0 = "mr.constant"() <{value = dense<[[1.0, 0.25, 0.5, 1.0], [0.25, 0.5, 0.75, -0.5], [-1.0, -0.5, -0.5, 0.75]]> : tensor<3x4xf32>}> : () -> tensor<3x4xf32>
    %1 = "mr.constant"() <{value = dense<[[0.5, -0.5, -0.5, 1.0], [-0.75, -0.5, 0.25, 0.75], [0.25, 0.75, -1.0, -0.25], [0.25, -0.25, -0.25, -0.25]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %2 = "mr.slice"(%xs) <{starts = array<i64: 0, 0>, sizes = array<i64: 1, 3>}> : (tensor<4x3xf32>) -> tensor<1x3xf32>
    %3 = "mr.matmul"(%2, %0) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x3xf32>, tensor<3x4xf32>) -> tensor<1x4xf32>
    %4 = "mr.slice"(%xs) <{starts = array<i64: 1, 0>, sizes = array<i64: 1, 3>}> : (tensor<4x3xf32>) -> tensor<1x3xf32>
    %5 = "mr.matmul"(%4, %0) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x3xf32>, tensor<3x4xf32>) -> tensor<1x4xf32>
    %6 = "mr.slice"(%xs) <{starts = array<i64: 2, 0>, sizes = array<i64: 1, 3>}> : (tensor<4x3xf32>) -> tensor<1x3xf32>
    %7 = "mr.matmul"(%6, %0) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x3xf32>, tensor<3x4xf32>) -> tensor<1x4xf32>
    %8 = "mr.slice"(%xs) <{starts = array<i64: 3, 0>, sizes = array<i64: 1, 3>}> : (tensor<4x3xf32>) -> tensor<1x3xf32>
    %9 = "mr.matmul"(%8, %0) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x3xf32>, tensor<3x4xf32>) -> tensor<1x4xf32>
    %10 = "mr.slice"(%xs) <{starts = array<i64: 0, 0>, sizes = array<i64: 4, 3>, steps = array<i64: 1, 1>}> : (tensor<4x3xf32>) -> tensor<4x3xf32>
    %11, %12 = "mr.scan"(%h0, %10) <{trip = 4 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 1, 0>}> ({
    ^bb0(%13: index, %14: tensor<1x4xf32>, %15: tensor<3xf32>):
      %16 = "mr.reshape"(%15) <{shape = array<i64: 1, 3>}> : (tensor<3xf32>) -> tensor<1x3xf32>
      %17 = "mr.matmul"(%16, %0) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x3xf32>, tensor<3x4xf32>) -> tensor<1x4xf32>
      %18 = "mr.matmul"(%14, %1) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %19 = "mr.add"(%17, %18) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %20 = "mr.tanh"(%19) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      "scf.yield"(%20, %20) : (tensor<1x4xf32>, tensor<1x4xf32>) -> ()
    }) : (tensor<1x4xf32>, tensor<4x3xf32>) -> (tensor<1x4xf32>, tensor<4x1x4xf32>)
    %21 = "mr.slice"(%12) <{starts = array<i64: 0, 0, 0>, sizes = array<i64: 1, 1, 4>, steps = array<i64: 1, 1, 1>}> : (tensor<4x1x4xf32>) -> tensor<1x1x4xf32>
    %22 = "mr.reshape"(%21) <{shape = array<i64: 1, 4>}> : (tensor<1x1x4xf32>) -> tensor<1x4xf32>
    %23 = "mr.slice"(%12) <{starts = array<i64: 1, 0, 0>, sizes = array<i64: 1, 1, 4>, steps = array<i64: 1, 1, 1>}> : (tensor<4x1x4xf32>) -> tensor<1x1x4xf32>
    %24 = "mr.reshape"(%23) <{shape = array<i64: 1, 4>}> : (tensor<1x1x4xf32>) -> tensor<1x4xf32>
    %25 = "mr.slice"(%12) <{starts = array<i64: 2, 0, 0>, sizes = array<i64: 1, 1, 4>, steps = array<i64: 1, 1, 1>}> : (tensor<4x1x4xf32>) -> tensor<1x1x4xf32>
    %26 = "mr.reshape"(%25) <{shape = array<i64: 1, 4>}> : (tensor<1x1x4xf32>) -> tensor<1x4xf32>
    %27 = "mr.slice"(%12) <{starts = array<i64: 3, 0, 0>, sizes = array<i64: 1, 1, 4>, steps = array<i64: 1, 1, 1>}> : (tensor<4x1x4xf32>) -> tensor<1x1x4xf32>
    %28 = "mr.reshape"(%27) <{shape = array<i64: 1, 4>}> : (tensor<1x1x4xf32>) -> tensor<1x4xf32>
    %29 = "mr.concat"(%22, %24, %26, %28) <{axis = 0 : i64}> : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<4x4xf32>
    "func.return"(%28, %29) : (tensor<1x4xf32>, tensor<4x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
