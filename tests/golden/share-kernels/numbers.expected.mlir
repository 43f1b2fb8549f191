"builtin.module"() <{strict = false, target = {bare = true, l1_bytes = 0 : i64, name = "small", triple = ""}}> ({
  "func.func"() <{sym_name = "k2", function_type = (tensor<6xi32>, tensor<2xi32>) -> tensor<6xi32>, role = "kernel"}> ({
  ^bb0(%0: tensor<6xi32>, %1: tensor<2xi32>):
    %2 = "tensor.empty"() : () -> tensor<6xi32>
    %i = "linalg.generic"(%0, %1, %2) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 6>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%3: i32, %4: i32, %5: i32):
      %6 = "arith.muli"(%3, %4) : (i32, i32) -> i32
      "linalg.yield"(%6) : (i32) -> ()
    }) : (tensor<6xi32>, tensor<2xi32>, tensor<6xi32>) -> tensor<6xi32>
    %7 = "tensor.empty"() : () -> tensor<6xi32>
    %j = "linalg.generic"(%i, %1, %7) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (1)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 6>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%8: i32, %9: i32, %10: i32):
      %11 = "arith.addi"(%8, %9) : (i32, i32) -> i32
      "linalg.yield"(%11) : (i32) -> ()
    }) : (tensor<6xi32>, tensor<2xi32>, tensor<6xi32>) -> tensor<6xi32>
    %12 = "tensor.empty"() : () -> tensor<6xi32>
    %k = "linalg.generic"(%j, %1, %12) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (1)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 6>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%13: i32, %14: i32, %15: i32):
      %16 = "arith.subi"(%13, %14) : (i32, i32) -> i32
      "linalg.yield"(%16) : (i32) -> ()
    }) : (tensor<6xi32>, tensor<2xi32>, tensor<6xi32>) -> tensor<6xi32>
    %17 = "tensor.empty"() : () -> tensor<6xi32>
    %l = "linalg.generic"(%k, %17) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 6>, operandSegmentSizes = array<i32: 1, 1>}> ({
    ^bb0(%18: i32, %19: i32):
      %20 = "arith.constant"() <{value = 7 : i32}> : () -> i32
      %21 = "arith.muli"(%18, %20) : (i32, i32) -> i32
      "linalg.yield"(%21) : (i32) -> ()
    }) : (tensor<6xi32>, tensor<6xi32>) -> tensor<6xi32>
    "func.return"(%l) : (tensor<6xi32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (tensor<6xi32>, tensor<6xi32>, tensor<6xi32>) -> (tensor<6xi32>, tensor<6xi32>, tensor<6xi32>), role = "entry"}> ({
  ^bb0(%x: tensor<6xi32>, %y: tensor<6xi32>, %z: tensor<6xi32>):
    %0 = "mr.constant"() <{value = dense<3> : tensor<i32>}> : () -> tensor<i32>
    %1 = "mr.constant"() <{value = dense<5> : tensor<i32>}> : () -> tensor<i32>
    %2 = "mr.constant"() <{value = dense<7> : tensor<i32>}> : () -> tensor<i32>
    %3 = "mr.constant"() <{value = dense<[3, 5]> : tensor<2xi32>, table = true}> : () -> tensor<2xi32>
    %4 = "func.call"(%x, %3) <{callee = @k2}> : (tensor<6xi32>, tensor<2xi32>) -> tensor<6xi32>
    %5 = "mr.constant"() <{value = dense<[5, 7]> : tensor<2xi32>, table = true}> : () -> tensor<2xi32>
    %6 = "func.call"(%y, %5) <{callee = @k2}> : (tensor<6xi32>, tensor<2xi32>) -> tensor<6xi32>
    %7 = "mr.constant"() <{value = dense<[7, 3]> : tensor<2xi32>, table = true}> : () -> tensor<2xi32>
    %8 = "func.call"(%z, %7) <{callee = @k2}> : (tensor<6xi32>, tensor<2xi32>) -> tensor<6xi32>
    "func.return"(%4, %6, %8) : (tensor<6xi32>, tensor<6xi32>, tensor<6xi32>) -> ()
  }) : () -> ()
}) : () -> ()
