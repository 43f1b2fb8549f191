"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<1x4x4x3xf32>) -> tensor<1x3x3x6xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<1x4x4x3xf32>):
    %0 = "mr.constant"() <{value = dense<0.5> : tensor<2x2x1x6xf32>}> : () -> tensor<2x2x1x6xf32>
    %1 = "tensor.empty"() : () -> tensor<1x3x3x3x2xf32>
    %2 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %3 = "linalg.fill"(%2, %1) : (f32, tensor<1x3x3x3x2xf32>) -> tensor<1x3x3x3x2xf32>
    %4 = "linalg.generic"(%x, %0, %3) <{indexing_maps = [affine_map<(d0, d1, d2, d3, d4, d5) -> (0, d0 + d4, d1 + d5, d2)>, affine_map<(d0, d1, d2, d3, d4, d5) -> (d4, d5, 0, d2 * 2 + d3)>, affine_map<(d0, d1, d2, d3, d4, d5) -> (0, d0, d1, d2, d3)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>, #linalg.iterator_type<reduction>], ranges = array<i64: 3, 3, 3, 2, 2, 2>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%5: f32, %6: f32, %7: f32):
      %8 = "arith.mulf"(%5, %6) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %9 = "arith.addf"(%7, %8) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%9) : (f32) -> ()
    }) : (tensor<1x4x4x3xf32>, tensor<2x2x1x6xf32>, tensor<1x3x3x3x2xf32>) -> tensor<1x3x3x3x2xf32>
    %10 = "mr.constant"() <{value = dense<[0.0, 0.125, 0.25, 0.375, 0.5, 0.625]> : tensor<6xf32>}> : () -> tensor<6xf32>
    %11 = "mr.constant"() <{value = dense<[[0.0, 0.125], [0.25, 0.375], [0.5, 0.625]]> : tensor<3x2xf32>}> : () -> tensor<3x2xf32>
    %12 = "tensor.empty"() : () -> tensor<1x3x3x3x2xf32>
    %13 = "linalg.generic"(%4, %11, %12) <{indexing_maps = [affine_map<(d0, d1, d2, d3) -> (0, d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d2, d3)>, affine_map<(d0, d1, d2, d3) -> (0, d0, d1, d2, d3)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 3, 3, 3, 2>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%14: f32, %15: f32, %16: f32):
      %17 = "arith.addf"(%14, %15) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%17) : (f32) -> ()
    }) : (tensor<1x3x3x3x2xf32>, tensor<3x2xf32>, tensor<1x3x3x3x2xf32>) -> tensor<1x3x3x3x2xf32>
    %18 = "tensor.empty"() : () -> tensor<1x3x3x3x2xf32>
    %19 = "linalg.generic"(%13, %18) <{indexing_maps = [affine_map<(d0, d1, d2, d3) -> (0, d0, d1, d2, d3)>, affine_map<(d0, d1, d2, d3) -> (0, d0, d1, d2, d3)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 3, 3, 3, 2>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%20: f32, %21: f32):
      %22 = "math.tanh"(%20) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%22) : (f32) -> ()
    }) : (tensor<1x3x3x3x2xf32>, tensor<1x3x3x3x2xf32>) -> tensor<1x3x3x3x2xf32>
    %23 = "mr.reshape"(%19) <{shape = array<i64: 1, 3, 3, 6>}> : (tensor<1x3x3x3x2xf32>) -> tensor<1x3x3x6xf32>
    "func.return"(%23) : (tensor<1x3x3x6xf32>) -> ()
  }) : () -> ()
}) : () -> ()
