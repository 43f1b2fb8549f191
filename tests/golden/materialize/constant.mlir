// RUN: millrace opt %s --pipeline "materialize"
// Constants are packed at compile time.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<5x4xf32>) -> tensor<5x6xf32>, role = "entry"}> ({
  ^bb0(%q: tensor<5x4xf32>):
    %0 = "mr.constant"() <{value = dense<[[0.5, 1.0, -0.5, -0.75], [0.75, 0.75, 0.0, -0.75], [0.75, 0.0, -0.75, -0.75], [-0.25, 0.5, -0.25, 0.75], [-1.0, -0.25, 0.0, 1.0], [-0.5, 0.75, -1.0, -0.25]]> : tensor<6x4xf32>}> : () -> tensor<6x4xf32>
    %1 = "tensor.empty"() : () -> tensor<5x6xf32>
    %2 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %3 = "linalg.fill"(%2, %1) : (f32, tensor<5x6xf32>) -> tensor<5x6xf32>
    %4 = "linalg.generic"(%q, %0, %3) <{indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 5, 6, 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%5: f32, %6: f32, %7: f32):
      %8 = "arith.mulf"(%5, %6) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %9 = "arith.addf"(%7, %8) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%9) : (f32) -> ()
    }) : (tensor<5x4xf32>, tensor<6x4xf32>, tensor<5x6xf32>) -> tensor<5x6xf32>
    "func.return"(%4) : (tensor<5x6xf32>) -> ()
  }) : () -> ()
}) : () -> ()
