// RUN: millrace opt %s --pipeline "lower-kernels"
// Accumulators are loop-carried vectors; weights are packed in tiles.
"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "memref.global"() <{sym_name = "c0", value = dense<[-0.75, -0.75, 0.75, 0.0, 0.25, 0.25, 0.5, -1.0, 0.0, -0.75, -0.25, 1.0, 0.0, -1.0, 0.0, -0.75, 0.5, 1.0, 1.0, 0.25, 0.75, -0.25, -0.75, 0.0]> : tensor<24xf32>}> : () -> ()
  "memref.global"() <{sym_name = "c1", value = dense<[0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75]> : tensor<8xf32>}> : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (tensor<1x3xf32>, tensor<3x8xf32>, tensor<8xf32>) -> tensor<1x8xf32>, role = "kernel", layouts = [array<i64: 3, 1>, array<i64: 8, 1>, array<i64: 1>, array<i64: 8, 1>]}> ({
  ^bb0(%0: tensor<1x3xf32>, %1: tensor<3x8xf32>, %2: tensor<8xf32>):
    %3 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %4 = "tensor.empty"() : () -> tensor<1x8xf32>
    %5 = "linalg.fill"(%3, %4) : (f32, tensor<1x8xf32>) -> tensor<1x8xf32>
    %6 = "linalg.generic"(%0, %1, %5) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 8, 3>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%7: f32, %8: f32, %9: f32):
      %10 = "arith.mulf"(%7, %8) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %11 = "arith.addf"(%9, %10) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%11) : (f32) -> ()
    }) : (tensor<1x3xf32>, tensor<3x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
    %12 = "tensor.empty"() : () -> tensor<1x8xf32>
    %13 = "linalg.generic"(%6, %2, %12) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 8>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%14: f32, %15: f32, %16: f32):
      %17 = "arith.addf"(%14, %15) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%17) : (f32) -> ()
    }) : (tensor<1x8xf32>, tensor<8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
    %18 = "tensor.empty"() : () -> tensor<1x8xf32>
    %19 = "linalg.generic"(%13, %18) <{indexing_maps = [affine_map<(d0) -> (0, d0)>, affine_map<(d0) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 8>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%20: f32, %21: f32):
      %22 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
      %23 = "arith.maximumf"(%20, %22) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%23) : (f32) -> ()
    }) : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
    "func.return"(%19) : (tensor<1x8xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<3xf32>, memref<8xf32>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%x: memref<3xf32>, %0: memref<8xf32>):
    %1 = "memref.get_global"() <{sym = "c0"}> : () -> memref<24xf32>
    %2 = "memref.get_global"() <{sym = "c1"}> : () -> memref<8xf32>
    "func.call"(%x, %1, %2, %0) <{callee = @k0}> : (memref<3xf32>, memref<24xf32>, memref<8xf32>, memref<8xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
