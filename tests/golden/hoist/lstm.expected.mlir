"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3x1x3xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> (tensor<1x4xf32>, tensor<3x1x4xf32>), role = "entry"}> ({
  ^bb0(%xs: tensor<3x1x3xf32>, %h0: tensor<1x4xf32>, %c0: tensor<1x4xf32>):
    %0 = "mr.constant"() <{value = dense<[[1.0, 0.25, 0.5, 1.0], [0.25, 0.5, 0.75, -0.5], [-1.0, -0.5, -0.5, 0.75]]> : tensor<3x4xf32>}> : () -> tensor<3x4xf32>
    %1 = "mr.constant"() <{value = dense<[[0.5, -0.5, -0.5, 1.0], [-0.75, -0.5, 0.25, 0.75], [0.25, 0.75, -1.0, -0.25]]> : tensor<3x4xf32>}> : () -> tensor<3x4xf32>
    %2 = "mr.constant"() <{value = dense<[[-0.25, 0.75, 1.0, -0.5], [-0.75, 0.25, 0.5, 0.5], [0.25, 0.5, 1.0, 1.0]]> : tensor<3x4xf32>}> : () -> tensor<3x4xf32>
    %3 = "mr.constant"() <{value = dense<[[0.5, 1.0, -0.5, -0.75], [0.75, 0.75, 0.0, -0.75], [0.75, 0.0, -0.75, -0.75]]> : tensor<3x4xf32>}> : () -> tensor<3x4xf32>
    %4 = "mr.constant"() <{value = dense<[[1.0, -0.25, -0.75, 0.5], [0.75, -0.5, -0.25, -1.0], [1.0, 1.0, 0.5, 0.25], [0.25, 0.25, 0.5, 0.25]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %5 = "mr.constant"() <{value = dense<[[0.25, -0.25, -0.25, 1.0], [-0.25, -0.5, 0.75, -1.0], [-0.25, -0.5, -1.0, 0.5], [1.0, 0.75, -0.5, 0.0]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %6 = "mr.constant"() <{value = dense<[[1.0, -0.5, -0.5, 0.0], [1.0, -0.75, -0.5, 0.0], [-0.5, -0.25, -0.25, -1.0], [-1.0, -1.0, 0.25, 1.0]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %7 = "mr.constant"() <{value = dense<[[-0.5, 0.75, -0.25, 0.25], [0.0, 0.5, -0.25, -1.0], [-0.5, 0.25, 0.25, 1.0], [-0.5, -0.25, 1.0, -0.75]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %8 = "mr.constant"() <{value = dense<[0.0, 0.125, 0.25, 0.375]> : tensor<4xf32>}> : () -> tensor<4xf32>
    %9 = "mr.constant"() <{value = dense<[-0.125, 0.0, 0.125, 0.25]> : tensor<4xf32>}> : () -> tensor<4xf32>
    %10 = "mr.constant"() <{value = dense<[-0.25, -0.125, 0.0, 0.125]> : tensor<4xf32>}> : () -> tensor<4xf32>
    %11 = "mr.constant"() <{value = dense<[-0.375, -0.25, -0.125, 0.0]> : tensor<4xf32>}> : () -> tensor<4xf32>
    %12 = "mr.reshape"(%xs) <{shape = array<i64: 3, 3>}> : (tensor<3x1x3xf32>) -> tensor<3x3xf32>
    %13 = "mr.matmul"(%12, %0) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<3x3xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
    %14 = "mr.reshape"(%13) <{shape = array<i64: 3, 1, 4>}> : (tensor<3x4xf32>) -> tensor<3x1x4xf32>
    %15 = "mr.reshape"(%xs) <{shape = array<i64: 3, 3>}> : (tensor<3x1x3xf32>) -> tensor<3x3xf32>
    %16 = "mr.matmul"(%15, %1) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<3x3xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
    %17 = "mr.reshape"(%16) <{shape = array<i64: 3, 1, 4>}> : (tensor<3x4xf32>) -> tensor<3x1x4xf32>
    %18 = "mr.reshape"(%xs) <{shape = array<i64: 3, 3>}> : (tensor<3x1x3xf32>) -> tensor<3x3xf32>
    %19 = "mr.matmul"(%18, %2) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<3x3xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
    %20 = "mr.reshape"(%19) <{shape = array<i64: 3, 1, 4>}> : (tensor<3x4xf32>) -> tensor<3x1x4xf32>
    %21 = "mr.reshape"(%xs) <{shape = array<i64: 3, 3>}> : (tensor<3x1x3xf32>) -> tensor<3x3xf32>
    %22 = "mr.matmul"(%21, %3) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<3x3xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
    %23 = "mr.reshape"(%22) <{shape = array<i64: 3, 1, 4>}> : (tensor<3x4xf32>) -> tensor<3x1x4xf32>
    %24, %25, %26 = "mr.scan"(%h0, %c0, %xs, %14, %17, %20, %23) <{trip = 3 : i64, reverse = false, operandSegmentSizes = array<i32: 2, 5, 0>}> ({
    ^bb0(%t: index, %h: tensor<1x4xf32>, %c: tensor<1x4xf32>, %x: tensor<1x3xf32>, %27: tensor<1x4xf32>, %28: tensor<1x4xf32>, %29: tensor<1x4xf32>, %30: tensor<1x4xf32>):
      %31 = "mr.matmul"(%h, %4) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %32 = "mr.add"(%27, %31) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %33 = "mr.add"(%32, %8) : (tensor<1x4xf32>, tensor<4xf32>) -> tensor<1x4xf32>
      %34 = "mr.matmul"(%h, %5) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %35 = "mr.add"(%28, %34) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %36 = "mr.add"(%35, %9) : (tensor<1x4xf32>, tensor<4xf32>) -> tensor<1x4xf32>
      %37 = "mr.matmul"(%h, %6) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %38 = "mr.add"(%29, %37) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %39 = "mr.add"(%38, %10) : (tensor<1x4xf32>, tensor<4xf32>) -> tensor<1x4xf32>
      %40 = "mr.matmul"(%h, %7) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %41 = "mr.add"(%30, %40) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %42 = "mr.add"(%41, %11) : (tensor<1x4xf32>, tensor<4xf32>) -> tensor<1x4xf32>
      %43 = "mr.sigmoid"(%33) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      %44 = "mr.sigmoid"(%36) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      %45 = "mr.sigmoid"(%39) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      %46 = "mr.tanh"(%42) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      %47 = "mr.mul"(%45, %c) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %48 = "mr.mul"(%43, %46) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %49 = "mr.add"(%47, %48) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %50 = "mr.tanh"(%49) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      %51 = "mr.mul"(%44, %50) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      "scf.yield"(%51, %49, %51) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<3x1x3xf32>, tensor<3x1x4xf32>, tensor<3x1x4xf32>, tensor<3x1x4xf32>, tensor<3x1x4xf32>) -> (tensor<1x4xf32>, tensor<1x4xf32>, tensor<3x1x4xf32>)
    "func.return"(%24, %26) : (tensor<1x4xf32>, tensor<3x1x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
