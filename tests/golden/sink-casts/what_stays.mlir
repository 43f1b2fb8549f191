// RUN: millrace opt %s --pipeline "sink-casts"
// Reads through a transposition; a conversion that is a result stays.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3x4xi8>, tensor<4x3xf32>) -> (tensor<4x3xi32>, tensor<3x4xi32>, tensor<4x3xf64>), role = "entry"}> ({
  ^bb0(%x: tensor<3x4xi8>, %y: tensor<4x3xf32>):
    %0 = "mr.transpose"(%x) <{perm = array<i64: 1, 0>}> : (tensor<3x4xi8>) -> tensor<4x3xi8>
    %1 = "tensor.empty"() : () -> tensor<4x3xi32>
    %2 = "linalg.generic"(%0, %1) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 4, 3>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%3: i8, %4: i32):
      %5 = "arith.extsi"(%3) : (i8) -> i32
      "linalg.yield"(%5) : (i32) -> ()
    }) : (tensor<4x3xi8>, tensor<4x3xi32>) -> tensor<4x3xi32>
    %6 = "tensor.empty"() : () -> tensor<4x3xi32>
    %7 = "linalg.generic"(%2, %2, %6) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 4, 3>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%8: i32, %9: i32, %10: i32):
      %11 = "arith.addi"(%8, %9) : (i32, i32) -> i32
      "linalg.yield"(%11) : (i32) -> ()
    }) : (tensor<4x3xi32>, tensor<4x3xi32>, tensor<4x3xi32>) -> tensor<4x3xi32>
    %12 = "tensor.empty"() : () -> tensor<3x4xi32>
    %13 = "linalg.generic"(%x, %12) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 3, 4>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%14: i8, %15: i32):
      %16 = "arith.extsi"(%14) : (i8) -> i32
      "linalg.yield"(%16) : (i32) -> ()
    }) : (tensor<3x4xi8>, tensor<3x4xi32>) -> tensor<3x4xi32>
    %17 = "tensor.empty"() : () -> tensor<4x3xf64>
    %18 = "linalg.generic"(%y, %17) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 4, 3>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%19: f32, %20: f64):
      %21 = "arith.extf"(%19) : (f32) -> f64
      "linalg.yield"(%21) : (f64) -> ()
    }) : (tensor<4x3xf32>, tensor<4x3xf64>) -> tensor<4x3xf64>
    %22 = "tensor.empty"() : () -> tensor<4x3xf64>
    %23 = "linalg.generic"(%18, %22) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 4, 3>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%24: f64, %25: f64):
      %26 = "math.absf"(%24) <{fastmath = #arith.fastmath<contract>}> : (f64) -> f64
      "linalg.yield"(%26) : (f64) -> ()
    }) : (tensor<4x3xf64>, tensor<4x3xf64>) -> tensor<4x3xf64>
    "func.return"(%7, %13, %23) : (tensor<4x3xi32>, tensor<3x4xi32>, tensor<4x3xf64>) -> ()
  }) : () -> ()
}) : () -> ()
