"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2xi64>, tensor<2xf32>) -> tensor<2xf32>, role = "entry"}> ({
  ^bb0(%i: tensor<2xi64>, %x: tensor<2xf32>):
    %0 = "arith.constant"() <{value = 0 : index}> : () -> index
    %1 = "tensor.extract"(%i, %0) : (tensor<2xi64>, index) -> i64
    %2 = "arith.constant"() <{value = 1 : i64}> : () -> i64
    %3 = "arith.cmpi"(%1, %2) <{predicate = 2 : i64}> : (i64, i64) -> i1
    "mr.check"(%3) <{code = "index"}> : (i1) -> () loc("/Gather")
    "func.return"(%x) : (tensor<2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
