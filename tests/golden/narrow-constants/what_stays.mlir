// RUN: millrace opt %s --pipeline "narrow-constants"
// A table that is read at run-time indices, a result, and three numbers stay.
"builtin.module"() <{strict = false, target = {bare = true, l1_bytes = 0 : i64, name = "small", triple = ""}}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3xi32>) -> (tensor<3xi32>, tensor<3xi32>, tensor<6xi32>), role = "entry"}> ({
  ^bb0(%x: tensor<3xi32>):
    %0 = "mr.constant"() <{value = dense<[1, 2, 3, 4, 5, 6]> : tensor<6xi32>}> : () -> tensor<6xi32>
    %1 = "mr.constant"() <{value = dense<[1, 2, 3]> : tensor<3xi32>}> : () -> tensor<3xi32>
    %2 = "tensor.empty"() : () -> tensor<3xi32>
    %3 = "linalg.generic"(%x, %2) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 3>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%4: i32, %5: i32):
      %6 = "arith.index_cast"(%4) : (i32) -> index
      %7 = "tensor.extract"(%0, %6) : (tensor<6xi32>, index) -> i32
      "linalg.yield"(%7) : (i32) -> ()
    }) : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
    %8 = "tensor.empty"() : () -> tensor<3xi32>
    %9 = "linalg.generic"(%x, %1, %8) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 3>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%10: i32, %11: i32, %12: i32):
      %13 = "arith.addi"(%10, %11) : (i32, i32) -> i32
      "linalg.yield"(%13) : (i32) -> ()
    }) : (tensor<3xi32>, tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
    "func.return"(%3, %9, %0) : (tensor<3xi32>, tensor<3xi32>, tensor<6xi32>) -> ()
  }) : () -> ()
}) : () -> ()
