"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<i1>, tensor<i1>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<i32>), role = "entry"}> ({
  ^bb0(%0: tensor<i1>, %1: tensor<i1>, %2: tensor<2xf32>):
    %3 = "tensor.extract"(%0) : (tensor<i1>) -> i1
    %4, %5, %6 = "scf.if"(%3) ({
      %7 = "mr.exp"(%2) : (tensor<2xf32>) -> tensor<2xf32>
      %8 = "tensor.extract"(%1) : (tensor<i1>) -> i1
      %9 = "scf.if"(%8) ({
        "scf.yield"(%7) : (tensor<2xf32>) -> ()
      }, {
        %10 = "mr.tanh"(%7) : (tensor<2xf32>) -> tensor<2xf32>
        "scf.yield"(%10) : (tensor<2xf32>) -> ()
      }) : (i1) -> tensor<2xf32>
      %11 = "mr.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
      "scf.yield"(%9, %11, %9) : (tensor<2xf32>, tensor<i32>, tensor<2xf32>) -> ()
    }, {
      %12 = "mr.neg"(%2) : (tensor<2xf32>) -> tensor<2xf32>
      %13 = "mr.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
      "scf.yield"(%12, %13, %2) : (tensor<2xf32>, tensor<i32>, tensor<2xf32>) -> ()
    }) : (i1) -> (tensor<2xf32>, tensor<i32>, tensor<2xf32>)
    "func.return"(%4, %6, %5) : (tensor<2xf32>, tensor<2xf32>, tensor<i32>) -> ()
  }) : () -> ()
}) : () -> ()
