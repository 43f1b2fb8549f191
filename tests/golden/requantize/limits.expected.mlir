"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<5x3xi8>, tensor<5x2xi8>, tensor<i32>) -> (tensor<5x3xi8>, tensor<5x3xi8>, tensor<5x2xi32>, tensor<5x2xi32>), role = "entry"}> ({
  ^bb0(%x: tensor<5x3xi8>, %y: tensor<5x2xi8>, %unknown: tensor<i32>):
    %w = "mr.constant"() <{value = dense<[[31, -127, 5], [17, 90, -3], [100, 64, 1]]> : tensor<3x3xi8>}> : () -> tensor<3x3xi8>
    %bias = "mr.constant"() <{value = dense<[100, -2000, 3]> : tensor<3xi32>}> : () -> tensor<3xi32>
    %0 = "mr.matmul"(%x, %w) <{transpose_lhs = false, transpose_rhs = false, acc = i32}> : (tensor<5x3xi8>, tensor<3x3xi8>) -> tensor<5x3xi32>
    %1 = "mr.add"(%0, %bias) : (tensor<5x3xi32>, tensor<3xi32>) -> tensor<5x3xi32>
    %m = "mr.constant"() <{value = dense<[1359514674, 1510897544, 1926649374]> : tensor<3xi32>}> : () -> tensor<3xi32>
    %s = "mr.constant"() <{value = dense<[-6, -8, -3]> : tensor<3xi32>}> : () -> tensor<3xi32>
    %least = "mr.constant"() <{value = dense<-128> : tensor<i32>}> : () -> tensor<i32>
    %most = "mr.constant"() <{value = dense<127> : tensor<i32>}> : () -> tensor<i32>
    %2 = "mr.constant"() <{value = dense<[759, 1820, 141]> : tensor<3xi32>, table = true}> : () -> tensor<3xi32>
    %3 = "mr.add"(%1, %2) : (tensor<5x3xi32>, tensor<3xi32>) -> tensor<5x3xi32>
    %4 = "mr.constant"() <{value = dense<[169939334, 47215548, 1926649374]> : tensor<3xi32>, table = true}> : () -> tensor<3xi32>
    %5 = "mr.constant"() <{value = dense<[-540, -530, -573]> : tensor<3xi32>, table = true}> : () -> tensor<3xi32>
    %6 = "mr.multiply_high"(%3, %4, %5) <{operandSegmentSizes = array<i32: 1, 1, 1, 0>}> : (tensor<5x3xi32>, tensor<3xi32>, tensor<3xi32>) -> tensor<5x3xi32>
    %7 = "mr.constant"() <{value = dense<2> : tensor<i32>}> : () -> tensor<i32>
    %8 = "mr.shift_right"(%6, %7) : (tensor<5x3xi32>, tensor<i32>) -> tensor<5x3xi32>
    %9 = "mr.clip"(%8, %least, %most) <{operandSegmentSizes = array<i32: 1, 1, 1>}> : (tensor<5x3xi32>, tensor<i32>, tensor<i32>) -> tensor<5x3xi32>
    %10 = "mr.cast"(%9) <{to = i8}> : (tensor<5x3xi32>) -> tensor<5x3xi8>
    %zero = "mr.constant"() <{value = dense<7> : tensor<i32>}> : () -> tensor<i32>
    %11 = "mr.constant"() <{value = dense<31> : tensor<i32>}> : () -> tensor<i32>
    %12 = "mr.shift_right"(%1, %11) : (tensor<5x3xi32>, tensor<i32>) -> tensor<5x3xi32>
    %13 = "mr.constant"() <{value = dense<[480, 1920, 60]> : tensor<3xi32>, table = true}> : () -> tensor<3xi32>
    %14 = "mr.add"(%12, %13) : (tensor<5x3xi32>, tensor<3xi32>) -> tensor<5x3xi32>
    %15 = "mr.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
    %16 = "mr.shift_left"(%1, %15) : (tensor<5x3xi32>, tensor<i32>) -> tensor<5x3xi32>
    %17 = "mr.constant"() <{value = dense<-2147483648> : tensor<i32>}> : () -> tensor<i32>
    %18 = "mr.constant"() <{value = dense<[1359514674, 1510897544, 1926649374]> : tensor<3xi32>, table = true}> : () -> tensor<3xi32>
    %19 = "mr.multiply_high"(%16, %18, %14, %17) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}> : (tensor<5x3xi32>, tensor<3xi32>, tensor<5x3xi32>, tensor<i32>) -> tensor<5x3xi32>
    %20 = "mr.constant"() <{value = dense<[67108864, 16777216, 536870912]> : tensor<3xi32>, table = true}> : () -> tensor<3xi32>
    %21 = "mr.multiply_high"(%19, %20) <{operandSegmentSizes = array<i32: 1, 1, 0, 0>}> : (tensor<5x3xi32>, tensor<3xi32>) -> tensor<5x3xi32>
    %22 = "mr.clip"(%21, %least, %most) <{operandSegmentSizes = array<i32: 1, 1, 1>}> : (tensor<5x3xi32>, tensor<i32>, tensor<i32>) -> tensor<5x3xi32>
    %23 = "mr.cast"(%22) <{to = i8}> : (tensor<5x3xi32>) -> tensor<5x3xi8>
    %wide = "mr.cast"(%y) <{to = i32}> : (tensor<5x2xi8>) -> tensor<5x2xi32>
    %24 = "mr.constant"() <{value = dense<20> : tensor<i32>}> : () -> tensor<i32>
    %25 = "mr.shift_left"(%wide, %24) : (tensor<5x2xi32>, tensor<i32>) -> tensor<5x2xi32>
    %one = "mr.constant"() <{value = dense<1073741824> : tensor<i32>}> : () -> tensor<i32>
    %three = "mr.constant"() <{value = dense<-3> : tensor<i32>}> : () -> tensor<i32>
    %26 = "mr.constant"() <{value = dense<2> : tensor<i32>, table = true}> : () -> tensor<i32>
    %27 = "mr.constant"() <{value = dense<1073741824> : tensor<i32>, table = true}> : () -> tensor<i32>
    %28 = "mr.multiply_high"(%25, %27, %26) <{operandSegmentSizes = array<i32: 1, 1, 1, 0>}> : (tensor<5x2xi32>, tensor<i32>, tensor<i32>) -> tensor<5x2xi32>
    %29 = "mr.constant"() <{value = dense<2> : tensor<i32>}> : () -> tensor<i32>
    %30 = "mr.shift_right"(%28, %29) : (tensor<5x2xi32>, tensor<i32>) -> tensor<5x2xi32>
    %31 = "mr.fixed_point_scale"(%25, %unknown, %three) <{rounding = "once"}> : (tensor<5x2xi32>, tensor<i32>, tensor<i32>) -> tensor<5x2xi32>
    "func.return"(%10, %23, %30, %31) : (tensor<5x3xi8>, tensor<5x3xi8>, tensor<5x2xi32>, tensor<5x2xi32>) -> ()
  }) : () -> ()
}) : () -> ()
