"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<1x2xi8>) -> tensor<1x2xi32>, role = "entry"}> ({
  ^bb0(%x: tensor<1x2xi8>):
    %v = "mr.constant"() <{value = dense<[[1, 0, 3, 4], [5, 0, 7, 8]]> : tensor<2x4xi8>}> : () -> tensor<2x4xi8>
    %0 = "mr.constant"() <{value = dense<[[1, 3], [5, 7]]> : tensor<2x2xi8>}> : () -> tensor<2x2xi8>
    %1 = "mr.matmul"(%x, %0) <{transpose_lhs = false, transpose_rhs = false, acc = i32}> : (tensor<1x2xi8>, tensor<2x2xi8>) -> tensor<1x2xi32>
    %bias = "mr.constant"() <{value = dense<[1, 20, 3, 4]> : tensor<4xi32>}> : () -> tensor<4xi32>
    %2 = "mr.constant"() <{value = dense<[1, 3]> : tensor<2xi32>}> : () -> tensor<2xi32>
    %3 = "mr.add"(%1, %2) : (tensor<1x2xi32>, tensor<2xi32>) -> tensor<1x2xi32>
    %least = "mr.constant"() <{value = dense<-128> : tensor<i32>}> : () -> tensor<i32>
    %most = "mr.constant"() <{value = dense<127> : tensor<i32>}> : () -> tensor<i32>
    %4 = "mr.clip"(%3, %least, %most) <{operandSegmentSizes = array<i32: 1, 1, 1>}> : (tensor<1x2xi32>, tensor<i32>, tensor<i32>) -> tensor<1x2xi32>
    %5 = "mr.cast"(%4) <{to = i8}> : (tensor<1x2xi32>) -> tensor<1x2xi8>
    %w = "mr.constant"() <{value = dense<[[1, 2], [3, -4], [5, 6], [0, 0]]> : tensor<4x2xi8>}> : () -> tensor<4x2xi8>
    %6 = "mr.constant"() <{value = dense<[[1, 2], [5, 6]]> : tensor<2x2xi8>}> : () -> tensor<2x2xi8>
    %7 = "mr.matmul"(%5, %6) <{transpose_lhs = false, transpose_rhs = false, acc = i32}> : (tensor<1x2xi8>, tensor<2x2xi8>) -> tensor<1x2xi32>
    %8 = "mr.constant"() <{value = dense<[60, -80]> : tensor<2xi32>}> : () -> tensor<2xi32>
    %9 = "mr.add"(%7, %8) : (tensor<1x2xi32>, tensor<2xi32>) -> tensor<1x2xi32>
    "func.return"(%9) : (tensor<1x2xi32>) -> ()
  }) : () -> ()
}) : () -> ()
