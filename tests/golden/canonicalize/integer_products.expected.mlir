"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<1x4x3x2xi8>, tensor<2x4xui8>) -> (tensor<1x2x3x2xi32>, tensor<2x3xi32>, tensor<2x2xi32>), role = "entry"}> ({
  ^bb0(%x: tensor<1x4x3x2xi8>, %y: tensor<2x4xui8>):
    %w = "mr.constant"() <{value = dense<[[[[1, 2], [3, -4]]], [[[5, 6], [-7, 8]]]]> : tensor<2x1x2x2xi8>}> : () -> tensor<2x1x2x2xi8>
    %0 = "mr.pad"(%x) <{low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>, value = 7 : i64}> : (tensor<1x4x3x2xi8>) -> tensor<1x5x3x2xi8>
    %1 = "mr.conv"(%0, %w) <{strides = array<i64: 2, 1>, groups = 1 : i64, acc = i32}> : (tensor<1x5x3x2xi8>, tensor<2x1x2x2xi8>) -> tensor<1x2x3x2xi32>
    %2 = "mr.constant"() <{value = dense<[86, 116]> : tensor<2xi32>}> : () -> tensor<2xi32>
    %3 = "mr.add"(%1, %2) : (tensor<1x2x3x2xi32>, tensor<2xi32>) -> tensor<1x2x3x2xi32>
    %4 = "mr.constant"() <{value = dense<[[-128, 0, 127], [-127, -126, -125], [2, 12, 22], [-1, -2, -3]]> : tensor<4x3xi8>}> : () -> tensor<4x3xi8>
    %5 = "mr.matmul"(%y, %4) <{transpose_lhs = false, transpose_rhs = false, acc = i32}> : (tensor<2x4xui8>, tensor<4x3xi8>) -> tensor<2x3xi32>
    %6 = "mr.constant"() <{value = dense<[[32512, 14848, -2688]]> : tensor<1x3xi32>, table = true}> : () -> tensor<1x3xi32>
    %7 = "mr.add"(%5, %6) : (tensor<2x3xi32>, tensor<1x3xi32>) -> tensor<2x3xi32>
    %n = "mr.constant"() <{value = dense<[[0, 255], [1, 2], [130, 140], [127, 126]]> : tensor<4x2xui8>}> : () -> tensor<4x2xui8>
    %8 = "mr.matmul"(%y, %n) <{transpose_lhs = false, transpose_rhs = false, acc = i32}> : (tensor<2x4xui8>, tensor<4x2xui8>) -> tensor<2x2xi32>
    %9 = "mr.constant"() <{value = dense<[100, 3]> : tensor<2xi32>}> : () -> tensor<2xi32>
    %10 = "mr.constant"() <{value = dense<[[-33024, -66944]]> : tensor<1x2xi32>, table = true}> : () -> tensor<1x2xi32>
    %11 = "mr.add"(%8, %10) : (tensor<2x2xi32>, tensor<1x2xi32>) -> tensor<2x2xi32>
    %12 = "mr.cast"(%y) <{to = i32}> : (tensor<2x4xui8>) -> tensor<2x4xi32>
    %13 = "mr.reduce_sum"(%12) <{axes = array<i64: 1>, keepdims = true}> : (tensor<2x4xi32>) -> tensor<2x1xi32>
    %14 = "mr.constant"() <{value = dense<512> : tensor<i32>}> : () -> tensor<i32>
    %15 = "mr.constant"() <{value = dense<-512> : tensor<i32>}> : () -> tensor<i32>
    %16 = "mr.add"(%13, %15) : (tensor<2x1xi32>, tensor<i32>) -> tensor<2x1xi32>
    %17 = "mr.mul"(%16, %9) : (tensor<2x1xi32>, tensor<2xi32>) -> tensor<2x2xi32>
    %18 = "mr.sub"(%11, %17) : (tensor<2x2xi32>, tensor<2x2xi32>) -> tensor<2x2xi32>
    "func.return"(%3, %7, %18) : (tensor<1x2x3x2xi32>, tensor<2x3xi32>, tensor<2x2xi32>) -> ()
  }) : () -> ()
}) : () -> ()
