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
    %8 = "mr.add"(%3, %7) : (tensor<4x3xi32>, tensor<4x3xi32>) -> tensor<4x3xi32>
    %n = "mr.constant"() <{value = dense<1097971212> : tensor<i32>}> : () -> tensor<i32>
    %t = "mr.constant"() <{value = dense<-17> : tensor<i32>}> : () -> tensor<i32>
    %9 = "mr.fixed_point_scale"(%8, %n, %t) <{rounding = "twice"}> : (tensor<4x3xi32>, tensor<i32>, tensor<i32>) -> tensor<4x3xi32>
    %least = "mr.constant"() <{value = dense<-128> : tensor<i32>}> : () -> tensor<i32>
    %most = "mr.constant"() <{value = dense<127> : tensor<i32>}> : () -> tensor<i32>
    %10 = "mr.add"(%9, %least) : (tensor<4x3xi32>, tensor<i32>) -> tensor<4x3xi32>
    %11 = "mr.clip"(%10, %least, %most) <{operandSegmentSizes = array<i32: 1, 1, 1>}> : (tensor<4x3xi32>, tensor<i32>, tensor<i32>) -> tensor<4x3xi32>
    %12 = "mr.cast"(%x) <{to = i32}> : (tensor<4x3xi8>) -> tensor<4x3xi32>
    %13 = "mr.constant"() <{value = dense<1621547> : tensor<i32>}> : () -> tensor<i32>
    %14 = "mr.mul"(%12, %13) : (tensor<4x3xi32>, tensor<i32>) -> tensor<4x3xi32>
    %15 = "mr.cast"(%y) <{to = i32}> : (tensor<4x3xi8>) -> tensor<4x3xi32>
    %16 = "mr.constant"() <{value = dense<4288953> : tensor<i32>}> : () -> tensor<i32>
    %17 = "mr.mul"(%15, %16) : (tensor<4x3xi32>, tensor<i32>) -> tensor<4x3xi32>
    %18 = "mr.add"(%14, %17) : (tensor<4x3xi32>, tensor<4x3xi32>) -> tensor<4x3xi32>
    %19 = "mr.constant"() <{value = dense<-284542784> : tensor<i32>}> : () -> tensor<i32>
    %20 = "mr.add"(%18, %19) : (tensor<4x3xi32>, tensor<i32>) -> tensor<4x3xi32>
    %21 = "mr.constant"() <{value = dense<21> : tensor<i32>}> : () -> tensor<i32>
    %22 = "mr.shift_right"(%20, %21) : (tensor<4x3xi32>, tensor<i32>) -> tensor<4x3xi32>
    %23 = "mr.constant"() <{value = dense<-128> : tensor<i32>}> : () -> tensor<i32>
    %24 = "mr.constant"() <{value = dense<127> : tensor<i32>}> : () -> tensor<i32>
    %25 = "mr.clip"(%22, %23, %24) <{operandSegmentSizes = array<i32: 1, 1, 1>}> : (tensor<4x3xi32>, tensor<i32>, tensor<i32>) -> tensor<4x3xi32>
    %26 = "mr.cast"(%25) <{to = i8}> : (tensor<4x3xi32>) -> tensor<4x3xi8>
    "func.return"(%26) : (tensor<4x3xi8>) -> ()
  }) : () -> ()
}) : () -> ()
