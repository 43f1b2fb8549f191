"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x5xf32>) -> tensor<2x5xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<2x5xf32>):
    %0 = "tensor.empty"() : () -> tensor<2x1xf32>
    %1 = "arith.constant"() <{value = 0xFF800000 : f32}> : () -> f32
    %2 = "linalg.fill"(%1, %0) : (f32, tensor<2x1xf32>) -> tensor<2x1xf32>
    %3 = "linalg.generic"(%x, %2) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 2, 5>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%4: f32, %5: f32):
      %6 = "arith.maximumf"(%5, %4) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%6) : (f32) -> ()
    }) : (tensor<2x5xf32>, tensor<2x1xf32>) -> tensor<2x1xf32>
    %7 = "tensor.empty"() : () -> tensor<2x5xf32>
    %8 = "linalg.generic"(%x, %3, %7) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 5>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%9: f32, %10: f32, %11: f32):
      %12 = "arith.subf"(%9, %10) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%12) : (f32) -> ()
    }) : (tensor<2x5xf32>, tensor<2x1xf32>, tensor<2x5xf32>) -> tensor<2x5xf32>
    %13 = "tensor.empty"() : () -> tensor<2x5xf32>
    %14 = "linalg.generic"(%8, %13) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 5>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%15: f32, %16: f32):
      %17 = "math.exp"(%15) <{fastmath = #arith.fastmath<contract>}> : (f32) -> f32
      "linalg.yield"(%17) : (f32) -> ()
    }) : (tensor<2x5xf32>, tensor<2x5xf32>) -> tensor<2x5xf32>
    %18 = "tensor.empty"() : () -> tensor<2x1xf32>
    %19 = "arith.constant"() <{value = 0.0 : f32}> : () -> f32
    %20 = "linalg.fill"(%19, %18) : (f32, tensor<2x1xf32>) -> tensor<2x1xf32>
    %21 = "linalg.generic"(%14, %20) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 2, 5>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%22: f32, %23: f32):
      %24 = "arith.addf"(%23, %22) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%24) : (f32) -> ()
    }) : (tensor<2x5xf32>, tensor<2x1xf32>) -> tensor<2x1xf32>
    %25 = "tensor.empty"() : () -> tensor<2x5xf32>
    %26 = "linalg.generic"(%14, %21, %25) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 5>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%27: f32, %28: f32, %29: f32):
      %30 = "arith.divf"(%27, %28) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "linalg.yield"(%30) : (f32) -> ()
    }) : (tensor<2x5xf32>, tensor<2x1xf32>, tensor<2x5xf32>) -> tensor<2x5xf32>
    "func.return"(%26) : (tensor<2x5xf32>) -> ()
  }) : () -> ()
}) : () -> ()
