// RUN: millrace opt %s --pipeline "lower-kernels"
// Reductions of rows, then what reads them.
"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "func.func"() <{sym_name = "k2", function_type = (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x8xf32>, role = "kernel", layouts = [array<i64: 8, 1>, array<i64: 1, 1>, array<i64: 8, 1>]}> ({
  ^bb0(%0: tensor<2x8xf32>, %1: tensor<2x1xf32>):
    %2 = "tensor.empty"() : () -> tensor<2x8xf32>
    %3 = "linalg.generic"(%0, %1, %2) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 8>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%4: f32, %5: f32, %6: f32):
      %7 = "arith.divf"(%4, %5) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%7) : (f32) -> ()
    }) : (tensor<2x8xf32>, tensor<2x1xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
    "func.return"(%3) : (tensor<2x8xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k1", function_type = (tensor<2x8xf32>, tensor<2x1xf32>) -> (tensor<2x8xf32>, tensor<2x1xf32>), role = "kernel", layouts = [array<i64: 8, 1>, array<i64: 1, 1>, array<i64: 8, 1>, array<i64: 1, 1>]}> ({
  ^bb0(%0: tensor<2x8xf32>, %1: tensor<2x1xf32>):
    %2 = "tensor.empty"() : () -> tensor<2x8xf32>
    %3 = "linalg.generic"(%0, %1, %2) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 8>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%4: f32, %5: f32, %6: f32):
      %7 = "arith.subf"(%4, %5) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%7) : (f32) -> ()
    }) : (tensor<2x8xf32>, tensor<2x1xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
    %8 = "tensor.empty"() : () -> tensor<2x8xf32>
    %9 = "linalg.generic"(%3, %8) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 8>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%10: f32, %11: f32):
      %12 = "math.exp"(%10) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%12) : (f32) -> ()
    }) : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
    %13 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %14 = "tensor.empty"() : () -> tensor<2x1xf32>
    %15 = "linalg.fill"(%13, %14) : (f32, tensor<2x1xf32>) -> tensor<2x1xf32>
    %16 = "linalg.generic"(%9, %15) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 2, 8>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%17: f32, %18: f32):
      %19 = "arith.addf"(%18, %17) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%19) : (f32) -> ()
    }) : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x1xf32>
    "func.return"(%9, %16) : (tensor<2x8xf32>, tensor<2x1xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (tensor<2x8xf32>) -> tensor<2x1xf32>, role = "kernel", layouts = [array<i64: 8, 1>, array<i64: 1, 1>]}> ({
  ^bb0(%0: tensor<2x8xf32>):
    %1 = "arith.constant"() <{value = 0xFF800000 : f32}> : () -> f32
    %2 = "tensor.empty"() : () -> tensor<2x1xf32>
    %3 = "linalg.fill"(%1, %2) : (f32, tensor<2x1xf32>) -> tensor<2x1xf32>
    %4 = "linalg.generic"(%0, %3) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 2, 8>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%5: f32, %6: f32):
      %7 = "arith.maximumf"(%6, %5) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%7) : (f32) -> ()
    }) : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x1xf32>
    "func.return"(%4) : (tensor<2x1xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<16xf32>, memref<16xf32>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%x: memref<16xf32>, %0: memref<16xf32>):
    %1 = "memref.alloc"() : () -> memref<2xf32>
    %2 = "memref.alloc"() : () -> memref<2xf32>
    "func.call"(%x, %1) <{callee = @k0}> : (memref<16xf32>, memref<2xf32>) -> ()
    "func.call"(%x, %1, %0, %2) <{callee = @k1}> : (memref<16xf32>, memref<2xf32>, memref<16xf32>, memref<2xf32>) -> ()
    "func.call"(%0, %2, %0) <{callee = @k2}> : (memref<16xf32>, memref<2xf32>, memref<16xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
