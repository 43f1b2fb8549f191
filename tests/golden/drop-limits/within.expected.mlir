"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3xi8>, tensor<3xi8>) -> (tensor<3xi32>, tensor<3xi32>), role = "entry"}> ({
  ^bb0(%x: tensor<3xi8>, %y: tensor<3xi8>):
    %0 = "mr.cast"(%x) <{to = i32}> : (tensor<3xi8>) -> tensor<3xi32>
    %1 = "mr.cast"(%y) <{to = i32}> : (tensor<3xi8>) -> tensor<3xi32>
    %2 = "mr.mul"(%0, %1) : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
    %low = "mr.constant"() <{value = dense<-32768> : tensor<i32>}> : () -> tensor<i32>
    %high = "mr.constant"() <{value = dense<32767> : tensor<i32>}> : () -> tensor<i32>
    %3 = "mr.add"(%2, %2) : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
    %4 = "mr.clip"(%3, %low, %high) <{operandSegmentSizes = array<i32: 1, 1, 1>}> : (tensor<3xi32>, tensor<i32>, tensor<i32>) -> tensor<3xi32>
    "func.return"(%2, %4) : (tensor<3xi32>, tensor<3xi32>) -> ()
  }) : () -> ()
}) : () -> ()
