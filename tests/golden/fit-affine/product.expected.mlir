"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<4x3xi8>, tensor<4x3xi8>) -> tensor<4x3xi8>, role = "entry"}> ({
  ^bb0(%x: tensor<4x3xi8>, %y: tensor<4x3xi8>):
    %0 = "mr.constant"() <{value = dense<20> : tensor<i32>}> : () -> tensor<i32>
    %1 = "mr.cast"(%x) <{to = i32}> : (tensor<4x3xi8>) -> tensor<4x3xi32>
    %2 = "mr.shift_left"(%1, %0) : (tensor<4x3xi32>, tensor<i32>) -> tensor<4x3xi32>
    %m = "mr.constant"() <{value = dense<1623821475> : tensor<i32>}> : () -> tensor<i32>
    %s = "mr.constant"() <{value = dense<-2> : tensor<i32>}> : () -> tensor<i32>
    %3 = "mr.fixed_point_scale"(%2, %m, %s) <{rounding = "twice"}> : (tensor<4x3xi32>, tensor<i32>, tensor<i32>) -> tensor<4x3xi32>
    %4 = "mr.cast"(%y) <{to = i32}> : (tensor<4x3xi8>) -> tensor<4x3xi32>
    %zero = "mr.constant"() <{value = dense<-4> : tensor<i32>}> : () -> tensor<i32>
    %5 = "mr.add"(%4, %zero) : (tensor<4x3xi32>, tensor<i32>) -> tensor<4x3xi32>
    %6 = "mr.shift_left"(%5, %0) : (tensor<4x3xi32>, tensor<i32>) -> tensor<4x3xi32>
    %half = "mr.constant"() <{value = dense<1073741824> : tensor<i32>}> : () -> tensor<i32>
    %none = "mr.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %7 = "mr.fixed_point_scale"(%6, %half, %none) <{rounding = "twice"}> : (tensor<4x3xi32>, tensor<i32>, tensor<i32>) -> tensor<4x3xi32>
    %8 = "mr.mul"(%3, %7) : (tensor<4x3xi32>, tensor<4x3xi32>) -> tensor<4x3xi32>
    %n = "mr.constant"() <{value = dense<1097971212> : tensor<i32>}> : () -> tensor<i32>
    %t = "mr.constant"() <{value = dense<-17> : tensor<i32>}> : () -> tensor<i32>
    %9 = "mr.fixed_point_scale"(%8, %n, %t) <{rounding = "twice"}> : (tensor<4x3xi32>, tensor<i32>, tensor<i32>) -> tensor<4x3xi32>
    %least = "mr.constant"() <{value = dense<-128> : tensor<i32>}> : () -> tensor<i32>
    %most = "mr.constant"() <{value = dense<127> : tensor<i32>}> : () -> tensor<i32>
    %10 = "mr.add"(%9, %least) : (tensor<4x3xi32>, tensor<i32>) -> tensor<4x3xi32>
    %11 = "mr.clip"(%10, %least, %most) <{operandSegmentSizes = array<i32: 1, 1, 1>}> : (tensor<4x3xi32>, tensor<i32>, tensor<i32>) -> tensor<4x3xi32>
    %12 = "mr.cast"(%11) <{to = i8}> : (tensor<4x3xi32>) -> tensor<4x3xi8>
    "func.return"(%12) : (tensor<4x3xi8>) -> ()
  }) : () -> ()
}) : () -> ()
