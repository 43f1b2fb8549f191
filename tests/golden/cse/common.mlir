// RUN: millrace opt %s --pipeline "cse"
// Equal constants and sums; functions that differ in an attribute stay.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<2xf32>):
    %0 = "mr.constant"() <{value = dense<[1.0, 2.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
    %1 = "mr.constant"() <{value = dense<[1.0, 2.0]> : tensor<2xf32>}> : () -> tensor<2xf32>
    %2 = "mr.add"(%x, %0) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %3 = "mr.add"(%x, %1) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %4 = "mr.mul"(%2, %3) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %5 = "mr.leaky_relu"(%x) <{alpha = 0.5 : f64}> : (tensor<2xf32>) -> tensor<2xf32>
    %6 = "mr.leaky_relu"(%x) <{alpha = 0.25 : f64}> : (tensor<2xf32>) -> tensor<2xf32>
    "func.return"(%4, %5, %6) : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
