// RUN: millrace opt %s --pipeline "prune-channels"
// The units are results themselves: all stay, and nothing changes but what is weighed.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<1x2xi8>) -> (tensor<1x2xi32>, tensor<1x4xi8>), role = "entry"}> ({
  ^bb0(%x: tensor<1x2xi8>):
    %v = "mr.constant"() <{value = dense<[[1, 0, 3, 4], [5, 0, 7, 8]]> : tensor<2x4xi8>}> : () -> tensor<2x4xi8>
    %0 = "mr.matmul"(%x, %v) <{transpose_lhs = false, transpose_rhs = false, acc = i32}> : (tensor<1x2xi8>, tensor<2x4xi8>) -> tensor<1x4xi32>
    %bias = "mr.constant"() <{value = dense<[1, 20, 3, 4]> : tensor<4xi32>}> : () -> tensor<4xi32>
    %1 = "mr.add"(%0, %bias) : (tensor<1x4xi32>, tensor<4xi32>) -> tensor<1x4xi32>
    %least = "mr.constant"() <{value = dense<-128> : tensor<i32>}> : () -> tensor<i32>
    %most = "mr.constant"() <{value = dense<127> : tensor<i32>}> : () -> tensor<i32>
    %2 = "mr.clip"(%1, %least, %most) <{operandSegmentSizes = array<i32: 1, 1, 1>}> : (tensor<1x4xi32>, tensor<i32>, tensor<i32>) -> tensor<1x4xi32>
    %3 = "mr.cast"(%2) <{to = i8}> : (tensor<1x4xi32>) -> tensor<1x4xi8>
    %w = "mr.constant"() <{value = dense<[[1, 2], [3, -4], [5, 6], [0, 0]]> : tensor<4x2xi8>}> : () -> tensor<4x2xi8>
    %4 = "mr.matmul"(%3, %w) <{transpose_lhs = false, transpose_rhs = false, acc = i32}> : (tensor<1x4xi8>, tensor<4x2xi8>) -> tensor<1x2xi32>
    "func.return"(%4, %3) : (tensor<1x2xi32>, tensor<1x4xi8>) -> ()
  }) : () -> ()
}) : () -> ()
