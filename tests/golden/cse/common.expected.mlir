"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<2xf32>):
    %0 = "mr.constant"() <{value = dense<[1.0, 2.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
    %1 = "mr.add"(%x, %0) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %2 = "mr.mul"(%1, %1) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %3 = "mr.leaky_relu"(%x) <{alpha = 0.5 : f64}> : (tensor<2xf32>) -> tensor<2xf32>
    %4 = "mr.leaky_relu"(%x) <{alpha = 0.25 : f64}> : (tensor<2xf32>) -> tensor<2xf32>
    "func.return"(%2, %3, %4) : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
