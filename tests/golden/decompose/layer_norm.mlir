// RUN: millrace opt %s --pipeline "decompose"
// Layer normalization with scale and bias.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x4xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<2x4xf32>, %scale: tensor<4xf32>, %bias: tensor<4xf32>):
    %0 = "mr.layer_norm"(%x, %scale, %bias) <{axis = 1 : i64, epsilon = 0.0078125 : f64}> : (tensor<2x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
    "func.return"(%0) : (tensor<2x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
