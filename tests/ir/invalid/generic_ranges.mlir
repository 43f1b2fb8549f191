"builtin.module"() ({
  %c = "arith.constant"() <{value = true}> : () -> i1
  %i = "arith.constant"() <{value = 1 : index}> : () -> index
  %f = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
  %t = "tensor.empty"() : () -> tensor<4xf32>
  %0 = "linalg.generic"(%t, %t) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4, 4>, operandSegmentSizes = array<i32: 1, 1>}> ({  // expected-error {{ranges (4, 4) of 1 loops}}
  ^bb0(%x: f32, %y: f32):
    "linalg.yield"(%x) : (f32) -> ()
  }) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
}) : () -> ()
