// RUN: millrace opt %s --pipeline "unroll{mode=full}"
// How many steps run is known at run time only: the loop stays.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<5x4xf32>, tensor<4xf32>, tensor<i64>) -> (tensor<4xf32>, tensor<5x4xf32>), role = "entry"}> ({
  ^bb0(%xs: tensor<5x4xf32>, %h0: tensor<4xf32>, %n: tensor<i64>):
    %0 = "tensor.extract"(%n) : (tensor<i64>) -> i64
    %1 = "arith.index_cast"(%0) : (i64) -> index
    %2, %3 = "mr.scan"(%h0, %xs, %1) <{trip = 5 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 1, 1>}> ({
    ^bb0(%t: index, %h: tensor<4xf32>, %x: tensor<4xf32>):
      %4 = "mr.mul"(%h, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      %5 = "mr.add"(%4, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      %6 = "mr.tanh"(%5) : (tensor<4xf32>) -> tensor<4xf32>
      "scf.yield"(%6, %6) : (tensor<4xf32>, tensor<4xf32>) -> ()
    }) : (tensor<4xf32>, tensor<5x4xf32>, index) -> (tensor<4xf32>, tensor<5x4xf32>)
    "func.return"(%2, %3) : (tensor<4xf32>, tensor<5x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
