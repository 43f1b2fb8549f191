// RUN: millrace opt %s --pipeline "layout"
// A reduction of a transposed tensor reduces other axes.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x3x4x5xf32>) -> (tensor<2x5xf32>, tensor<2x1x3x4xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<2x3x4x5xf32>):
    %0 = "mr.transpose"(%x) <{perm = array<i64: 0, 3, 1, 2>}> : (tensor<2x3x4x5xf32>) -> tensor<2x5x3x4xf32>
    %1 = "mr.reduce_mean"(%0) <{axes = array<i64: 2, 3>, keepdims = false}> : (tensor<2x5x3x4xf32>) -> tensor<2x5xf32>
    %2 = "mr.reduce_max"(%0) <{axes = array<i64: 1>, keepdims = true}> : (tensor<2x5x3x4xf32>) -> tensor<2x1x3x4xf32>
    "func.return"(%1, %2) : (tensor<2x5xf32>, tensor<2x1x3x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
