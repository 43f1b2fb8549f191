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
      %3 = "arith.index_cast"(%j) : (i64) -> index
      %4 = "arith.constant"() <{value = 0 : index}> : () -> index
      %5 = "arith.constant"() <{value = 6 : index}> : () -> index
      %6 = "arith.cmpi"(%3, %4) <{predicate = 2 : i64}> : (index, index) -> i1
      %7 = "arith.addi"(%3, %5) : (index, index) -> index
      %8 = "arith.select"(%6, %7, %3) : (i1, index, index) -> index
      %9 = "arith.cmpi"(%8, %4) <{predicate = 5 : i64}> : (index, index) -> i1
      %10 = "arith.cmpi"(%8, %5) <{predicate = 2 : i64}> : (index, index) -> i1
      %11 = "arith.andi"(%9, %10) : (i1, i1) -> i1
      "mr.check"(%11) <{code = "index"}> : (i1) -> ()
      %12 = "arith.constant"() <{value = 5 : index}> : () -> index
      %13 = "arith.maxsi"(%8, %4) : (index, index) -> index
      %14 = "arith.minsi"(%13, %12) : (index, index) -> index
      %15 = "tensor.extract"(%x, %14) : (tensor<6xf32>, index) -> f32
      %16 = "arith.cmpf"(%15, %2) <{predicate = 4 : i64}> : (f32, f32) -> i1
      %17 = "mr.all_passed"() : () -> i1
      %18 = "arith.andi"(%16, %17) : (i1, i1) -> i1
      "scf.condition"(%18, %j) : (i1, i64) -> ()
    }, {
    ^bb0(%j_1: i64):
      %19 = "arith.addi"(%j_1, %1) : (i64, i64) -> i64
      "scf.yield"(%19) : (i64) -> ()
    }) : (i64) -> i64
    %20 = "tensor.from_elements"(%i) : (i64) -> tensor<i64>
    "func.return"(%20) : (tensor<i64>) -> ()
  }) : () -> ()
}) : () -> ()
