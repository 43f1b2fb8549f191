"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "top_k_0", function_type = (tensor<2x5xf32>) -> (tensor<2x2xf32>, tensor<2x2xi64>), role = "kernel", elements = [f32, f32, i64]}> ({
  ^bb0(%0: tensor<2x5xf32>):
    %1, %2 = "mr.top_k"(%0) <{k = 2 : i64, axis = 1 : i64, largest = true}> : (tensor<2x5xf32>) -> (tensor<2x2xf32>, tensor<2x2xi64>)
    "func.return"(%1, %2) : (tensor<2x2xf32>, tensor<2x2xi64>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (tensor<2x5xf32>) -> (tensor<2x2xf32>, tensor<2x2xi64>), role = "entry"}> ({
  ^bb0(%x: tensor<2x5xf32>):
    %0, %1 = "func.call"(%x) <{callee = @top_k_0}> : (tensor<2x5xf32>) -> (tensor<2x2xf32>, tensor<2x2xi64>)
    "func.return"(%0, %1) : (tensor<2x2xf32>, tensor<2x2xi64>) -> ()
  }) : () -> ()
}) : () -> ()
