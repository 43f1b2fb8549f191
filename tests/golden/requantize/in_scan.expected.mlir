"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<6x1x2xi8>) -> tensor<6x1x2xi8>, role = "entry"}> ({
  ^bb0(%xs: tensor<6x1x2xi8>):
    %start = "mr.constant"() <{value = dense<0> : tensor<1x2xi8>}> : () -> tensor<1x2xi8>
    %0, %1 = "mr.scan"(%start, %xs) <{trip = 6 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 1, 0>}> ({
    ^bb0(%i: index, %h: tensor<1x2xi8>, %x: tensor<1x2xi8>):
      %w = "mr.constant"() <{value = dense<[[31, -127], [17, 90]]> : tensor<2x2xi8>}> : () -> tensor<2x2xi8>
      %2 = "mr.matmul"(%h, %w) <{transpose_lhs = false, transpose_rhs = false, acc = i32}> : (tensor<1x2xi8>, tensor<2x2xi8>) -> tensor<1x2xi32>
      %m = "mr.constant"() <{value = dense<1359514674> : tensor<i32>}> : () -> tensor<i32>
      %s = "mr.constant"() <{value = dense<-2> : tensor<i32>}> : () -> tensor<i32>
      %3 = "mr.constant"() <{value = dense<31> : tensor<i32>}> : () -> tensor<i32>
      %4 = "mr.shift_right"(%2, %3) : (tensor<1x2xi32>, tensor<i32>) -> tensor<1x2xi32>
      %5 = "mr.constant"() <{value = dense<2> : tensor<i32>, table = true}> : () -> tensor<i32>
      %6 = "mr.add"(%4, %5) : (tensor<1x2xi32>, tensor<i32>) -> tensor<1x2xi32>
      %7 = "mr.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
      %8 = "mr.shift_left"(%2, %7) : (tensor<1x2xi32>, tensor<i32>) -> tensor<1x2xi32>
      %9 = "mr.constant"() <{value = dense<-2147483648> : tensor<i32>}> : () -> tensor<i32>
      %10 = "mr.constant"() <{value = dense<1359514674> : tensor<i32>, table = true}> : () -> tensor<i32>
      %11 = "mr.multiply_high"(%8, %10, %6, %9) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}> : (tensor<1x2xi32>, tensor<i32>, tensor<1x2xi32>, tensor<i32>) -> tensor<1x2xi32>
      %12 = "mr.constant"() <{value = dense<2> : tensor<i32>}> : () -> tensor<i32>
      %13 = "mr.shift_right"(%11, %12) : (tensor<1x2xi32>, tensor<i32>) -> tensor<1x2xi32>
      %14 = "mr.cast"(%x) <{to = i32}> : (tensor<1x2xi8>) -> tensor<1x2xi32>
      %15 = "mr.add"(%13, %14) : (tensor<1x2xi32>, tensor<1x2xi32>) -> tensor<1x2xi32>
      %t = "mr.constant"() <{value = dense<-6> : tensor<i32>}> : () -> tensor<i32>
      %16 = "mr.constant"() <{value = dense<31> : tensor<i32>}> : () -> tensor<i32>
      %17 = "mr.shift_right"(%15, %16) : (tensor<1x2xi32>, tensor<i32>) -> tensor<1x2xi32>
      %18 = "mr.constant"() <{value = dense<32> : tensor<i32>, table = true}> : () -> tensor<i32>
      %19 = "mr.add"(%17, %18) : (tensor<1x2xi32>, tensor<i32>) -> tensor<1x2xi32>
      %20 = "mr.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
      %21 = "mr.shift_left"(%15, %20) : (tensor<1x2xi32>, tensor<i32>) -> tensor<1x2xi32>
      %22 = "mr.constant"() <{value = dense<-2147483648> : tensor<i32>}> : () -> tensor<i32>
      %23 = "mr.constant"() <{value = dense<1359514674> : tensor<i32>, table = true}> : () -> tensor<i32>
      %24 = "mr.multiply_high"(%21, %23, %19, %22) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}> : (tensor<1x2xi32>, tensor<i32>, tensor<1x2xi32>, tensor<i32>) -> tensor<1x2xi32>
      %25 = "mr.constant"() <{value = dense<6> : tensor<i32>}> : () -> tensor<i32>
      %26 = "mr.shift_right"(%24, %25) : (tensor<1x2xi32>, tensor<i32>) -> tensor<1x2xi32>
      %least = "mr.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
      %most = "mr.constant"() <{value = dense<127> : tensor<i32>}> : () -> tensor<i32>
      %27 = "mr.clip"(%26, %least, %most) <{operandSegmentSizes = array<i32: 1, 1, 1>}> : (tensor<1x2xi32>, tensor<i32>, tensor<i32>) -> tensor<1x2xi32>
      %28 = "mr.cast"(%27) <{to = i8}> : (tensor<1x2xi32>) -> tensor<1x2xi8>
      "scf.yield"(%28, %28) : (tensor<1x2xi8>, tensor<1x2xi8>) -> ()
    }) : (tensor<1x2xi8>, tensor<6x1x2xi8>) -> (tensor<1x2xi8>, tensor<6x1x2xi8>)
    "func.return"(%1) : (tensor<6x1x2xi8>) -> ()
  }) : () -> ()
}) : () -> ()
