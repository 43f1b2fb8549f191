// RUN: millrace opt %s --pipeline "fold-constants"
// An index out of range fails at run time, not at compile time.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<1xf32>) -> tensor<1xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<1xf32>):
    %0 = "mr.constant"() <{value = dense<[1.0, 2.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
    %1 = "mr.constant"() <{value = dense<7> : tensor<1xi64>}> : () -> tensor<1xi64>
    %2 = "mr.gather"(%0, %1) <{axis = 0 : i64, in_bounds = false}> : (tensor<2xf32>, tensor<1xi64>) -> tensor<1xf32>
    %3 = "mr.add"(%x, %2) : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
    "func.return"(%3) : (tensor<1xf32>) -> ()
  }) : () -> ()
}) : () -> ()
