"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<5x4xf32>, tensor<6x4xf32>) -> tensor<5x6xf32>, role = "entry"}> ({
  ^bb0(%q: tensor<5x4xf32>, %k: tensor<6x4xf32>):
    %0 = "tensor.empty"() : () -> tensor<5x6xf32>
    %1 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %2 = "linalg.fill"(%1, %0) : (f32, tensor<5x6xf32>) -> tensor<5x6xf32>
    %3 = "mr.transpose"(%k) <{perm = array<i64: 1, 0>}> : (tensor<6x4xf32>) -> tensor<4x6xf32>
    %4 = "tensor.empty"() : () -> tensor<4x6xf32>
    %5 = "linalg.generic"(%3, %4) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 4, 6>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%6: f32, %7: f32):
      "linalg.yield"(%6) : (f32) -> ()
    }) : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
    %8 = "linalg.generic"(%q, %5, %2) <{indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 5, 6, 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%9: f32, %10: f32, %11: f32):
      %12 = "arith.mulf"(%9, %10) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %13 = "arith.addf"(%11, %12) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%13) : (f32) -> ()
    }) : (tensor<5x4xf32>, tensor<4x6xf32>, tensor<5x6xf32>) -> tensor<5x6xf32>
    "func.return"(%8) : (tensor<5x6xf32>) -> ()
  }) : () -> ()
}) : () -> ()
