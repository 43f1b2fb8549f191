"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "k2", function_type = (tensor<2x5xf32>, tensor<2x1xf32>) -> tensor<2x5xf32>, role = "kernel"}> ({
  ^bb0(%0: tensor<2x5xf32>, %1: tensor<2x1xf32>):
    %2 = "tensor.empty"() : () -> tensor<2x5xf32>
    %3 = "linalg.generic"(%0, %1, %2) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 5>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%4: f32, %5: f32, %6: f32):
      %7 = "arith.divf"(%4, %5) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%7) : (f32) -> ()
    }) : (tensor<2x5xf32>, tensor<2x1xf32>, tensor<2x5xf32>) -> tensor<2x5xf32>
    "func.return"(%3) : (tensor<2x5xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k1", function_type = (tensor<2x5xf32>, tensor<2x1xf32>) -> (tensor<2x5xf32>, tensor<2x1xf32>), role = "kernel"}> ({
  ^bb0(%0: tensor<2x5xf32>, %1: tensor<2x1xf32>):
    %2 = "tensor.empty"() : () -> tensor<2x5xf32>
    %3 = "linalg.generic"(%0, %1, %2) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 5>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%4: f32, %5: f32, %6: f32):
      %7 = "arith.subf"(%4, %5) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%7) : (f32) -> ()
    }) : (tensor<2x5xf32>, tensor<2x1xf32>, tensor<2x5xf32>) -> tensor<2x5xf32>
    %8 = "tensor.empty"() : () -> tensor<2x5xf32>
    %9 = "linalg.generic"(%3, %8) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 5>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%10: f32, %11: f32):
      %12 = "math.exp"(%10) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%12) : (f32) -> ()
    }) : (tensor<2x5xf32>, tensor<2x5xf32>) -> tensor<2x5xf32>
    %13 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %14 = "tensor.empty"() : () -> tensor<2x1xf32>
    %15 = "linalg.fill"(%13, %14) : (f32, tensor<2x1xf32>) -> tensor<2x1xf32>
    %16 = "linalg.generic"(%9, %15) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 2, 5>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%17: f32, %18: f32):
      %19 = "arith.addf"(%18, %17) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%19) : (f32) -> ()
    }) : (tensor<2x5xf32>, tensor<2x1xf32>) -> tensor<2x1xf32>
    "func.return"(%9, %16) : (tensor<2x5xf32>, tensor<2x1xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (tensor<2x5xf32>) -> tensor<2x1xf32>, role = "kernel"}> ({
  ^bb0(%0: tensor<2x5xf32>):
    %1 = "arith.constant"() <{value = 0xFF800000 : f32}> : () -> f32
    %2 = "tensor.empty"() : () -> tensor<2x1xf32>
    %3 = "linalg.fill"(%1, %2) : (f32, tensor<2x1xf32>) -> tensor<2x1xf32>
    %4 = "linalg.generic"(%0, %3) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 2, 5>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%5: f32, %6: f32):
      %7 = "arith.maximumf"(%6, %5) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%7) : (f32) -> ()
    }) : (tensor<2x5xf32>, tensor<2x1xf32>) -> tensor<2x1xf32>
    "func.return"(%4) : (tensor<2x1xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (tensor<2x5xf32>) -> tensor<2x5xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<2x5xf32>):
    %0 = "func.call"(%x) <{callee = @k0}> : (tensor<2x5xf32>) -> tensor<2x1xf32>
    %1, %2 = "func.call"(%x, %0) <{callee = @k1}> : (tensor<2x5xf32>, tensor<2x1xf32>) -> (tensor<2x5xf32>, tensor<2x1xf32>)
    %3 = "func.call"(%1, %2) <{callee = @k2}> : (tensor<2x5xf32>, tensor<2x1xf32>) -> tensor<2x5xf32>
    "func.return"(%3) : (tensor<2x5xf32>) -> ()
  }) : () -> ()
}) : () -> ()
