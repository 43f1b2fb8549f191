"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<8xf32>) -> tensor<8xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<8xf32>):
    %0 = "mr.reduce_sum"(%x) <{axes = array<i64: 0>}> : (tensor<8xf32>) -> tensor<f32>
    %1 = "mr.exp"(%0) : (tensor<f32>) -> tensor<f32>
    %2 = "mr.mul"(%x, %1) : (tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
    "func.return"(%2) : (tensor<8xf32>) -> ()
  }) : () -> ()
}) : () -> ()
