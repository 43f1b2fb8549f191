"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "k0", function_type = (tensor<3xf32>) -> tensor<3xf32>, role = "kernel", layouts = [array<i64: 1>, array<i64: 1>]}> ({
  ^bb0(%0: tensor<3xf32>):
    %1 = "tensor.empty"() : () -> tensor<3xf32>
    %2 = "linalg.generic"(%0, %1) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 3>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%3: f32, %4: f32):
      %5 = "math.exp"(%3) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%5) : (f32) -> ()
    }) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    "func.return"(%2) : (tensor<3xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<1xi1>, memref<3xf32>, memref<3xf32>) -> (), role = "entry", result_names = ["out0"], num_inputs = 2 : i64}> ({
  ^bb0(%flag: memref<1xi1>, %x: memref<3xf32>, %0: memref<3xf32>):
    %1 = "arith.constant"() <{value = 0 : index}> : () -> index
    %2 = "memref.load"(%flag, %1) : (memref<1xi1>, index) -> i1
    "scf.if"(%2) ({
      "func.call"(%x, %0) <{callee = @k0}> : (memref<3xf32>, memref<3xf32>) -> ()
      "scf.yield"() : () -> ()
    }, {
      "memref.copy"(%x, %0) : (memref<3xf32>, memref<3xf32>) -> ()
      "scf.yield"() : () -> ()
    }) : (i1) -> ()
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
