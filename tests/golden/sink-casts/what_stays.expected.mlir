"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3x4xi8>, tensor<4x3xf32>) -> (tensor<4x3xi32>, tensor<3x4xi32>, tensor<4x3xf64>), role = "entry"}> ({
  ^bb0(%x: tensor<3x4xi8>, %y: tensor<4x3xf32>):
    %0 = "mr.transpose"(%x) <{perm = array<i64: 1, 0>}> : (tensor<3x4xi8>) -> tensor<4x3xi8>
    %1 = "tensor.empty"() : () -> tensor<4x3xi32>
    %2 = "tensor.empty"() : () -> tensor<4x3xi32>
    %3 = "linalg.generic"(%0, %0, %2) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 4, 3>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%4: i8, %5: i8, %6: i32):
      %7 = "arith.extsi"(%5) : (i8) -> i32
      %8 = "arith.extsi"(%4) : (i8) -> i32
      %9 = "arith.addi"(%8, %7) : (i32, i32) -> i32
      "linalg.yield"(%9) : (i32) -> ()
    }) : (tensor<4x3xi8>, tensor<4x3xi8>, tensor<4x3xi32>) -> tensor<4x3xi32>
    %10 = "tensor.empty"() : () -> tensor<3x4xi32>
    %11 = "linalg.generic"(%x, %10) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 3, 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%12: i8, %13: i32):
      %14 = "arith.extsi"(%12) : (i8) -> i32
      "linalg.yield"(%14) : (i32) -> ()
    }) : (tensor<3x4xi8>, tensor<3x4xi32>) -> tensor<3x4xi32>
    %15 = "tensor.empty"() : () -> tensor<4x3xf64>
    %16 = "tensor.empty"() : () -> tensor<4x3xf64>
    %17 = "linalg.generic"(%y, %16) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 4, 3>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%18: f32, %19: f64):
      %20 = "arith.extf"(%18) : (f32) -> f64
      %21 = "math.absf"(%20) <{fastmath = #arith.fastmath<contract>}> : (f64) -> f64
      "linalg.yield"(%21) : (f64) -> ()
    }) : (tensor<4x3xf32>, tensor<4x3xf64>) -> tensor<4x3xf64>
    "func.return"(%3, %11, %17) : (tensor<4x3xi32>, tensor<3x4xi32>, tensor<4x3xf64>) -> ()
  }) : () -> ()
}) : () -> ()
