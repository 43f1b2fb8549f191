"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x5xi8>) -> tensor<2x1xi32>, role = "entry"}> ({
  ^bb0(%x: tensor<2x5xi8>):
    %0 = "tensor.empty"() : () -> tensor<2x5xi32>
    %1 = "tensor.empty"() : () -> tensor<2x1xi32>
    %2 = "arith.constant"() <{value = 0 : i32}> : () -> i32
    %3 = "linalg.fill"(%2, %1) : (i32, tensor<2x1xi32>) -> tensor<2x1xi32>
    %4 = "linalg.generic"(%x, %3) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, 0)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<reduction>], ranges = array<i64: 2, 5>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%5: i8, %6: i32):
      %7 = "arith.extsi"(%5) : (i8) -> i32
      %8 = "arith.addi"(%6, %7) : (i32, i32) -> i32
      "linalg.yield"(%8) : (i32) -> ()
    }) : (tensor<2x5xi8>, tensor<2x1xi32>) -> tensor<2x1xi32>
    "func.return"(%4) : (tensor<2x1xi32>) -> ()
  }) : () -> ()
}) : () -> ()
