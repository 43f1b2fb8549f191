// RUN: millrace opt %s --pipeline "fold-scales"
// A convolution, its bias and a batch normalization: one convolution and one bias.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<1x4x4x1xf32>) -> tensor<1x3x3x2xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<1x4x4x1xf32>):
    %w = "mr.constant"() <{value = dense<[[[[1.0, -2.0]], [[0.5, 0.25]]], [[[0.0, 1.0]], [[-1.0, 0.5]]]]> : tensor<2x2x1x2xf32>}> : () -> tensor<2x2x1x2xf32>
    %b = "mr.constant"() <{value = dense<[0.5, -0.25]> : tensor<2xf32>}> : () -> tensor<2xf32>
    %s = "mr.constant"() <{value = dense<[[[[2.0, 0.5]]]]> : tensor<1x1x1x2xf32>}> : () -> tensor<1x1x1x2xf32>
    %o = "mr.constant"() <{value = dense<[1.0, 3.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
    %0 = "mr.conv"(%x, %w) <{strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, groups = 1 : i64}> : (tensor<1x4x4x1xf32>, tensor<2x2x1x2xf32>) -> tensor<1x3x3x2xf32>
    %1 = "mr.add"(%0, %b) : (tensor<1x3x3x2xf32>, tensor<2xf32>) -> tensor<1x3x3x2xf32>
    %2 = "mr.mul"(%1, %s) : (tensor<1x3x3x2xf32>, tensor<1x1x1x2xf32>) -> tensor<1x3x3x2xf32>
    %3 = "mr.add"(%2, %o) : (tensor<1x3x3x2xf32>, tensor<2xf32>) -> tensor<1x3x3x2xf32>
    "func.return"(%3) : (tensor<1x3x3x2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
