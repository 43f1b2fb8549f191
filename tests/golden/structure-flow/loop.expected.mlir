"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2xf32>) -> tensor<2xf32>, role = "entry"}> ({
  ^bb0(%0: tensor<2xf32>):
    %1 = "mr.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
    %2 = "mr.constant"() <{value = dense<3> : tensor<i32>}> : () -> tensor<i32>
    %3 = "mr.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %4, %5 = "scf.while"(%0, %3) ({
    ^bb0(%6: tensor<2xf32>, %7: tensor<i32>):
      %8 = "mr.less"(%7, %2) : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %9 = "tensor.extract"(%8) : (tensor<i1>) -> i1
      "scf.condition"(%9, %6, %7) : (i1, tensor<2xf32>, tensor<i32>) -> ()
    }, {
    ^bb0(%10: tensor<2xf32>, %11: tensor<i32>):
      %12 = "mr.tanh"(%10) : (tensor<2xf32>) -> tensor<2xf32>
      %13 = "mr.mul"(%12, %0) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      %14 = "mr.add"(%11, %1) : (tensor<i32>, tensor<i32>) -> tensor<i32>
      "scf.yield"(%13, %14) : (tensor<2xf32>, tensor<i32>) -> ()
    }) : (tensor<2xf32>, tensor<i32>) -> (tensor<2xf32>, tensor<i32>)
    %15 = "mr.neg"(%4) : (tensor<2xf32>) -> tensor<2xf32>
    "func.return"(%15) : (tensor<2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
