"builtin.module"() <{strict = false, target = {bare = true, l1_bytes = 0 : i64, name = "small", triple = ""}}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3x6xi32>) -> (tensor<3x6xi32>, tensor<3x6xi32>, tensor<3x6xi32>), role = "entry"}> ({
  ^bb0(%x: tensor<3x6xi32>):
    %0 = "mr.constant"() <{value = dense<[-128, 3, 127, 0, 5, 9]> : tensor<6xi8>}> : () -> tensor<6xi8>
    %1 = "mr.constant"() <{value = dense<[-4096, 3, 127, 0, 5, 9]> : tensor<6xi16>}> : () -> tensor<6xi16>
    %2 = "mr.constant"() <{value = dense<[-40960, 3, 127, 0, 5, 9]> : tensor<6xi32>}> : () -> tensor<6xi32>
    %3 = "tensor.empty"() : () -> tensor<3x6xi32>
    %4 = "linalg.generic"(%x, %0, %3) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 3, 6>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%5: i32, %6: i8, %7: i32):
      %8 = "arith.extsi"(%6) : (i8) -> i32
      %9 = "arith.addi"(%5, %8) : (i32, i32) -> i32
      "linalg.yield"(%9) : (i32) -> ()
    }) : (tensor<3x6xi32>, tensor<6xi8>, tensor<3x6xi32>) -> tensor<3x6xi32>
    %10 = "tensor.empty"() : () -> tensor<3x6xi32>
    %11 = "linalg.generic"(%x, %1, %10) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 3, 6>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%12: i32, %13: i16, %14: i32):
      %15 = "arith.extsi"(%13) : (i16) -> i32
      %16 = "arith.muli"(%12, %15) : (i32, i32) -> i32
      "linalg.yield"(%16) : (i32) -> ()
    }) : (tensor<3x6xi32>, tensor<6xi16>, tensor<3x6xi32>) -> tensor<3x6xi32>
    %17 = "tensor.empty"() : () -> tensor<3x6xi32>
    %18 = "linalg.generic"(%x, %2, %17) <{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], ranges = array<i64: 3, 6>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%19: i32, %20: i32, %21: i32):
      %22 = "arith.addi"(%19, %20) : (i32, i32) -> i32
      "linalg.yield"(%22) : (i32) -> ()
    }) : (tensor<3x6xi32>, tensor<6xi32>, tensor<3x6xi32>) -> tensor<3x6xi32>
    "func.return"(%4, %11, %18) : (tensor<3x6xi32>, tensor<3x6xi32>, tensor<3x6xi32>) -> ()
  }) : () -> ()
}) : () -> ()
