// RUN: millrace opt %s --pipeline "hoist"
// All four gates' input projections.
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
    %12, %13, %14 = "mr.scan"(%h0, %c0, %xs) <{trip = 3 : i64, reverse = false, operandSegmentSizes = array<i32: 2, 1, 0>}> ({
    ^bb0(%t: index, %h: tensor<1x4xf32>, %c: tensor<1x4xf32>, %x: tensor<1x3xf32>):
      %15 = "mr.matmul"(%x, %0) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x3xf32>, tensor<3x4xf32>) -> tensor<1x4xf32>
      %16 = "mr.matmul"(%h, %4) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %17 = "mr.add"(%15, %16) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %18 = "mr.add"(%17, %8) : (tensor<1x4xf32>, tensor<4xf32>) -> tensor<1x4xf32>
      %19 = "mr.matmul"(%x, %1) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x3xf32>, tensor<3x4xf32>) -> tensor<1x4xf32>
      %20 = "mr.matmul"(%h, %5) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %21 = "mr.add"(%19, %20) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %22 = "mr.add"(%21, %9) : (tensor<1x4xf32>, tensor<4xf32>) -> tensor<1x4xf32>
      %23 = "mr.matmul"(%x, %2) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x3xf32>, tensor<3x4xf32>) -> tensor<1x4xf32>
      %24 = "mr.matmul"(%h, %6) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %25 = "mr.add"(%23, %24) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %26 = "mr.add"(%25, %10) : (tensor<1x4xf32>, tensor<4xf32>) -> tensor<1x4xf32>
      %27 = "mr.matmul"(%x, %3) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x3xf32>, tensor<3x4xf32>) -> tensor<1x4xf32>
      %28 = "mr.matmul"(%h, %7) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %29 = "mr.add"(%27, %28) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %30 = "mr.add"(%29, %11) : (tensor<1x4xf32>, tensor<4xf32>) -> tensor<1x4xf32>
      %31 = "mr.sigmoid"(%18) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      %32 = "mr.sigmoid"(%22) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      %33 = "mr.sigmoid"(%26) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      %34 = "mr.tanh"(%30) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      %35 = "mr.mul"(%33, %c) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %36 = "mr.mul"(%31, %34) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %37 = "mr.add"(%35, %36) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      %38 = "mr.tanh"(%37) : (tensor<1x4xf32>) -> tensor<1x4xf32>
      %39 = "mr.mul"(%32, %38) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      "scf.yield"(%39, %37, %39) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<3x1x3xf32>) -> (tensor<1x4xf32>, tensor<1x4xf32>, tensor<3x1x4xf32>)
    "func.return"(%12, %14) : (tensor<1x4xf32>, tensor<3x1x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
