// RUN: millrace opt %s --pipeline "prune"
// A carry that only feeds itself, an output and a slice that nobody uses.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2xf32>, tensor<2xf32>, tensor<3x2xf32>, tensor<3x2xf32>) -> (tensor<2xf32>, tensor<3x2xf32>), role = "entry"}> ({
  ^bb0(%h: tensor<2xf32>, %d: tensor<2xf32>, %xs: tensor<3x2xf32>, %ys: tensor<3x2xf32>):
    %0, %1, %2, %3 = "mr.scan"(%h, %d, %xs, %ys) <{trip = 3 : i64, reverse = false, operandSegmentSizes = array<i32: 2, 2, 0>}> ({
    ^bb0(%i: index, %h_1: tensor<2xf32>, %dead: tensor<2xf32>, %x: tensor<2xf32>, %y: tensor<2xf32>):
      %4 = "mr.add"(%h_1, %x) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      %5 = "mr.exp"(%dead) : (tensor<2xf32>) -> tensor<2xf32>
      %6 = "mr.mul"(%4, %y) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      "scf.yield"(%4, %5, %4, %6) : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> ()
    }) : (tensor<2xf32>, tensor<2xf32>, tensor<3x2xf32>, tensor<3x2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<3x2xf32>, tensor<3x2xf32>)
    "func.return"(%0, %2) : (tensor<2xf32>, tensor<3x2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
