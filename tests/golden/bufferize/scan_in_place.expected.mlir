"builtin.module"() <{strict = false}> ({
  "memref.global"() <{sym_name = "c0", value = dense<[0.5, -0.5, -0.5, 1.0, -0.75, -0.5, 0.25, 0.75, 0.25, 0.75, -1.0, -0.25, 0.25, -0.25, -0.25, -0.25]> : tensor<16xf32>}> : () -> ()
  "memref.global"() <{sym_name = "c1", value = dense<[1.0, 0.25, 0.5, 1.0, 0.25, 0.5, 0.75, -0.5, -1.0, -0.5, -0.5, 0.75]> : tensor<12xf32>}> : () -> ()
  "func.func"() <{sym_name = "k1", function_type = (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>, role = "kernel", layouts = [array<i64: 4, 1>, array<i64: 4, 1>, array<i64: 4, 1>]}> ({
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
  "func.func"() <{sym_name = "k0", function_type = (tensor<1x3xf32>, tensor<3x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>, role = "kernel", layouts = [array<i64: 3, 1>, array<i64: 4, 1>, array<i64: 4, 1>, array<i64: 4, 1>]}> ({
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
  "func.func"() <{sym_name = "main", function_type = (memref<9xf32>, memref<4xf32>, memref<4xf32>, memref<12xf32>) -> (), role = "entry", result_names = ["out0", "out1"], num_inputs = 2 : i64}> ({
  ^bb0(%xs: memref<9xf32>, %h0: memref<4xf32>, %0: memref<4xf32>, %1: memref<12xf32>):
    %2 = "arith.constant"() <{value = 3 : index}> : () -> index
    %3 = "memref.get_global"() <{sym = "c0"}> : () -> memref<16xf32>
    %4 = "memref.get_global"() <{sym = "c1"}> : () -> memref<12xf32>
    %5 = "arith.constant"() <{value = 4 : index}> : () -> index
    %6 = "arith.constant"() <{value = 0 : index}> : () -> index
    %7 = "arith.constant"() <{value = 1 : index}> : () -> index
    "memref.copy"(%h0, %0) : (memref<4xf32>, memref<4xf32>) -> ()
    "scf.for"(%6, %2, %7) ({
    ^bb0(%8: index):
      %9 = "memref.alloc"() : () -> memref<4xf32>
      "func.call"(%0, %3, %9) <{callee = @k1}> : (memref<4xf32>, memref<16xf32>, memref<4xf32>) -> ()
      %10 = "arith.muli"(%8, %2) : (index, index) -> index
      %11 = "memref.subview"(%xs, %10) <{size = 3 : i64}> : (memref<9xf32>, index) -> memref<3xf32>
      "func.call"(%11, %4, %9, %0) <{callee = @k0}> : (memref<3xf32>, memref<12xf32>, memref<4xf32>, memref<4xf32>) -> ()
      %12 = "arith.muli"(%8, %5) : (index, index) -> index
      %13 = "memref.subview"(%1, %12) <{size = 4 : i64}> : (memref<12xf32>, index) -> memref<4xf32>
      "memref.copy"(%0, %13) : (memref<4xf32>, memref<4xf32>) -> ()
      "scf.yield"() : () -> ()
    }) : (index, index, index) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
