"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x3x4x5xf32>) -> (tensor<2x5xf32>, tensor<2x1x3x4xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<2x3x4x5xf32>):
    %0 = "mr.transpose"(%x) <{perm = array<i64: 0, 3, 1, 2>}> : (tensor<2x3x4x5xf32>) -> tensor<2x5x3x4xf32>
    %1 = "mr.reduce_mean"(%x) <{axes = array<i64: 1, 2>, keepdims = false}> : (tensor<2x3x4x5xf32>) -> tensor<2x5xf32>
    %2 = "mr.reduce_max"(%x) <{axes = array<i64: 3>, keepdims = true}> : (tensor<2x3x4x5xf32>) -> tensor<2x3x4x1xf32>
    %3 = "mr.reshape"(%2) <{shape = array<i64: 2, 1, 3, 4>}> : (tensor<2x3x4x1xf32>) -> tensor<2x1x3x4xf32>
    "func.return"(%1, %3) : (tensor<2x5xf32>, tensor<2x1x3x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
