"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<i64>, tensor<2xf32>) -> tensor<2xf32>, role = "entry"}> ({
  ^bb0(%n: tensor<i64>, %x: tensor<2xf32>):
    %0 = "tensor.extract"(%n) : (tensor<i64>) -> i64
    %1 = "arith.constant"() <{value = 0 : i64}> : () -> i64
    %2, %3 = "scf.while"(%1, %x) ({
    ^bb0(%4: i64, %5: tensor<2xf32>):
      %6 = "arith.cmpi"(%4, %0) <{predicate = 2 : i64}> : (i64, i64) -> i1
      "scf.condition"(%6, %4, %5) : (i1, i64, tensor<2xf32>) -> ()
    }, {
    ^bb0(%7: i64, %8: tensor<2xf32>):
      %9 = "arith.constant"() <{value = 1 : i64}> : () -> i64
      %10 = "arith.addi"(%7, %9) : (i64, i64) -> i64
      %11 = "mr.tanh"(%8) : (tensor<2xf32>) -> tensor<2xf32>
      "scf.yield"(%10, %11) : (i64, tensor<2xf32>) -> ()
    }) : (i64, tensor<2xf32>) -> (i64, tensor<2xf32>)
    "func.return"(%3) : (tensor<2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
