// RUN: millrace opt %s --pipeline "requantize"
// The state of a loop is known by its type, and by what a step yields: here it is never below 0.
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
      %3 = "mr.fixed_point_scale"(%2, %m, %s) <{rounding = "twice"}> : (tensor<1x2xi32>, tensor<i32>, tensor<i32>) -> tensor<1x2xi32>
      %4 = "mr.cast"(%x) <{to = i32}> : (tensor<1x2xi8>) -> tensor<1x2xi32>
      %5 = "mr.add"(%3, %4) : (tensor<1x2xi32>, tensor<1x2xi32>) -> tensor<1x2xi32>
      %t = "mr.constant"() <{value = dense<-6> : tensor<i32>}> : () -> tensor<i32>
      %6 = "mr.fixed_point_scale"(%5, %m, %t) <{rounding = "twice"}> : (tensor<1x2xi32>, tensor<i32>, tensor<i32>) -> tensor<1x2xi32>
      %least = "mr.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
      %most = "mr.constant"() <{value = dense<127> : tensor<i32>}> : () -> tensor<i32>
      %7 = "mr.clip"(%6, %least, %most) <{operandSegmentSizes = array<i32: 1, 1, 1>}> : (tensor<1x2xi32>, tensor<i32>, tensor<i32>) -> tensor<1x2xi32>
      %8 = "mr.cast"(%7) <{to = i8}> : (tensor<1x2xi32>) -> tensor<1x2xi8>
      "scf.yield"(%8, %8) : (tensor<1x2xi8>, tensor<1x2xi8>) -> ()
    }) : (tensor<1x2xi8>, tensor<6x1x2xi8>) -> (tensor<1x2xi8>, tensor<6x1x2xi8>)
    "func.return"(%1) : (tensor<6x1x2xi8>) -> ()
  }) : () -> ()
}) : () -> ()
