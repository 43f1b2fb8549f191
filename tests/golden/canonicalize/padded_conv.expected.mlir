"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<1x4x4x1xf32>) -> tensor<1x2x2x2xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<1x4x4x1xf32>):
    %0 = "mr.constant"() <{value = dense<[[[[-0.25, 0.75]], [[1.0, -0.5]], [[-0.75, 0.25]]], [[[0.5, 0.5]], [[0.25, 0.5]], [[1.0, 1.0]]], [[[1.0, 0.75]], [[0.5, 1.0]], [[-1.0, -1.0]]]]> : tensor<3x3x1x2xf32>}> : () -> tensor<3x3x1x2xf32>
    %1 = "mr.pad"(%x) <{low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>, value = 0 : i64}> : (tensor<1x4x4x1xf32>) -> tensor<1x6x6x1xf32>
    %2 = "mr.conv"(%1, %0) <{strides = array<i64: 2, 2>, groups = 1 : i64}> : (tensor<1x6x6x1xf32>, tensor<3x3x1x2xf32>) -> tensor<1x2x2x2xf32>
    "func.return"(%2) : (tensor<1x2x2x2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
