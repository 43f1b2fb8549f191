// RUN: millrace opt %s --pipeline "prune"
// A loop carries something that nobody reads.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<i64>, tensor<2xf32>) -> tensor<2xf32>, role = "entry"}> ({
  ^bb0(%n: tensor<i64>, %x: tensor<2xf32>):
    %0 = "tensor.extract"(%n) : (tensor<i64>) -> i64
    %1 = "arith.constant"() <{value = 0 : i64}> : () -> i64
    %2, %3, %4 = "scf.while"(%1, %x, %x) ({
    ^bb0(%5: i64, %6: tensor<2xf32>, %7: tensor<2xf32>):
      %8 = "arith.cmpi"(%5, %0) <{predicate = 2 : i64}> : (i64, i64) -> i1
      "scf.condition"(%8, %5, %6, %7) : (i1, i64, tensor<2xf32>, tensor<2xf32>) -> ()
    }, {
    ^bb0(%9: i64, %10: tensor<2xf32>, %11: tensor<2xf32>):
      %12 = "arith.constant"() <{value = 1 : i64}> : () -> i64
      %13 = "arith.addi"(%9, %12) : (i64, i64) -> i64
      %14 = "mr.tanh"(%10) : (tensor<2xf32>) -> tensor<2xf32>
      %15 = "mr.exp"(%11) : (tensor<2xf32>) -> tensor<2xf32>
      "scf.yield"(%13, %14, %15) : (i64, tensor<2xf32>, tensor<2xf32>) -> ()
    }) : (i64, tensor<2xf32>, tensor<2xf32>) -> (i64, tensor<2xf32>, tensor<2xf32>)
    "func.return"(%3) : (tensor<2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
