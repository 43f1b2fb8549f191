"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<?x4xf32, array<i64: 100, 4>>, memref<2x3xf32, strided<[-3, 1], offset: ?>>, tensor<f32>, (tensor<?x4xf32, array<i64: 100, 4>>) -> (() -> f32)) -> (tensor<?x4xf32, array<i64: 100, 4>>, memref<2x3xf32, strided<[-3, 1], offset: ?>>, tensor<f32>, (tensor<?x4xf32, array<i64: 100, 4>>) -> (() -> f32)), role = "function"}> ({
  ^bb0(%0: tensor<?x4xf32, array<i64: 100, 4>>, %1: memref<2x3xf32, strided<[-3, 1], offset: ?>>, %2: tensor<f32>, %3: (tensor<?x4xf32, array<i64: 100, 4>>) -> (() -> f32)):
    "func.return"(%0, %1, %2, %3) : (tensor<?x4xf32, array<i64: 100, 4>>, memref<2x3xf32, strided<[-3, 1], offset: ?>>, tensor<f32>, (tensor<?x4xf32, array<i64: 100, 4>>) -> (() -> f32)) -> ()
  }) : () -> ()
}) : () -> ()
