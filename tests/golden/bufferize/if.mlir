// RUN: millrace opt %s --pipeline "bufferize"
// Both branches write the same buffer, one of them by a copy.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "k0", function_type = (tensor<3xf32>) -> tensor<3xf32>, role = "kernel"}> ({
  ^bb0(%0: tensor<3xf32>):
    %1 = "tensor.empty"() : () -> tensor<3xf32>
    %2 = "linalg.generic"(%0, %1) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 3>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%3: f32, %4: f32):
      %5 = "math.exp"(%3) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%5) : (f32) -> ()
    }) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    "func.return"(%2) : (tensor<3xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (tensor<i1>, tensor<3xf32>) -> tensor<3xf32>, role = "entry"}> ({
  ^bb0(%flag: tensor<i1>, %x: tensor<3xf32>):
    %0 = "tensor.extract"(%flag) : (tensor<i1>) -> i1
    %1 = "scf.if"(%0) ({
      %2 = "func.call"(%x) <{callee = @k0}> : (tensor<3xf32>) -> tensor<3xf32>
      "scf.yield"(%2) : (tensor<3xf32>) -> ()
    }, {
      "scf.yield"(%x) : (tensor<3xf32>) -> ()
    }) : (i1) -> tensor<3xf32>
    "func.return"(%1) : (tensor<3xf32>) -> ()
  }) : () -> ()
}) : () -> ()
