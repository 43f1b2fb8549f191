"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "k1", function_type = (tensor<2x2xf32>) -> tensor<2x2xf32>, role = "kernel", layouts = [array<i64: 2, 1>, array<i64: 5, 1>]}> ({
  ^bb0(%0: tensor<2x2xf32>):
    %1 = "tensor.empty"() : () -> tensor<2x2xf32>
    %2 = "linalg.generic"(%0, %1) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 2>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%3: f32, %4: f32):
      %5 = "arith.negf"(%3) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%5) : (f32) -> ()
    }) : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
    "func.return"(%2) : (tensor<2x2xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (tensor<2x3xf32>) -> tensor<2x3xf32>, role = "kernel", layouts = [array<i64: 3, 1>, array<i64: 5, 1>]}> ({
  ^bb0(%0: tensor<2x3xf32>):
    %1 = "tensor.empty"() : () -> tensor<2x3xf32>
    %2 = "linalg.generic"(%0, %1) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 3>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%3: f32, %4: f32):
      %5 = "math.exp"(%3) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%5) : (f32) -> ()
    }) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    "func.return"(%2) : (tensor<2x3xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<6xf32>, memref<4xf32>, memref<10xf32>) -> (), role = "entry", result_names = ["out0"], num_inputs = 2 : i64}> ({
  ^bb0(%x: memref<6xf32>, %y: memref<4xf32>, %0: memref<10xf32>):
    %1 = "arith.constant"() <{value = 0 : index}> : () -> index
    %2 = "arith.constant"() <{value = 3 : index}> : () -> index
    %3 = "memref.subview"(%0, %1) <{size = 8 : i64}> : (memref<10xf32>, index) -> memref<8xf32>
    "func.call"(%x, %3) <{callee = @k0}> : (memref<6xf32>, memref<8xf32>) -> ()
    %4 = "memref.subview"(%0, %2) <{size = 7 : i64}> : (memref<10xf32>, index) -> memref<7xf32>
    "func.call"(%y, %4) <{callee = @k1}> : (memref<4xf32>, memref<7xf32>) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
