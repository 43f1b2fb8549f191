// RUN: millrace opt %s --pipeline "layout"
// Transposes sink below concatenation and padding.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x3x2xf32>, tensor<2x3x1xf32>) -> tensor<2x5x4xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<2x3x2xf32>, %y: tensor<2x3x1xf32>):
    %0 = "mr.transpose"(%x) <{perm = array<i64: 0, 2, 1>}> : (tensor<2x3x2xf32>) -> tensor<2x2x3xf32>
    %1 = "mr.transpose"(%y) <{perm = array<i64: 0, 2, 1>}> : (tensor<2x3x1xf32>) -> tensor<2x1x3xf32>
    %2 = "mr.concat"(%0, %1) <{axis = 1 : i64}> : (tensor<2x2x3xf32>, tensor<2x1x3xf32>) -> tensor<2x3x3xf32>
    %3 = "mr.pad"(%2) <{low = array<i64: 0, 1, 0>, high = array<i64: 0, 0, 2>, value = 0.5 : f64}> : (tensor<2x3x3xf32>) -> tensor<2x4x5xf32>
    %4 = "mr.transpose"(%3) <{perm = array<i64: 0, 2, 1>}> : (tensor<2x4x5xf32>) -> tensor<2x5x4xf32>
    "func.return"(%4) : (tensor<2x5x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
