// RUN: millrace opt %s --pipeline "decompose"
// Softmax over the last dimension.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x5xf32>) -> tensor<2x5xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<2x5xf32>):
    %0 = "mr.softmax"(%x) <{axis = 1 : i64}> : (tensor<2x5xf32>) -> tensor<2x5xf32>
    "func.return"(%0) : (tensor<2x5xf32>) -> ()
  }) : () -> ()
}) : () -> ()
