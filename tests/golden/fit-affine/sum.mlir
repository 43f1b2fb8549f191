// RUN: millrace opt %s --pipeline "prune,fit-affine"
// A quantized sum: both sides in twice the greater scale, with 20 more bits.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<4x3xi8>, tensor<4x3xi8>) -> tensor<4x3xi8>, role = "entry"}> ({
  ^bb0(%x: tensor<4x3xi8>, %y: tensor<4x3xi8>):
    %20 = "mr.constant"() <{value = dense<20> : tensor<i32>}> : () -> tensor<i32>
    %0 = "mr.cast"(%x) <{to = i32}> : (tensor<4x3xi8>) -> tensor<4x3xi32>
    %1 = "mr.shift_left"(%0, %20) : (tensor<4x3xi32>, tensor<i32>) -> tensor<4x3xi32>
    %m = "mr.constant"() <{value = dense<1623821475> : tensor<i32>}> : () -> tensor<i32>
    %s = "mr.constant"() <{value = dense<-2> : tensor<i32>}> : () -> tensor<i32>
    %2 = "mr.fixed_point_scale"(%1, %m, %s) <{rounding = "twice"}> : (tensor<4x3xi32>, tensor<i32>, tensor<i32>) -> tensor<4x3xi32>
    %3 = "mr.cast"(%y) <{to = i32}> : (tensor<4x3xi8>) -> tensor<4x3xi32>
    %zero = "mr.constant"() <{value = dense<-4> : tensor<i32>}> : () -> tensor<i32>
    %4 = "mr.add"(%3, %zero) : (tensor<4x3xi32>, tensor<i32>) -> tensor<4x3xi32>
    %5 = "mr.shift_left"(%4, %20) : (tensor<4x3xi32>, tensor<i32>) -> tensor<4x3xi32>
    %half = "mr.constant"() <{value = dense<1073741824> : tensor<i32>}> : () -> tensor<i32>
    %none = "mr.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %6 = "mr.fixed_point_scale"(%5, %half, %none) <{rounding = "twice"}> : (tensor<4x3xi32>, tensor<i32>, tensor<i32>) -> tensor<4x3xi32>
    %7 = "mr.add"(%2, %6) : (tensor<4x3xi32>, tensor<4x3xi32>) -> tensor<4x3xi32>
    %n = "mr.constant"() <{value = dense<1097971212> : tensor<i32>}> : () -> tensor<i32>
    %t = "mr.constant"() <{value = dense<-17> : tensor<i32>}> : () -> tensor<i32>
    %8 = "mr.fixed_point_scale"(%7, %n, %t) <{rounding = "twice"}> : (tensor<4x3xi32>, tensor<i32>, tensor<i32>) -> tensor<4x3xi32>
    %least = "mr.constant"() <{value = dense<-128> : tensor<i32>}> : () -> tensor<i32>
    %most = "mr.constant"() <{value = dense<127> : tensor<i32>}> : () -> tensor<i32>
    %9 = "mr.add"(%8, %least) : (tensor<4x3xi32>, tensor<i32>) -> tensor<4x3xi32>
    %10 = "mr.clip"(%9, %least, %most) <{operandSegmentSizes = array<i32: 1, 1, 1>}> : (tensor<4x3xi32>, tensor<i32>, tensor<i32>) -> tensor<4x3xi32>
    %11 = "mr.cast"(%10) <{to = i8}> : (tensor<4x3xi32>) -> tensor<4x3xi8>
    "func.return"(%11) : (tensor<4x3xi8>) -> ()
  }) : () -> ()
}) : () -> ()
