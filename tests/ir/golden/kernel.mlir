"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "k0", function_type = (tensor<4x8xf32>) -> tensor<4xf32>, role = "kernel", schedule = {map = affine_map<(d0, d1) -> ((d0 * 2 + d1 + 1) floordiv 4, (d1 + -3) mod 5, 0, d0 * -1)>, scale = 0.5 : f64, tile = array<i64: 4, 8>, on = false, note = #x.y<a, <b>>}}> ({
  ^bb0(%0: tensor<4x8xf32>):
    %1 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %2 = "tensor.empty"() : () -> tensor<4xf32>
    %3 = "linalg.fill"(%1, %2) : (f32, tensor<4xf32>) -> tensor<4xf32>
    %4 = "linalg.generic"(%0, %3) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 4, 8>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%5: f32, %6: f32):
      %7 = "linalg.index"() <{dim = 1 : i64}> : () -> index
      %8 = "arith.addf"(%6, %5) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%8) : (f32) -> ()
    }) : (tensor<4x8xf32>, tensor<4xf32>) -> tensor<4xf32>
    "func.return"(%4) : (tensor<4xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (tensor<4x8xf32>) -> tensor<4xf32>, role = "entry"}> ({
  ^bb0(%0: tensor<4x8xf32>):
    %1 = "func.call"(%0) <{callee = @k0}> : (tensor<4x8xf32>) -> tensor<4xf32>
    "func.return"(%1) : (tensor<4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
