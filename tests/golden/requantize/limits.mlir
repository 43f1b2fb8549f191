// RUN: millrace opt %s --pipeline "requantize"
// With a rectifier, in channels of different scales; without one; rounded once; and a value of unknown scale.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<5x3xi8>, tensor<5x2xi8>, tensor<i32>) -> (tensor<5x3xi8>, tensor<5x3xi8>, tensor<5x2xi32>, tensor<5x2xi32>), role = "entry"}> ({
  ^bb0(%x: tensor<5x3xi8>, %y: tensor<5x2xi8>, %unknown: tensor<i32>):
    %w = "mr.constant"() <{value = dense<[[31, -127, 5], [17, 90, -3], [100, 64, 1]]> : tensor<3x3xi8>}> : () -> tensor<3x3xi8>
    %bias = "mr.constant"() <{value = dense<[100, -2000, 3]> : tensor<3xi32>}> : () -> tensor<3xi32>
    %0 = "mr.matmul"(%x, %w) <{transpose_lhs = false, transpose_rhs = false, acc = i32}> : (tensor<5x3xi8>, tensor<3x3xi8>) -> tensor<5x3xi32>
    %1 = "mr.add"(%0, %bias) : (tensor<5x3xi32>, tensor<3xi32>) -> tensor<5x3xi32>
    %m = "mr.constant"() <{value = dense<[1359514674, 1510897544, 1926649374]> : tensor<3xi32>}> : () -> tensor<3xi32>
    %s = "mr.constant"() <{value = dense<[-6, -8, -3]> : tensor<3xi32>}> : () -> tensor<3xi32>
    %2 = "mr.fixed_point_scale"(%1, %m, %s) <{rounding = "twice"}> : (tensor<5x3xi32>, tensor<3xi32>, tensor<3xi32>) -> tensor<5x3xi32>
    %least = "mr.constant"() <{value = dense<-128> : tensor<i32>}> : () -> tensor<i32>
    %most = "mr.constant"() <{value = dense<127> : tensor<i32>}> : () -> tensor<i32>
    %3 = "mr.add"(%2, %least) : (tensor<5x3xi32>, tensor<i32>) -> tensor<5x3xi32>
    %4 = "mr.clip"(%3, %least, %most) <{operandSegmentSizes = array<i32: 1, 1, 1>}> : (tensor<5x3xi32>, tensor<i32>, tensor<i32>) -> tensor<5x3xi32>
    %5 = "mr.cast"(%4) <{to = i8}> : (tensor<5x3xi32>) -> tensor<5x3xi8>
    %6 = "mr.fixed_point_scale"(%1, %m, %s) <{rounding = "twice"}> : (tensor<5x3xi32>, tensor<3xi32>, tensor<3xi32>) -> tensor<5x3xi32>
    %zero = "mr.constant"() <{value = dense<7> : tensor<i32>}> : () -> tensor<i32>
    %7 = "mr.add"(%6, %zero) : (tensor<5x3xi32>, tensor<i32>) -> tensor<5x3xi32>
    %8 = "mr.clip"(%7, %least, %most) <{operandSegmentSizes = array<i32: 1, 1, 1>}> : (tensor<5x3xi32>, tensor<i32>, tensor<i32>) -> tensor<5x3xi32>
    %9 = "mr.cast"(%8) <{to = i8}> : (tensor<5x3xi32>) -> tensor<5x3xi8>
    %wide = "mr.cast"(%y) <{to = i32}> : (tensor<5x2xi8>) -> tensor<5x2xi32>
    %20 = "mr.constant"() <{value = dense<20> : tensor<i32>}> : () -> tensor<i32>
    %10 = "mr.shift_left"(%wide, %20) : (tensor<5x2xi32>, tensor<i32>) -> tensor<5x2xi32>
    %one = "mr.constant"() <{value = dense<1073741824> : tensor<i32>}> : () -> tensor<i32>
    %three = "mr.constant"() <{value = dense<-3> : tensor<i32>}> : () -> tensor<i32>
    %11 = "mr.fixed_point_scale"(%10, %one, %three) <{rounding = "once"}> : (tensor<5x2xi32>, tensor<i32>, tensor<i32>) -> tensor<5x2xi32>
    %12 = "mr.fixed_point_scale"(%10, %unknown, %three) <{rounding = "once"}> : (tensor<5x2xi32>, tensor<i32>, tensor<i32>) -> tensor<5x2xi32>
    "func.return"(%5, %9, %11, %12) : (tensor<5x3xi8>, tensor<5x3xi8>, tensor<5x2xi32>, tensor<5x2xi32>) -> ()
  }) : () -> ()
}) : () -> ()
