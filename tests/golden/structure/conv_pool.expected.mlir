"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<1x6x6x1xf32>) -> tensor<1x2x2x2xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<1x6x6x1xf32>):
    %0 = "mr.constant"() <{value = dense<[[[[-0.25, 0.75]], [[1.0, -0.5]], [[-0.75, 0.25]]], [[[0.5, 0.5]], [[0.25, 0.5]], [[1.0, 1.0]]], [[[1.0, 0.75]], [[0.5, 1.0]], [[-1.0, -1.0]]]]> : tensor<3x3x1x2xf32>}> : () -> tensor<3x3x1x2xf32>
    %1 = "tensor.empty"() : () -> tensor<1x4x4x2xf32>
    %2 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %3 = "linalg.fill"(%2, %1) : (f32, tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
    %4 = "linalg.generic"(%x, %0, %3) <{indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (0, d0 + d3, d1 + d4, 0)>, affine_map<(d0, d1, d2, d3, d4) -> (d3, d4, 0, d2)>, affine_map<(d0, d1, d2, d3, d4) -> (0, d0, d1, d2)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>, #linalg.iterator_type<reduction>], ranges = array<i64: 4, 4, 2, 3, 3>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%5: f32, %6: f32, %7: f32):
      %8 = "arith.mulf"(%5, %6) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %9 = "arith.addf"(%7, %8) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%9) : (f32) -> ()
    }) : (tensor<1x6x6x1xf32>, tensor<3x3x1x2xf32>, tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
    %10 = "tensor.empty"() : () -> tensor<1x2x2x2xf32>
    %11 = "arith.constant"() <{value = 0xFF800000 : f32}> : () -> f32
    %12 = "linalg.fill"(%11, %10) : (f32, tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
    %13 = "linalg.generic"(%4, %12) <{indexing_maps = [affine_map<(d0, d1, d2, d3, d4) -> (0, d0 * 2 + d3, d1 * 2 + d4, d2)>, affine_map<(d0, d1, d2, d3, d4) -> (0, d0, d1, d2)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>, #linalg.iterator_type<reduction>], ranges = array<i64: 2, 2, 2, 2, 2>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%14: f32, %15: f32):
      %16 = "arith.maximumf"(%15, %14) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%16) : (f32) -> ()
    }) : (tensor<1x4x4x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
    "func.return"(%13) : (tensor<1x2x2x2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
