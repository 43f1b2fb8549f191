// RUN: millrace opt %s --pipeline "structure"
// Two channels a group: what follows keeps the loops over groups and channels.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<1x4x4x3xf32>) -> tensor<1x3x3x6xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<1x4x4x3xf32>):
    %0 = "mr.constant"() <{value = dense<0.5> : tensor<2x2x1x6xf32>}> : () -> tensor<2x2x1x6xf32>
    %1 = "mr.conv"(%x, %0) <{groups = 3}> : (tensor<1x4x4x3xf32>, tensor<2x2x1x6xf32>) -> tensor<1x3x3x6xf32>
    %2 = "mr.constant"() <{value = dense<[0.0, 0.125, 0.25, 0.375, 0.5, 0.625]> : tensor<6xf32>}> : () -> tensor<6xf32>
    %3 = "mr.add"(%1, %2) : (tensor<1x3x3x6xf32>, tensor<6xf32>) -> tensor<1x3x3x6xf32>
    %4 = "mr.tanh"(%3) : (tensor<1x3x3x6xf32>) -> tensor<1x3x3x6xf32>
    "func.return"(%4) : (tensor<1x3x3x6xf32>) -> ()
  }) : () -> ()
}) : () -> ()
