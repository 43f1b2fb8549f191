// RUN: millrace opt %s --pipeline "canonicalize"
// The last row of a stack is the carry that is stacked, also through a reshape and backwards; the
// first row is not.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3x2xf32>, tensor<2xf32>) -> (tensor<1x2xf32>, tensor<1x1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>), role = "entry"}> ({
  ^bb0(%xs: tensor<3x2xf32>, %h0: tensor<2xf32>):
    %0, %1 = "mr.scan"(%h0, %xs) <{trip = 3 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 1, 0>}> ({
    ^bb0(%t: index, %h: tensor<2xf32>, %x: tensor<2xf32>):
      %2 = "mr.add"(%h, %x) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      "scf.yield"(%2, %2) : (tensor<2xf32>, tensor<2xf32>) -> ()
    }) : (tensor<2xf32>, tensor<3x2xf32>) -> (tensor<2xf32>, tensor<3x2xf32>)
    %3 = "mr.slice"(%1) <{starts = array<i64: 2, 0>, sizes = array<i64: 1, 2>}> : (tensor<3x2xf32>) -> tensor<1x2xf32>
    %4 = "mr.reshape"(%1) <{shape = array<i64: 1, 3, 2>}> : (tensor<3x2xf32>) -> tensor<1x3x2xf32>
    %5 = "mr.slice"(%4) <{starts = array<i64: 0, 2, 0>, sizes = array<i64: 1, 1, 2>}> : (tensor<1x3x2xf32>) -> tensor<1x1x2xf32>
    %6 = "mr.slice"(%1) <{starts = array<i64: 0, 0>, sizes = array<i64: 1, 2>}> : (tensor<3x2xf32>) -> tensor<1x2xf32>
    %7, %8 = "mr.scan"(%h0, %xs) <{trip = 3 : i64, reverse = true, operandSegmentSizes = array<i32: 1, 1, 0>}> ({
    ^bb0(%t: index, %h: tensor<2xf32>, %x: tensor<2xf32>):
      %9 = "mr.sub"(%x, %h) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      "scf.yield"(%9, %9) : (tensor<2xf32>, tensor<2xf32>) -> ()
    }) : (tensor<2xf32>, tensor<3x2xf32>) -> (tensor<2xf32>, tensor<3x2xf32>)
    %10 = "mr.slice"(%8) <{starts = array<i64: 0, 0>, sizes = array<i64: 1, 2>}> : (tensor<3x2xf32>) -> tensor<1x2xf32>
    "func.return"(%3, %5, %6, %10) : (tensor<1x2xf32>, tensor<1x1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
