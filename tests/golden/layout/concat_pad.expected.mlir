"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x3x2xf32>, tensor<2x3x1xf32>) -> tensor<2x5x4xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<2x3x2xf32>, %y: tensor<2x3x1xf32>):
    %0 = "mr.transpose"(%x) <{perm = array<i64: 0, 2, 1>}> : (tensor<2x3x2xf32>) -> tensor<2x2x3xf32>
    %1 = "mr.reshape"(%y) <{shape = array<i64: 2, 1, 3>}> : (tensor<2x3x1xf32>) -> tensor<2x1x3xf32>
    %2 = "mr.reshape"(%1) <{shape = array<i64: 2, 3, 1>}> : (tensor<2x1x3xf32>) -> tensor<2x3x1xf32>
    %3 = "mr.concat"(%x, %2) <{axis = 2 : i64}> : (tensor<2x3x2xf32>, tensor<2x3x1xf32>) -> tensor<2x3x3xf32>
    %4 = "mr.transpose"(%3) <{perm = array<i64: 0, 2, 1>}> : (tensor<2x3x3xf32>) -> tensor<2x3x3xf32>
    %5 = "mr.pad"(%3) <{low = array<i64: 0, 0, 1>, high = array<i64: 0, 2, 0>, value = 0.5 : f64}> : (tensor<2x3x3xf32>) -> tensor<2x5x4xf32>
    %6 = "mr.transpose"(%5) <{perm = array<i64: 0, 2, 1>}> : (tensor<2x5x4xf32>) -> tensor<2x4x5xf32>
    "func.return"(%5) : (tensor<2x5x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
