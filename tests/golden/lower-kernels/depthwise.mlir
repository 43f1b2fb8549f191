// RUN: millrace opt %s --pipeline "lower-kernels"
// A depthwise convolution is vectorized over channels.
"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "memref.global"() <{sym_name = "c0", value = dense<[1.0, 0.25, 0.5, 1.0, 0.25, 0.5, 0.75, -0.5]> : tensor<8xf32>}> : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (tensor<1x3x4xf32>, tensor<2x1x4xf32>) -> tensor<1x2x4xf32>, role = "kernel", layouts = [array<i64: 12, 4, 1>, array<i64: 4, 4, 1>, array<i64: 8, 4, 1>]}> ({
  ^bb0(%0: tensor<1x3x4xf32>, %1: tensor<2x1x4xf32>):
    %2 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %3 = "tensor.empty"() : () -> tensor<1x2x4xf32>
    %4 = "linalg.fill"(%2, %3) : (f32, tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
    %5 = "linalg.generic"(%0, %1, %4) <{indexing_maps = [affine_map<(d0, d1, d2) -> (0, d0 + d2, d1)>, affine_map<(d0, d1, d2) -> (d2, 0, d1)>, affine_map<(d0, d1, d2) -> (0, d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 2, 4, 2>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%6: f32, %7: f32, %8: f32):
      %9 = "arith.mulf"(%6, %7) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %10 = "arith.addf"(%8, %9) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%10) : (f32) -> ()
    }) : (tensor<1x3x4xf32>, tensor<2x1x4xf32>, tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
    "func.return"(%5) : (tensor<1x2x4xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<12xf32>, memref<8xf32>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%x: memref<12xf32>, %0: memref<8xf32>):
    %1 = "memref.get_global"() <{sym = "c0"}> : () -> memref<8xf32>
    "func.call"(%x, %1, %0) <{callee = @k0}> : (memref<12xf32>, memref<8xf32>, memref<8xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
