// RUN: millrace opt %s --pipeline "narrow-constants"
// Numbers that fit a byte, a half, a word.
"builtin.module"() <{strict = false, target = {bare = true, l1_bytes = 0 : i64, name = "small", triple = ""}}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3x6xi32>) -> (tensor<3x6xi32>, tensor<3x6xi32>, tensor<3x6xi32>), role = "entry"}> ({
  ^bb0(%x: tensor<3x6xi32>):
    %0 = "mr.constant"() <{value = dense<[-128, 3, 127, 0, 5, 9]> : tensor<6xi32>}> : () -> tensor<6xi32>
    %1 = "mr.constant"() <{value = dense<[-4096, 3, 127, 0, 5, 9]> : tensor<6xi32>}> : () -> tensor<6xi32>
    %2 = "mr.constant"() <{value = dense<[-40960, 3, 127, 0, 5, 9]> : tensor<6xi32>}> : () -> tensor<6xi32>
    %3 = "tensor.empty"() : () -> tensor<3x6xi32>
    %4 = "linalg.generic"(%x, %0, %3) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 3, 6>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%5: i32, %6: i32, %7: i32):
      %8 = "arith.addi"(%5, %6) : (i32, i32) -> i32
      "linalg.yield"(%8) : (i32) -> ()
    }) : (tensor<3x6xi32>, tensor<6xi32>, tensor<3x6xi32>) -> tensor<3x6xi32>
    %9 = "tensor.empty"() : () -> tensor<3x6xi32>
    %10 = "linalg.generic"(%x, %1, %9) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 3, 6>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%11: i32, %12: i32, %13: i32):
      %14 = "arith.muli"(%11, %12) : (i32, i32) -> i32
      "linalg.yield"(%14) : (i32) -> ()
    }) : (tensor<3x6xi32>, tensor<6xi32>, tensor<3x6xi32>) -> tensor<3x6xi32>
    %15 = "tensor.empty"() : () -> tensor<3x6xi32>
    %16 = "linalg.generic"(%x, %2, %15) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 3, 6>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%17: i32, %18: i32, %19: i32):
      %20 = "arith.addi"(%17, %18) : (i32, i32) -> i32
      "linalg.yield"(%20) : (i32) -> ()
    }) : (tensor<3x6xi32>, tensor<6xi32>, tensor<3x6xi32>) -> tensor<3x6xi32>
    "func.return"(%4, %10, %16) : (tensor<3x6xi32>, tensor<3x6xi32>, tensor<3x6xi32>) -> ()
  }) : () -> ()
}) : () -> ()
