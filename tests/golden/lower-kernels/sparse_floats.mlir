// RUN: millrace opt %s --pipeline "lower-kernels"
// Weights of several bytes stand before all places, aligned.
"builtin.module"() <{target = {name = "small", triple = "", bare = true, l1_bytes = 0 : i64, pointer_bytes = 4 : i64, registers = 8 : i64, vector_bytes = 0 : i64}, strict = false}> ({
  "memref.global"() <{sym_name = "c0", value = dense<[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -2.0, 0.0, 0.0, 0.0, 0.0, -0.25, 0.0, 0.0, 0.0, -0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]> : tensor<48xf32>}> : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (tensor<1x16xf32>, tensor<16x3xf32>) -> tensor<1x3xf32>, role = "kernel", layouts = [array<i64: 16, 1>, array<i64: 3, 1>, array<i64: 3, 1>], sparse = array<i64: 1, 4>}> ({
  ^bb0(%0: tensor<1x16xf32>, %1: tensor<16x3xf32>):
    %2 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %3 = "tensor.empty"() : () -> tensor<1x3xf32>
    %4 = "linalg.fill"(%2, %3) : (f32, tensor<1x3xf32>) -> tensor<1x3xf32>
    %5 = "linalg.generic"(%0, %1, %4) <{indexing_maps = [affine_map<(d0, d1) -> (0, d1)>, affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (0, d0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 3, 16>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%6: f32, %7: f32, %8: f32):
      %9 = "arith.mulf"(%6, %7) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      %10 = "arith.addf"(%8, %9) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%10) : (f32) -> ()
    }) : (tensor<1x16xf32>, tensor<16x3xf32>, tensor<1x3xf32>) -> tensor<1x3xf32>
    "func.return"(%5) : (tensor<1x3xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<16xf32>, memref<3xf32>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%0: memref<16xf32>, %1: memref<3xf32>):
    %2 = "memref.get_global"() <{sym = "c0"}> : () -> memref<48xf32>
    "func.call"(%0, %2, %1) <{callee = @k0}> : (memref<16xf32>, memref<48xf32>, memref<3xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
