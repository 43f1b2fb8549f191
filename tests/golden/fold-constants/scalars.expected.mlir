"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2xi64>) -> tensor<2xi64>, role = "entry"}> ({
  ^bb0(%x: tensor<2xi64>):
    %0 = "mr.constant"() <{value = dense<[[1, 2], [3, 4]]> : tensor<2x2xi64>}> : () -> tensor<2x2xi64>
    %1 = "arith.constant"() <{value = 1 : index}> : () -> index
    %2 = "arith.constant"() <{value = 0 : index}> : () -> index
    %3 = "arith.constant"() <{value = 3 : i64}> : () -> i64
    %4 = "arith.constant"() <{value = 5 : i64}> : () -> i64
    %5 = "arith.constant"() <{value = 15 : i64}> : () -> i64
    %6 = "mr.constant"() <{value = dense<15> : tensor<2xi64>}> : () -> tensor<2xi64>
    %7 = "mr.add"(%x, %6) : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
    "func.return"(%7) : (tensor<2xi64>) -> ()
  }) : () -> ()
}) : () -> ()
