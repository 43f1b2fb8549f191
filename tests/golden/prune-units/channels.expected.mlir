"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<1x3x3x1xf32>) -> (tensor<1x2xf32>, tensor<1x5x5x2xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<1x3x3x1xf32>):
    %w = "mr.constant"() <{value = dense<[[[[1.0, 0.0, -2.0]]]]> : tensor<1x1x1x3xf32>}> : () -> tensor<1x1x1x3xf32>
    %b = "mr.constant"() <{value = dense<[0.5, 0.25, 1.0]> : tensor<3xf32>}> : () -> tensor<3xf32>
    %v = "mr.constant"() <{value = dense<[[1.0, 2.0], [4.0, -8.0], [0.5, 1.0]]> : tensor<3x2xf32>}> : () -> tensor<3x2xf32>
    %k = "mr.constant"() <{value = dense<[[[[1.0, 0.0], [2.0, 1.0], [0.0, 3.0]]]]> : tensor<1x1x3x2xf32>}> : () -> tensor<1x1x3x2xf32>
    %0 = "mr.constant"() <{value = dense<[[[[1.0, -2.0]]]]> : tensor<1x1x1x2xf32>}> : () -> tensor<1x1x1x2xf32>
    %1 = "mr.conv"(%x, %0) <{strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, groups = 1 : i64}> : (tensor<1x3x3x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x3x3x2xf32>
    %2 = "mr.constant"() <{value = dense<[0.5, 1.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
    %3 = "mr.add"(%1, %2) : (tensor<1x3x3x2xf32>, tensor<2xf32>) -> tensor<1x3x3x2xf32>
    %4 = "mr.relu"(%3) : (tensor<1x3x3x2xf32>) -> tensor<1x3x3x2xf32>
    %5 = "mr.reduce_mean"(%4) <{axes = array<i64: 1, 2>, keepdims = false}> : (tensor<1x3x3x2xf32>) -> tensor<1x2xf32>
    %6 = "mr.constant"() <{value = dense<[[1.0, 2.0], [0.5, 1.0]]> : tensor<2x2xf32>}> : () -> tensor<2x2xf32>
    %7 = "mr.matmul"(%5, %6) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
    %8 = "mr.constant"() <{value = dense<[1.0, -2.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
    %9 = "mr.add"(%7, %8) : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
    %10 = "mr.conv"(%x, %w) <{strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, groups = 1 : i64}> : (tensor<1x3x3x1xf32>, tensor<1x1x1x3xf32>) -> tensor<1x3x3x3xf32>
    %11 = "mr.add"(%10, %b) : (tensor<1x3x3x3xf32>, tensor<3xf32>) -> tensor<1x3x3x3xf32>
    %12 = "mr.pad"(%11) <{low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>, value = 0 : i64}> : (tensor<1x3x3x3xf32>) -> tensor<1x5x5x3xf32>
    %13 = "mr.conv"(%12, %k) <{strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, groups = 1 : i64}> : (tensor<1x5x5x3xf32>, tensor<1x1x3x2xf32>) -> tensor<1x5x5x2xf32>
    "func.return"(%9, %13) : (tensor<1x2xf32>, tensor<1x5x5x2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
