// RUN: millrace opt %s --pipeline "bufferize"
// Producers write their part of a concatenation.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "k1", function_type = (tensor<2x2xf32>) -> tensor<2x2xf32>, role = "kernel"}> ({
  ^bb0(%0: tensor<2x2xf32>):
    %1 = "tensor.empty"() : () -> tensor<2x2xf32>
    %2 = "linalg.generic"(%0, %1) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 2>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%3: f32, %4: f32):
      %5 = "arith.negf"(%3) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%5) : (f32) -> ()
    }) : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
    "func.return"(%2) : (tensor<2x2xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (tensor<2x3xf32>) -> tensor<2x3xf32>, role = "kernel"}> ({
  ^bb0(%0: tensor<2x3xf32>):
    %1 = "tensor.empty"() : () -> tensor<2x3xf32>
    %2 = "linalg.generic"(%0, %1) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 3>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%3: f32, %4: f32):
      %5 = "math.exp"(%3) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%5) : (f32) -> ()
    }) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    "func.return"(%2) : (tensor<2x3xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (tensor<2x3xf32>, tensor<2x2xf32>) -> tensor<2x5xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<2x3xf32>, %y: tensor<2x2xf32>):
    %0 = "func.call"(%x) <{callee = @k0}> : (tensor<2x3xf32>) -> tensor<2x3xf32>
    %1 = "func.call"(%y) <{callee = @k1}> : (tensor<2x2xf32>) -> tensor<2x2xf32>
    %2 = "mr.concat"(%0, %1) <{axis = 1 : i64}> : (tensor<2x3xf32>, tensor<2x2xf32>) -> tensor<2x5xf32>
    "func.return"(%2) : (tensor<2x5xf32>) -> ()
  }) : () -> ()
}) : () -> ()
