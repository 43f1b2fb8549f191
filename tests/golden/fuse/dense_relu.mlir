// RUN: millrace opt %s --pipeline "fuse"
// Product, bias and relu are one kernel.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x3xf32>) -> tensor<2x4xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<2x3xf32>):
    %0 = "mr.constant"() <{value = dense<[[1.0, 0.25, 0.5, 1.0], [0.25, 0.5, 0.75, -0.5], [-1.0, -0.5, -0.5, 0.75]]> : tensor<3x4xf32>}> : () -> tensor<3x4xf32>
    %1 = "tensor.empty"() : () -> tensor<2x4xf32>
    %2 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %3 = "linalg.fill"(%2, %1) : (f32, tensor<2x4xf32>) -> tensor<2x4xf32>
    %4 = "linalg.generic"(%x, %0, %3) <{indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 2, 4, 3>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%5: f32, %6: f32, %7: f32):
      %8 = "arith.mulf"(%5, %6) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %9 = "arith.addf"(%7, %8) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%9) : (f32) -> ()
    }) : (tensor<2x3xf32>, tensor<3x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    %10 = "mr.constant"() <{value = dense<[1.0, -1.0, 0.5, 0.0]> : tensor<4xf32>}> : () -> tensor<4xf32>
    %11 = "tensor.empty"() : () -> tensor<2x4xf32>
    %12 = "linalg.generic"(%4, %10, %11) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%13: f32, %14: f32, %15: f32):
      %16 = "arith.addf"(%13, %14) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%16) : (f32) -> ()
    }) : (tensor<2x4xf32>, tensor<4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    %17 = "tensor.empty"() : () -> tensor<2x4xf32>
    %18 = "linalg.generic"(%12, %17) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%19: f32, %20: f32):
      %21 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
      %22 = "arith.maximumf"(%19, %21) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%22) : (f32) -> ()
    }) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
    "func.return"(%18) : (tensor<2x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
