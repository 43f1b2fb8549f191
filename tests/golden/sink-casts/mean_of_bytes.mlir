// RUN: millrace opt %s --pipeline "sink-casts"
// The sum reads bytes and widens them in its loop.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x5xi8>) -> tensor<2x1xi32>, role = "entry"}> ({
  ^bb0(%x: tensor<2x5xi8>):
    %0 = "tensor.empty"() : () -> tensor<2x5xi32>
    %1 = "linalg.generic"(%x, %0) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 2, 5>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%2: i8, %3: i32):
      %4 = "arith.extsi"(%2) : (i8) -> i32
      "linalg.yield"(%4) : (i32) -> ()
    }) : (tensor<2x5xi8>, tensor<2x5xi32>) -> tensor<2x5xi32>
    %5 = "tensor.empty"() : () -> tensor<2x1xi32>
    %6 = "arith.constant"() <{value = 0 : i32}> : () -> i32
    %7 = "linalg.fill"(%6, %5) : (i32, tensor<2x1xi32>) -> tensor<2x1xi32>
    %8 = "linalg.generic"(%1, %7) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 2, 5>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%9: i32, %10: i32):
      %11 = "arith.addi"(%10, %9) : (i32, i32) -> i32
      "linalg.yield"(%11) : (i32) -> ()
    }) : (tensor<2x5xi32>, tensor<2x1xi32>) -> tensor<2x1xi32>
    "func.return"(%8) : (tensor<2x1xi32>) -> ()
  }) : () -> ()
}) : () -> ()
