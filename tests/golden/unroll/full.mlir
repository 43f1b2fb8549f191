// RUN: millrace opt %s --pipeline "unroll{mode=full}"
// Two steps as straight line.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<2x4xf32>), role = "entry"}> ({
  ^bb0(%xs: tensor<2x4xf32>, %h0: tensor<4xf32>):
    %0, %1 = "mr.scan"(%h0, %xs) <{trip = 2 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 1, 0>}> ({
    ^bb0(%t: index, %h: tensor<4xf32>, %x: tensor<4xf32>):
      %2 = "mr.mul"(%h, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      %3 = "mr.add"(%2, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      %4 = "mr.tanh"(%3) : (tensor<4xf32>) -> tensor<4xf32>
      "scf.yield"(%4, %4) : (tensor<4xf32>, tensor<4xf32>) -> ()
    }) : (tensor<4xf32>, tensor<2x4xf32>) -> (tensor<4xf32>, tensor<2x4xf32>)
    "func.return"(%0, %1) : (tensor<4xf32>, tensor<2x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
