"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3xi8>) -> tensor<3xi8>, role = "entry"}> ({
  ^bb0(%x: tensor<3xi8>):
    %0 = "mr.cast"(%x) <{to = i32}> : (tensor<3xi8>) -> tensor<3xi32>
    %two = "mr.constant"() <{value = dense<2> : tensor<i32>}> : () -> tensor<i32>
    %1 = "mr.shift_right"(%0, %two) : (tensor<3xi32>, tensor<i32>) -> tensor<3xi32>
    %low = "mr.constant"() <{value = dense<-128> : tensor<i32>}> : () -> tensor<i32>
    %high = "mr.constant"() <{value = dense<127> : tensor<i32>}> : () -> tensor<i32>
    %2 = "mr.clip"(%1, %low, %high) <{operandSegmentSizes = array<i32: 1, 1, 1>}> : (tensor<3xi32>, tensor<i32>, tensor<i32>) -> tensor<3xi32>
    %3 = "mr.cast"(%2) <{to = i8}> : (tensor<3xi32>) -> tensor<3xi8>
    "func.return"(%3) : (tensor<3xi8>) -> ()
  }) : () -> ()
}) : () -> ()
