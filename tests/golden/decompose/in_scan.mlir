// RUN: millrace opt %s --pipeline "decompose"
// A composite operation in the body of a scan.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<4xf32>, tensor<3x4xf32>) -> (tensor<4xf32>, tensor<3x4xf32>), role = "entry"}> ({
  ^bb0(%h: tensor<4xf32>, %xs: tensor<3x4xf32>):
    %0, %1 = "mr.scan"(%h, %xs) <{trip = 3 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 1, 0>}> ({
    ^bb0(%i: index, %h_1: tensor<4xf32>, %x: tensor<4xf32>):
      %2 = "mr.add"(%h_1, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      %3 = "mr.log_softmax"(%2) <{axis = 0 : i64}> : (tensor<4xf32>) -> tensor<4xf32>
      "scf.yield"(%3, %h_1) : (tensor<4xf32>, tensor<4xf32>) -> ()
    }) : (tensor<4xf32>, tensor<3x4xf32>) -> (tensor<4xf32>, tensor<3x4xf32>)
    "func.return"(%0, %1) : (tensor<4xf32>, tensor<3x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
