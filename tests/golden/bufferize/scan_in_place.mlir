// RUN: millrace opt %s --pipeline "bufferize"
// The carries of a scan are written in place.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "k1", function_type = (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>, role = "kernel"}> ({
  ^bb0(%0: tensor<1x4xf32>, %1: tensor<4x4xf32>):
    %2 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %3 = "tensor.empty"() : () -> tensor<1x4xf32>
    %4 = "linalg.fill"(%2, %3) : (f32, tensor<1x4xf32>) -> tensor<1x4xf32>
    %5 = "linalg.generic"(%0, %1, %4) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 4, 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%6: f32, %7: f32, %8: f32):
      %9 = "arith.mulf"(%6, %7) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %10 = "arith.addf"(%8, %9) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%10) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<4x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    "func.return"(%5) : (tensor<1x4xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (tensor<1x3xf32>, tensor<3x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>, role = "kernel"}> ({
  ^bb0(%0: tensor<1x3xf32>, %1: tensor<3x4xf32>, %2: tensor<1x4xf32>):
    %3 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %4 = "tensor.empty"() : () -> tensor<1x4xf32>
    %5 = "linalg.fill"(%3, %4) : (f32, tensor<1x4xf32>) -> tensor<1x4xf32>
    %6 = "linalg.generic"(%0, %1, %5) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 4, 3>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%7: f32, %8: f32, %9: f32):
      %10 = "arith.mulf"(%7, %8) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %11 = "arith.addf"(%9, %10) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%11) : (f32) -> ()
    }) : (tensor<1x3xf32>, tensor<3x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %12 = "tensor.empty"() : () -> tensor<1x4xf32>
    %13 = "linalg.generic"(%6, %2, %12) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%14: f32, %15: f32, %16: f32):
      %17 = "arith.addf"(%14, %15) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%17) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    %18 = "tensor.empty"() : () -> tensor<1x4xf32>
    %19 = "linalg.generic"(%13, %18) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%20: f32, %21: f32):
      %22 = "math.tanh"(%20) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%22) : (f32) -> ()
    }) : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    "func.return"(%19) : (tensor<1x4xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (tensor<3x1x3xf32>, tensor<1x4xf32>) -> (tensor<1x4xf32>, tensor<3x1x4xf32>), role = "entry"}> ({
  ^bb0(%xs: tensor<3x1x3xf32>, %h0: tensor<1x4xf32>):
    %0 = "mr.constant"() <{value = dense<[[1.0, 0.25, 0.5, 1.0], [0.25, 0.5, 0.75, -0.5], [-1.0, -0.5, -0.5, 0.75]]> : tensor<3x4xf32>}> : () -> tensor<3x4xf32>
    %1 = "mr.constant"() <{value = dense<[[0.5, -0.5, -0.5, 1.0], [-0.75, -0.5, 0.25, 0.75], [0.25, 0.75, -1.0, -0.25], [0.25, -0.25, -0.25, -0.25]]> : tensor<4x4xf32>}> : () -> tensor<4x4xf32>
    %2, %3 = "mr.scan"(%h0, %xs) <{trip = 3 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 1, 0>}> ({
    ^bb0(%t: index, %h: tensor<1x4xf32>, %x: tensor<1x3xf32>):
      %4 = "func.call"(%h, %1) <{callee = @k1}> : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %5 = "func.call"(%x, %0, %4) <{callee = @k0}> : (tensor<1x3xf32>, tensor<3x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      "scf.yield"(%5, %5) : (tensor<1x4xf32>, tensor<1x4xf32>) -> ()
    }) : (tensor<1x4xf32>, tensor<3x1x3xf32>) -> (tensor<1x4xf32>, tensor<3x1x4xf32>)
    "func.return"(%2, %3) : (tensor<1x4xf32>, tensor<3x1x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
