// RUN: millrace opt %s --pipeline "materialize"
// Each element is used twice only: no copy.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x4xf32>, tensor<6x4xf32>) -> tensor<2x6xf32>, role = "entry"}> ({
  ^bb0(%q: tensor<2x4xf32>, %k: tensor<6x4xf32>):
    %0 = "tensor.empty"() : () -> tensor<2x6xf32>
    %1 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %2 = "linalg.fill"(%1, %0) : (f32, tensor<2x6xf32>) -> tensor<2x6xf32>
    %3 = "linalg.generic"(%q, %k, %2) <{indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 2, 6, 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%4: f32, %5: f32, %6: f32):
      %7 = "arith.mulf"(%4, %5) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %8 = "arith.addf"(%6, %7) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%8) : (f32) -> ()
    }) : (tensor<2x4xf32>, tensor<6x4xf32>, tensor<2x6xf32>) -> tensor<2x6xf32>
    "func.return"(%3) : (tensor<2x6xf32>) -> ()
  }) : () -> ()
}) : () -> ()
