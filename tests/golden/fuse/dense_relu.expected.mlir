"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "k0", function_type = (tensor<2x3xf32>, tensor<3x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>, role = "kernel"}> ({
  ^bb0(%0: tensor<2x3xf32>, %1: tensor<3x4xf32>, %2: tensor<4xf32>):
    %3 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %4 = "tensor.empty"() : () -> tensor<2x4xf32>
    %5 = "linalg.fill"(%3, %4) : (f32, tensor<2x4xf32>) -> tensor<2x4xf32>
    %6 = "linalg.generic"(%0, %1, %5) <{indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 2, 4, 3>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%7: f32, %8: f32, %9: f32):
      %10 = "arith.mulf"(%7, %8) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %11 = "arith.addf"(%9, %10) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%11) : (f32) -> ()
    }) : (tensor<2x3xf32>, tensor<3x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    %12 = "tensor.empty"() : () -> tensor<2x4xf32>
    %13 = "linalg.generic"(%6, %2, %12) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%14: f32, %15: f32, %16: f32):
      %17 = "arith.addf"(%14, %15) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%17) : (f32) -> ()
    }) : (tensor<2x4xf32>, tensor<4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    %18 = "tensor.empty"() : () -> tensor<2x4xf32>
    %19 = "linalg.generic"(%13, %18) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%20: f32, %21: f32):
      %22 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
      %23 = "arith.maximumf"(%20, %22) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%23) : (f32) -> ()
    }) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    "func.return"(%19) : (tensor<2x4xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (tensor<2x3xf32>) -> tensor<2x4xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<2x3xf32>):
    %0 = "mr.constant"() <{value = dense<[[1.0, 0.25, 0.5, 1.0], [0.25, 0.5, 0.75, -0.5], [-1.0, -0.5, -0.5, 0.75]]> : tensor<3x4xf32>}> : () -> tensor<3x4xf32>
    %1 = "mr.constant"() <{value = dense<[1.0, -1.0, 0.5, 0.0]> : tensor<4xf32>}> : () -> tensor<4xf32>
    %2 = "func.call"(%x, %0, %1) <{callee = @k0}> : (tensor<2x3xf32>, tensor<3x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
    "func.return"(%2) : (tensor<2x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
