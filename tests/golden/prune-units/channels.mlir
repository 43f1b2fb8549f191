// RUN: millrace opt %s --pipeline "prune-units"
// The second channel of the first convolution has no weights: what its bias makes of it, known, goes
// into the bias of the product behind the mean; and a padded border, where it would be another
// number, keeps a channel.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<1x3x3x1xf32>) -> (tensor<1x2xf32>, tensor<1x5x5x2xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<1x3x3x1xf32>):
    %w = "mr.constant"() <{value = dense<[[[[1.0, 0.0, -2.0]]]]> : tensor<1x1x1x3xf32>}> : () -> tensor<1x1x1x3xf32>
    %b = "mr.constant"() <{value = dense<[0.5, 0.25, 1.0]> : tensor<3xf32>}> : () -> tensor<3xf32>
    %v = "mr.constant"() <{value = dense<[[1.0, 2.0], [4.0, -8.0], [0.5, 1.0]]> : tensor<3x2xf32>}> : () -> tensor<3x2xf32>
    %k = "mr.constant"() <{value = dense<[[[[1.0, 0.0], [2.0, 1.0], [0.0, 3.0]]]]> : tensor<1x1x3x2xf32>}> : () -> tensor<1x1x3x2xf32>
    %0 = "mr.conv"(%x, %w) <{strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, groups = 1 : i64}> : (tensor<1x3x3x1xf32>, tensor<1x1x1x3xf32>) -> tensor<1x3x3x3xf32>
    %1 = "mr.add"(%0, %b) : (tensor<1x3x3x3xf32>, tensor<3xf32>) -> tensor<1x3x3x3xf32>
    %2 = "mr.relu"(%1) : (tensor<1x3x3x3xf32>) -> tensor<1x3x3x3xf32>
    %3 = "mr.reduce_mean"(%2) <{axes = array<i64: 1, 2>, keepdims = false}> : (tensor<1x3x3x3xf32>) -> tensor<1x3xf32>
    %4 = "mr.matmul"(%3, %v) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x3xf32>, tensor<3x2xf32>) -> tensor<1x2xf32>
    %5 = "mr.conv"(%x, %w) <{strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, groups = 1 : i64}> : (tensor<1x3x3x1xf32>, tensor<1x1x1x3xf32>) -> tensor<1x3x3x3xf32>
    %6 = "mr.add"(%5, %b) : (tensor<1x3x3x3xf32>, tensor<3xf32>) -> tensor<1x3x3x3xf32>
    %7 = "mr.pad"(%6) <{low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>, value = 0 : i64}> : (tensor<1x3x3x3xf32>) -> tensor<1x5x5x3xf32>
    %8 = "mr.conv"(%7, %k) <{strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, groups = 1 : i64}> : (tensor<1x5x5x3xf32>, tensor<1x1x3x2xf32>) -> tensor<1x5x5x2xf32>
    "func.return"(%4, %8) : (tensor<1x2xf32>, tensor<1x5x5x2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
