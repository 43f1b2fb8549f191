// RUN: millrace opt %s --pipeline "lower-kernels"
// Seven elements: one vector and a rest.
"builtin.module"() <{strict = false, target = {name = "test", triple = "", vector_bytes = 16 : i64, vector_registers = 16 : i64}}> ({
  "func.func"() <{sym_name = "k0", function_type = (tensor<7xf32>, tensor<7xf32>) -> tensor<7xf32>, role = "kernel", layouts = [array<i64: 1>, array<i64: 1>, array<i64: 1>]}> ({
  ^bb0(%0: tensor<7xf32>, %1: tensor<7xf32>):
    %2 = "tensor.empty"() : () -> tensor<7xf32>
    %3 = "linalg.generic"(%0, %1, %2) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 7>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%4: f32, %5: f32, %6: f32):
      %7 = "arith.addf"(%4, %5) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%7) : (f32) -> ()
    }) : (tensor<7xf32>, tensor<7xf32>, tensor<7xf32>) -> tensor<7xf32>
    %8 = "tensor.empty"() : () -> tensor<7xf32>
    %9 = "linalg.generic"(%3, %0, %8) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 7>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%10: f32, %11: f32, %12: f32):
      %13 = "arith.mulf"(%10, %11) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%13) : (f32) -> ()
    }) : (tensor<7xf32>, tensor<7xf32>, tensor<7xf32>) -> tensor<7xf32>
    "func.return"(%9) : (tensor<7xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<7xf32>, memref<7xf32>, memref<7xf32>) -> (), role = "entry", result_names = ["out0"], num_inputs = 2 : i64}> ({
  ^bb0(%x: memref<7xf32>, %y: memref<7xf32>, %0: memref<7xf32>):
    "func.call"(%x, %y, %0) <{callee = @k0}> : (memref<7xf32>, memref<7xf32>, memref<7xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
