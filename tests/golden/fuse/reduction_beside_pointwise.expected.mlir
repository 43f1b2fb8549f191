"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "k1", function_type = (tensor<12xf32>, tensor<12xf32>) -> tensor<f32>, role = "kernel"}> ({
  ^bb0(%0: tensor<12xf32>, %1: tensor<12xf32>):
    %2 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %3 = "tensor.empty"() : () -> tensor<f32>
    %4 = "linalg.fill"(%2, %3) : (f32, tensor<f32>) -> tensor<f32>
    %5 = "linalg.generic"(%0, %4) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>], iterator_types = [#linalg.iterator_type<reduction>], ranges = array<i64: 12>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%6: f32, %7: f32):
      %8 = "arith.addf"(%7, %6) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%8) : (f32) -> ()
    }) : (tensor<12xf32>, tensor<f32>) -> tensor<f32>
    %9 = "arith.constant"() <{value = 0xFF800000 : f32}> : () -> f32
    %10 = "tensor.empty"() : () -> tensor<f32>
    %11 = "linalg.fill"(%9, %10) : (f32, tensor<f32>) -> tensor<f32>
    %12 = "linalg.generic"(%1, %11) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>], iterator_types = [#linalg.iterator_type<reduction>], ranges = array<i64: 12>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%13: f32, %14: f32):
      %15 = "arith.maximumf"(%14, %13) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%15) : (f32) -> ()
    }) : (tensor<12xf32>, tensor<f32>) -> tensor<f32>
    %16 = "tensor.empty"() : () -> tensor<f32>
    %17 = "linalg.generic"(%5, %12, %16) <{indexing_maps = [affine_map<() -> ()>, affine_map<() -> ()>, affine_map<() -> ()>], iterator_types = array<i64>, ranges = array<i64>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%18: f32, %19: f32, %20: f32):
      %21 = "arith.divf"(%18, %19) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%21) : (f32) -> ()
    }) : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<f32>
    "func.return"(%17) : (tensor<f32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "k0", function_type = (tensor<12xf32>) -> (tensor<12xf32>, tensor<12xf32>), role = "kernel"}> ({
  ^bb0(%0: tensor<12xf32>):
    %1 = "tensor.empty"() : () -> tensor<12xf32>
    %2 = "linalg.generic"(%0, %1) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 12>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%3: f32, %4: f32):
      %5 = "math.absf"(%3) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%5) : (f32) -> ()
    }) : (tensor<12xf32>, tensor<12xf32>) -> tensor<12xf32>
    %6 = "tensor.empty"() : () -> tensor<12xf32>
    %7 = "linalg.generic"(%2, %6) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 12>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%8: f32, %9: f32):
      %10 = "arith.negf"(%8) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%10) : (f32) -> ()
    }) : (tensor<12xf32>, tensor<12xf32>) -> tensor<12xf32>
    %11 = "tensor.empty"() : () -> tensor<12xf32>
    %12 = "linalg.generic"(%2, %11) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 12>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%13: f32, %14: f32):
      %15 = "math.exp"(%13) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%15) : (f32) -> ()
    }) : (tensor<12xf32>, tensor<12xf32>) -> tensor<12xf32>
    "func.return"(%7, %12) : (tensor<12xf32>, tensor<12xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (tensor<12xf32>) -> (tensor<f32>, tensor<12xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<12xf32>):
    %0, %1 = "func.call"(%x) <{callee = @k0}> : (tensor<12xf32>) -> (tensor<12xf32>, tensor<12xf32>)
    %2 = "func.call"(%1, %0) <{callee = @k1}> : (tensor<12xf32>, tensor<12xf32>) -> tensor<f32>
    "func.return"(%2, %0) : (tensor<f32>, tensor<12xf32>) -> ()
  }) : () -> ()
}) : () -> ()
