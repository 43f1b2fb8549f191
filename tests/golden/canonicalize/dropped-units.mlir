// RUN: millrace opt %s --pipeline "canonicalize"
// A vector that was a row is added to a row: the row may stay what it was. Not where the sum would
// become a row by it.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<1x4xf32>, tensor<1x4xf32>) -> (tensor<1x4xf32>, tensor<4xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<1x4xf32>, %y: tensor<1x4xf32>):
    %0 = "mr.reshape"(%y) <{shape = array<i64: 4>}> : (tensor<1x4xf32>) -> tensor<4xf32>
    %1 = "mr.add"(%x, %0) : (tensor<1x4xf32>, tensor<4xf32>) -> tensor<1x4xf32>
    %2 = "mr.mul"(%0, %0) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    "func.return"(%1, %2) : (tensor<1x4xf32>, tensor<4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
