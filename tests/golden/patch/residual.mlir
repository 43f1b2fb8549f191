// RUN: millrace opt %s --pipeline "patch{last=9 rows=2},canonicalize,cse,prune,patch"
"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = (tensor<1x12x4x2xi8>) -> tensor<1x12x4x2xi8>, role = "entry"}> ({
  ^bb0(%0: tensor<1x12x4x2xi8>):
    %1 = "mr.constant"() <{value = dense<[[[[3, 1], [2, -1]]], [[[1, 0], [-2, 4]]], [[[-3, 1], [1, 1]]]]> : tensor<3x1x2x2xi8>}> : () -> tensor<3x1x2x2xi8>
    %2 = "mr.pad"(%0) <{low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 1, 0, 0>, value = -7 : i64}> : (tensor<1x12x4x2xi8>) -> tensor<1x14x4x2xi8>
    %3 = "mr.conv"(%2, %1) <{groups = 1 : i64, acc = i32}> : (tensor<1x14x4x2xi8>, tensor<3x1x2x2xi8>) -> tensor<1x12x4x2xi32>
    %4 = "mr.cast"(%3) <{to = i8}> : (tensor<1x12x4x2xi32>) -> tensor<1x12x4x2xi8>
    %5 = "mr.pad"(%4) <{low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 1, 0, 0>, value = -7 : i64}> : (tensor<1x12x4x2xi8>) -> tensor<1x14x4x2xi8>
    %6 = "mr.conv"(%5, %1) <{groups = 1 : i64, acc = i32}> : (tensor<1x14x4x2xi8>, tensor<3x1x2x2xi8>) -> tensor<1x12x4x2xi32>
    %7 = "mr.cast"(%4) <{to = i32}> : (tensor<1x12x4x2xi8>) -> tensor<1x12x4x2xi32>
    %8 = "mr.add"(%6, %7) : (tensor<1x12x4x2xi32>, tensor<1x12x4x2xi32>) -> tensor<1x12x4x2xi32>
    %9 = "mr.abs"(%8) : (tensor<1x12x4x2xi32>) -> tensor<1x12x4x2xi32>
    %10 = "mr.cast"(%9) <{to = i8}> : (tensor<1x12x4x2xi32>) -> tensor<1x12x4x2xi8>
    "func.return"(%10) : (tensor<1x12x4x2xi8>) -> ()
  }) : () -> ()
}) : () -> ()
