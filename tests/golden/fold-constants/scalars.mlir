// RUN: millrace opt %s --pipeline "fold-constants"
// Elements of constants and arithmetic on them.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2xi64>) -> tensor<2xi64>, role = "entry"}> ({
  ^bb0(%x: tensor<2xi64>):
    %0 = "mr.constant"() <{value = dense<[[1, 2], [3, 4]]> : tensor<2x2xi64>}> : () -> tensor<2x2xi64>
    %1 = "arith.constant"() <{value = 1 : index}> : () -> index
    %2 = "arith.constant"() <{value = 0 : index}> : () -> index
    %3 = "tensor.extract"(%0, %1, %2) : (tensor<2x2xi64>, index, index) -> i64
    %4 = "arith.constant"() <{value = 5 : i64}> : () -> i64
    %5 = "arith.muli"(%3, %4) : (i64, i64) -> i64
    %6 = "tensor.from_elements"(%5, %5) : (i64, i64) -> tensor<2xi64>
    %7 = "mr.add"(%x, %6) : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
    "func.return"(%7) : (tensor<2xi64>) -> ()
  }) : () -> ()
}) : () -> ()
