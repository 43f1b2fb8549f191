// RUN: millrace opt %s --pipeline "layout"
// Between two convolutions transposes cancel across bias and relu.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<1x2x5x5xf32>) -> tensor<1x2x3x3xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<1x2x5x5xf32>):
    %0 = "mr.transpose"(%x) <{perm = array<i64: 0, 2, 3, 1>}> : (tensor<1x2x5x5xf32>) -> tensor<1x5x5x2xf32>
    %1 = "mr.constant"() <{value = dense<[[[[-0.75, -0.75, 0.75], [0.0, 0.25, 0.25]], [[0.5, -1.0, 0.0], [-0.75, -0.25, 1.0]], [[0.0, -1.0, 0.0], [-0.75, 0.5, 1.0]]], [[[1.0, 0.25, 0.75], [-0.25, -0.75, 0.0]], [[-0.25, 0.25, 1.0], [-0.5, 0.75, -0.75]], [[-0.25, 0.75, -0.5], [0.5, 0.0, 0.0]]], [[[1.0, 0.75, 0.75], [0.0, 1.0, 1.0]], [[-0.75, -0.75, -0.5], [0.0, 0.75, 0.0]], [[1.0, -0.25, 1.0], [0.25, 0.5, -0.5]]]]> : tensor<3x3x2x3xf32>}> : () -> tensor<3x3x2x3xf32>
    %2 = "mr.conv"(%0, %1) <{groups = 1 : i64}> : (tensor<1x5x5x2xf32>, tensor<3x3x2x3xf32>) -> tensor<1x3x3x3xf32>
    %3 = "mr.transpose"(%2) <{perm = array<i64: 0, 3, 1, 2>}> : (tensor<1x3x3x3xf32>) -> tensor<1x3x3x3xf32>
    %4 = "mr.constant"() <{value = dense<[[[0.5]], [[-1.0]], [[0.25]]]> : tensor<3x1x1xf32>}> : () -> tensor<3x1x1xf32>
    %5 = "mr.add"(%3, %4) : (tensor<1x3x3x3xf32>, tensor<3x1x1xf32>) -> tensor<1x3x3x3xf32>
    %6 = "mr.relu"(%5) : (tensor<1x3x3x3xf32>) -> tensor<1x3x3x3xf32>
    %7 = "mr.transpose"(%6) <{perm = array<i64: 0, 2, 3, 1>}> : (tensor<1x3x3x3xf32>) -> tensor<1x3x3x3xf32>
    %8 = "mr.constant"() <{value = dense<[[[[1.0, 0.25], [0.5, 1.0], [0.25, 0.5]]]]> : tensor<1x1x3x2xf32>}> : () -> tensor<1x1x3x2xf32>
    %9 = "mr.conv"(%7, %8) <{groups = 1 : i64}> : (tensor<1x3x3x3xf32>, tensor<1x1x3x2xf32>) -> tensor<1x3x3x2xf32>
    %10 = "mr.transpose"(%9) <{perm = array<i64: 0, 3, 1, 2>}> : (tensor<1x3x3x2xf32>) -> tensor<1x2x3x3xf32>
    "func.return"(%10) : (tensor<1x2x3x3xf32>) -> ()
  }) : () -> ()
}) : () -> ()
