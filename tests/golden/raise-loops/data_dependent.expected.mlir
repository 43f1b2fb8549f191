"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<f32>) -> (tensor<i32>, tensor<f32>), role = "entry"}> ({
  ^bb0(%0: tensor<f32>):
    %1 = "mr.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %2 = "mr.constant"() <{value = dense<1.0> : tensor<f32>}> : () -> tensor<f32>
    %3, %4 = "scf.while"(%1, %2) ({
    ^bb0(%5: tensor<i32>, %6: tensor<f32>):
      %7 = "mr.less"(%6, %0) : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %8 = "tensor.extract"(%7) : (tensor<i1>) -> i1
      "scf.condition"(%8, %5, %6) : (i1, tensor<i32>, tensor<f32>) -> ()
    }, {
    ^bb0(%9: tensor<i32>, %10: tensor<f32>):
      %11 = "mr.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
      %12 = "mr.add"(%9, %11) : (tensor<i32>, tensor<i32>) -> tensor<i32>
      %13 = "mr.constant"() <{value = dense<1.0> : tensor<f32>}> : () -> tensor<f32>
      %14 = "mr.add"(%10, %13) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      "scf.yield"(%12, %14) : (tensor<i32>, tensor<f32>) -> ()
    }) : (tensor<i32>, tensor<f32>) -> (tensor<i32>, tensor<f32>)
    "func.return"(%3, %4) : (tensor<i32>, tensor<f32>) -> ()
  }) : () -> ()
}) : () -> ()
