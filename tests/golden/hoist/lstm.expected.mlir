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
    %15 = "mr.add"(%13, %8) : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
    %16 = "mr.reshape"(%15) <{shape = array<i64: 3, 1, 4>}> : (tensor<3x4xf32>) -> tensor<3x1x4xf32>
    %17 = "mr.reshape"(%xs) <{shape = array<i64: 3, 3>}> : (tensor<3x1x3xf32>) -> tensor<3x3xf32>
    %18 = "mr.matmul"(%17, %1) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<3x3xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
    %19 = "mr.reshape"(%18) <{shape = array<i64: 3, 1, 4>}> : (tensor<3x4xf32>) -> tensor<3x1x4xf32>
    %20 = "mr.add"(%18, %9) : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
    %21 = "mr.reshape"(%20) <{shape = array<i64: 3, 1, 4>}> : (tensor<3x4xf32>) -> tensor<3x1x4xf32>
    %22 = "mr.reshape"(%xs) <{shape = array<i64: 3, 3>}> : (tensor<3x1x3xf32>) -> tensor<3x3xf32>
    %23 = "mr.matmul"(%22, %2) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<3x3xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
    %24 = "mr.reshape"(%23) <{shape = array<i64: 3, 1, 4>}> : (tensor<3x4xf32>) -> tensor<3x1x4xf32>
    %25 = "mr.add"(%23, %10) : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
    %26 = "mr.reshape"(%25) <{shape = array<i64: 3, 1, 4>}> : (tensor<3x4xf32>) -> tensor<3x1x4xf32>
    %27 = "mr.reshape"(%xs) <{shape = array<i64: 3, 3>}> : (tensor<3x1x3xf32>) -> tensor<3x3xf32>
    %28 = "mr.matmul"(%27, %3) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<3x3xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
    %29 = "mr.reshape"(%28) <{shape = array<i64: 3, 1, 4>}> : (tensor<3x4xf32>) -> tensor<3x1x4xf32>
    %30 = "mr.add"(%28, %11) : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
    %31 = "mr.reshape"(%30) <{shape = array<i64: 3, 1, 4>}> : (tensor<3x4xf32>) -> tensor<3x1x4xf32>
    %32, %33, %34 = "mr.scan"(%h0, %c0, %xs, %14, %16, %19, %21, %24, %26, %29, %31) <{trip = 3 : i64, reverse = false, operandSegmentSizes = array<i32: 2, 9, 0>}> ({
    ^bb0(%t: index, %h: tensor<1x4xf32>, %c: tensor<1x4xf32>, %x: tensor<1x3xf32>, %35: tensor<1x4xf32>, %36: tensor<1x4xf32>, %37: tensor<1x4xf32>, %38: tensor<1x4xf32>, %39: tensor<1x4xf32>, %40: tensor<1x4xf32>, %41: tensor<1x4xf32>, %42: tensor<1x4xf32>):
      %43 = "mr.matmul"(%h, %4) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %44 = "mr.add"(%35, %43) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %45 = "mr.add"(%36, %43) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %46 = "mr.matmul"(%h, %5) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %47 = "mr.add"(%37, %46) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %48 = "mr.add"(%38, %46) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %49 = "mr.matmul"(%h, %6) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %50 = "mr.add"(%39, %49) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %51 = "mr.add"(%40, %49) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %52 = "mr.matmul"(%h, %7) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %53 = "mr.add"(%41, %52) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %54 = "mr.add"(%42, %52) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %55 = "mr.sigmoid"(%45) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      %56 = "mr.sigmoid"(%48) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      %57 = "mr.sigmoid"(%51) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      %58 = "mr.tanh"(%54) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      %59 = "mr.mul"(%57, %c) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %60 = "mr.mul"(%55, %58) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %61 = "mr.add"(%59, %60) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %62 = "mr.tanh"(%61) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      %63 = "mr.mul"(%56, %62) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      "scf.yield"(%63, %61, %63) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<3x1x3xf32>, tensor<3x1x4xf32>, tensor<3x1x4xf32>, tensor<3x1x4xf32>, tensor<3x1x4xf32>, tensor<3x1x4xf32>, tensor<3x1x4xf32>, tensor<3x1x4xf32>, tensor<3x1x4xf32>) -> (tensor<1x4xf32>, tensor<1x4xf32>, tensor<3x1x4xf32>)
    "func.return"(%32, %34) : (tensor<1x4xf32>, tensor<3x1x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
