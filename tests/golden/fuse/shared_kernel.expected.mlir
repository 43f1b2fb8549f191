"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "k0", function_type = (tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<2x4xf32>, role = "kernel"}> ({
  ^bb0(%0: tensor<2x4xf32>, %1: tensor<4x4xf32>):
    %2 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %3 = "tensor.empty"() : () -> tensor<2x4xf32>
    %4 = "linalg.fill"(%2, %3) : (f32, tensor<2x4xf32>) -> tensor<2x4xf32>
    %5 = "linalg.generic"(%0, %1, %4) <{indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 2, 4, 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%6: f32, %7: f32, %8: f32):
      %9 = "arith.mulf"(%6, %7) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %10 = "arith.addf"(%8, %9) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%10) : (f32) -> ()
    }) : (tensor<2x4xf32>, tensor<4x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    %11 = "tensor.empty"() : () -> tensor<2x4xf32>
    %12 = "linalg.generic"(%5, %11) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%13: f32, %14: f32):
      %15 = "math.tanh"(%13) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%15) : (f32) -> ()
    }) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    "func.return"(%12) : (tensor<2x4xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (tensor<2x4xf32>) -> tensor<2x4xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<2x4xf32>):
    %0 = "mr.constant"() <{value = dense<[[-0.25, 0.75, 1.0, -0.5], [-0.75, 0.25, 0.5, 0.5], [0.25, 0.5, 1.0, 1.0], [1.0, 0.75, 0.5, 1.0]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %1 = "func.call"(%x, %0) <{callee = @k0}> : (tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<2x4xf32>
    %2 = "mr.constant"() <{value = dense<[[0.5, 1.0, -0.5, -0.75], [0.75, 0.75, 0.0, -0.75], [0.75, 0.0, -0.75, -0.75], [-0.25, 0.5, -0.25, 0.75]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %3 = "func.call"(%1, %2) <{callee = @k0}> : (tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<2x4xf32>
    "func.return"(%3) : (tensor<2x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
