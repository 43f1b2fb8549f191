// RUN: millrace opt %s --pipeline "structure"
// Top-k is a kernel of its own.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x5xf32>) -> (tensor<2x2xf32>, tensor<2x2xi64>), role = "entry"}> ({
  ^bb0(%x: tensor<2x5xf32>):
    %0, %1 = "mr.top_k"(%x) <{k = 2 : i64, axis = 1 : i64, largest = true}> : (tensor<2x5xf32>) -> (tensor<2x2xf32>, tensor<2x2xi64>)
    "func.return"(%0, %1) : (tensor<2x2xf32>, tensor<2x2xi64>) -> ()
  }) : () -> ()
}) : () -> ()
