"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<6xf32>) -> tensor<i64>, role = "entry"}> ({
  ^bb0(%x: tensor<6xf32>):
    %zero = "mr.constant"() <{value = dense<0> : tensor<i64>}> : () -> tensor<i64>
    %0 = "arith.constant"() <{value = 0 : i64}> : () -> i64
    %one = "mr.constant"() <{value = dense<1> : tensor<i64>}> : () -> tensor<i64>
    %1 = "arith.constant"() <{value = 1 : i64}> : () -> i64
    %limit = "mr.constant"() <{value = dense<0.5> : tensor<f32>}> : () -> tensor<f32>
    %2 = "arith.constant"() <{value = 0.5 : f32}> : () -> f32
    %i = "scf.while"(%0) ({
    ^bb0(%j: i64):
      %3 = "arith.constant"() <{value = 0 : i64}> : () -> i64
      %4 = "arith.constant"() <{value = 6 : i64}> : () -> i64
      %5 = "arith.cmpi"(%j, %3) <{predicate = 2 : i64}> : (i64, i64) -> i1
      %6 = "arith.addi"(%j, %4) : (i64, i64) -> i64
      %7 = "arith.select"(%5, %6, %j) : (i1, i64, i64) -> i64
      %8 = "arith.cmpi"(%7, %4) <{predicate = 6 : i64}> : (i64, i64) -> i1
      "mr.check"(%8) <{code = "index"}> : (i1) -> ()
      %9 = "arith.select"(%8, %7, %3) : (i1, i64, i64) -> i64
      %10 = "arith.index_cast"(%9) : (i64) -> index
      %11 = "tensor.extract"(%x, %10) : (tensor<6xf32>, index) -> f32
      %12 = "arith.cmpf"(%11, %2) <{predicate = 4 : i64}> : (f32, f32) -> i1
      %13 = "mr.all_passed"() : () -> i1
      %14 = "arith.andi"(%12, %13) : (i1, i1) -> i1
      "scf.condition"(%14, %j) : (i1, i64) -> ()
    }, {
    ^bb0(%j_1: i64):
      %15 = "arith.addi"(%j_1, %1) : (i64, i64) -> i64
      "scf.yield"(%15) : (i64) -> ()
    }) : (i64) -> i64
    %16 = "tensor.from_elements"(%i) : (i64) -> tensor<i64>
    "func.return"(%16) : (tensor<i64>) -> ()
  }) : () -> ()
}) : () -> ()
