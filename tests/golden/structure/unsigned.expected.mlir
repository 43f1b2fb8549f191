"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2xi8>, tensor<2xi8>) -> (tensor<2xi8>, tensor<2xi1>), role = "entry"}> ({
  ^bb0(%x: tensor<2xi8>, %y: tensor<2xi8>):
    %0 = "mr.constant"() <{value = dense<[3, -56]> : tensor<2xi8>}> : () -> tensor<2xi8>
    %1 = "tensor.empty"() : () -> tensor<2xi8>
    %2 = "linalg.generic"(%y, %0, %1) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 2>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%3: i8, %4: i8, %5: i8):
      %6 = "arith.addi"(%3, %4) : (i8, i8) -> i8
      "linalg.yield"(%6) : (i8) -> ()
    }) : (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
    %7 = "tensor.empty"() : () -> tensor<2xi8>
    %8 = "linalg.generic"(%x, %2, %7) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 2>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%9: i8, %10: i8, %11: i8):
      %12 = "arith.divui"(%9, %10) : (i8, i8) -> i8
      "linalg.yield"(%12) : (i8) -> ()
    }) : (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>
    %13 = "tensor.empty"() : () -> tensor<2xi1>
    %14 = "linalg.generic"(%x, %y, %13) <{indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = [#linalg.iterator_type<parallel>], ranges = array<i64: 2>, operandSegmentSizes = array<i32: 2, 1>}> ({
    ^bb0(%15: i8, %16: i8, %17: i1):
      %18 = "arith.cmpi"(%15, %16) <{predicate = 8 : i64}> : (i8, i8) -> i1
      "linalg.yield"(%18) : (i1) -> ()
    }) : (tensor<2xi8>, tensor<2xi8>, tensor<2xi1>) -> tensor<2xi1>
    "func.return"(%8, %14) : (tensor<2xi8>, tensor<2xi1>) -> ()
  }) : () -> ()
}) : () -> ()
