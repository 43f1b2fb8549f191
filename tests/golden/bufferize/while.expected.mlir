"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "k1", function_type = (tensor<3xf32>) -> tensor<3xf32>, role = "kernel", layouts = [array<i64: 1>, array<i64: 1>]}> ({
  ^bb0(%0: tensor<3xf32>):
    %1 = "tensor.empty"() : () -> tensor<3xf32>
    %2 = "linalg.generic"(%0, %1) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 3>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%3: f32, %4: f32):
      %5 = "arith.constant"() <{value = 0.5 : f32}> : () -> f32
      %6 = "arith.mulf"(%3, %5) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%6) : (f32) -> ()
    }) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    "func.return"(%2) : (tensor<3xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (tensor<3xf32>) -> tensor<f32>, role = "kernel", layouts = [array<i64: 1>, array<i64>]}> ({
  ^bb0(%0: tensor<3xf32>):
    %1 = "tensor.empty"() : () -> tensor<3xf32>
    %2 = "linalg.generic"(%0, %0, %1) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 3>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%3: f32, %4: f32, %5: f32):
      %6 = "arith.mulf"(%3, %4) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%6) : (f32) -> ()
    }) : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %7 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %8 = "tensor.empty"() : () -> tensor<f32>
    %9 = "linalg.fill"(%7, %8) : (f32, tensor<f32>) -> tensor<f32>
    %10 = "linalg.generic"(%2, %9) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>], iterator_types = [#linalg.iterator_type<reduction>], ranges = array<i64: 3>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%11: f32, %12: f32):
      %13 = "arith.addf"(%12, %11) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%13) : (f32) -> ()
    }) : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
    "func.return"(%10) : (tensor<f32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<3xf32>, memref<3xf32>) -> (), role = "entry", result_names = ["out0"], num_inputs = 1 : i64}> ({
  ^bb0(%x: memref<3xf32>, %0: memref<3xf32>):
    %1 = "arith.constant"() <{value = 0 : index}> : () -> index
    "memref.copy"(%x, %0) : (memref<3xf32>, memref<3xf32>) -> ()
    "scf.while"() ({
      %2 = "memref.alloc"() : () -> memref<1xf32>
      "func.call"(%0, %2) <{callee = @k0}> : (memref<3xf32>, memref<1xf32>) -> ()
      %3 = "memref.load"(%2, %1) : (memref<1xf32>, index) -> f32
      %4 = "arith.constant"() <{value = 0.5 : f32}> : () -> f32
      %5 = "arith.cmpf"(%3, %4) <{predicate = 2 : i64}> : (f32, f32) -> i1
      "scf.condition"(%5) : (i1) -> ()
    }, {
      "func.call"(%0, %0) <{callee = @k1}> : (memref<3xf32>, memref<3xf32>) -> ()
      "scf.yield"() : () -> ()
    }) : () -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
