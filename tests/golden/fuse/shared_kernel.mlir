// RUN: millrace opt %s --pipeline "fuse"
// Two layers of equal structure share one function.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x4xf32>) -> tensor<2x4xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<2x4xf32>):
    %0 = "mr.constant"() <{value = dense<[[-0.25, 0.75, 1.0, -0.5], [-0.75, 0.25, 0.5, 0.5], [0.25, 0.5, 1.0, 1.0], [1.0, 0.75, 0.5, 1.0]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %1 = "tensor.empty"() : () -> tensor<2x4xf32>
    %2 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %3 = "linalg.fill"(%2, %1) : (f32, tensor<2x4xf32>) -> tensor<2x4xf32>
    %4 = "linalg.generic"(%x, %0, %3) <{indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 2, 4, 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%5: f32, %6: f32, %7: f32):
      %8 = "arith.mulf"(%5, %6) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %9 = "arith.addf"(%7, %8) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%9) : (f32) -> ()
    }) : (tensor<2x4xf32>, tensor<4x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    %10 = "tensor.empty"() : () -> tensor<2x4xf32>
    %11 = "linalg.generic"(%4, %10) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%12: f32, %13: f32):
      %14 = "math.tanh"(%12) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%14) : (f32) -> ()
    }) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    %15 = "mr.constant"() <{value = dense<[[0.5, 1.0, -0.5, -0.75], [0.75, 0.75, 0.0, -0.75], [0.75, 0.0, -0.75, -0.75], [-0.25, 0.5, -0.25, 0.75]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %16 = "tensor.empty"() : () -> tensor<2x4xf32>
    %17 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %18 = "linalg.fill"(%17, %16) : (f32, tensor<2x4xf32>) -> tensor<2x4xf32>
    %19 = "linalg.generic"(%11, %15, %18) <{indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 2, 4, 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%20: f32, %21: f32, %22: f32):
      %23 = "arith.mulf"(%20, %21) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %24 = "arith.addf"(%22, %23) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%24) : (f32) -> ()
    }) : (tensor<2x4xf32>, tensor<4x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    %25 = "tensor.empty"() : () -> tensor<2x4xf32>
    %26 = "linalg.generic"(%19, %25) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%27: f32, %28: f32):
      %29 = "math.tanh"(%27) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%29) : (f32) -> ()
    }) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    "func.return"(%26) : (tensor<2x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
