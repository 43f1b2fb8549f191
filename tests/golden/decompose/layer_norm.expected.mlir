"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x4xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<2x4xf32>, %scale: tensor<4xf32>, %bias: tensor<4xf32>):
    %0 = "mr.reduce_mean"(%x) <{axes = array<i64: 1>, keepdims = true}> : (tensor<2x4xf32>) -> tensor<2x1xf32>
    %1 = "mr.sub"(%x, %0) : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
    %2 = "mr.mul"(%1, %1) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    %3 = "mr.reduce_mean"(%2) <{axes = array<i64: 1>, keepdims = true}> : (tensor<2x4xf32>) -> tensor<2x1xf32>
    %4 = "mr.constant"() <{value = dense<0.0078125> : tensor<f32>}> : () -> tensor<f32>
    %5 = "mr.add"(%3, %4) : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
    %6 = "mr.rsqrt"(%5) : (tensor<2x1xf32>) -> tensor<2x1xf32>
    %7 = "mr.mul"(%1, %6) : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
    %8 = "mr.mul"(%7, %scale) : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
    %9 = "mr.add"(%8, %bias) : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
    "func.return"(%9) : (tensor<2x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
