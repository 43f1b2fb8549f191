// RUN: millrace opt %s --pipeline "structure"
// Views stay views, concatenation stays; a reversal copies.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x4xf32>, tensor<3x2xf32>) -> (tensor<2x5xf32>, tensor<2x4xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<2x4xf32>, %y: tensor<3x2xf32>):
    %0 = "mr.slice"(%x) <{starts = array<i64: 0, 0>, sizes = array<i64: 2, 2>, steps = array<i64: 1, 2>}> : (tensor<2x4xf32>) -> tensor<2x2xf32>
    %1 = "mr.transpose"(%y) <{perm = array<i64: 1, 0>}> : (tensor<3x2xf32>) -> tensor<2x3xf32>
    %2 = "mr.concat"(%0, %1) <{axis = 1 : i64}> : (tensor<2x2xf32>, tensor<2x3xf32>) -> tensor<2x5xf32>
    %3 = "mr.reverse"(%x) <{axes = array<i64: 1>}> : (tensor<2x4xf32>) -> tensor<2x4xf32>
    "func.return"(%2, %3) : (tensor<2x5xf32>, tensor<2x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
