// RUN: millrace opt %s --pipeline "fold-constants{limit=16}"
// A constant above the limit that is larger than what it is made of stays.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<12xf32>) -> (tensor<12xf32>, tensor<12xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<12xf32>):
    %0 = "mr.constant"() <{value = dense<[0.0, 1.0, 2.0, 3.0]> : tensor<4xf32>}> : () -> tensor<4xf32>
    %1 = "mr.exp"(%0) : (tensor<4xf32>) -> tensor<4xf32>
    %2 = "mr.concat"(%1, %1, %1) <{axis = 0 : i64}> : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<12xf32>
    %3 = "mr.add"(%x, %2) : (tensor<12xf32>, tensor<12xf32>) -> tensor<12xf32>
    %4 = "mr.constant"() <{value = dense<2.0> : tensor<f32>}> : () -> tensor<f32>
    %5 = "mr.neg"(%4) : (tensor<f32>) -> tensor<f32>
    %6 = "mr.mul"(%x, %5) : (tensor<12xf32>, tensor<f32>) -> tensor<12xf32>
    "func.return"(%3, %6) : (tensor<12xf32>, tensor<12xf32>) -> ()
  }) : () -> ()
}) : () -> ()
