"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x4xf32>, tensor<3x2xf32>) -> (tensor<2x5xf32>, tensor<2x4xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<2x4xf32>, %y: tensor<3x2xf32>):
    %0 = "mr.slice"(%x) <{starts = array<i64: 0, 0>, sizes = array<i64: 2, 2>, steps = array<i64: 1, 2>}> : (tensor<2x4xf32>) -> tensor<2x2xf32>
    %1 = "mr.transpose"(%y) <{perm = array<i64: 1, 0>}> : (tensor<3x2xf32>) -> tensor<2x3xf32>
    %2 = "mr.concat"(%0, %1) <{axis = 1 : i64}> : (tensor<2x2xf32>, tensor<2x3xf32>) -> tensor<2x5xf32>
    %3 = "tensor.empty"() : () -> tensor<2x4xf32>
    %4 = "linalg.generic"(%x, %3) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1 * -1 + 3)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%5: f32, %6: f32):
      "linalg.yield"(%5) : (f32) -> ()
    }) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    "func.return"(%2, %4) : (tensor<2x5xf32>, tensor<2x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
