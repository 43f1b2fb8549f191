"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<4xf32>, tensor<3x4xf32>) -> (tensor<4xf32>, tensor<3x4xf32>), role = "entry"}> ({
  ^bb0(%h: tensor<4xf32>, %xs: tensor<3x4xf32>):
    %0, %1 = "mr.scan"(%h, %xs) <{trip = 3 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 1, 0>}> ({
    ^bb0(%i: index, %h_1: tensor<4xf32>, %x: tensor<4xf32>):
      %2 = "mr.add"(%h_1, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      %3 = "mr.reduce_max"(%2) <{axes = array<i64: 0>, keepdims = true}> : (tensor<4xf32>) -> tensor<1xf32>
      %4 = "mr.sub"(%2, %3) : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32>
      %5 = "mr.exp"(%4) : (tensor<4xf32>) -> tensor<4xf32>
      %6 = "mr.reduce_sum"(%5) <{axes = array<i64: 0>, keepdims = true}> : (tensor<4xf32>) -> tensor<1xf32>
      %7 = "mr.log"(%6) : (tensor<1xf32>) -> tensor<1xf32>
      %8 = "mr.sub"(%4, %7) : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32>
      "scf.yield"(%8, %h_1) : (tensor<4xf32>, tensor<4xf32>) -> ()
    }) : (tensor<4xf32>, tensor<3x4xf32>) -> (tensor<4xf32>, tensor<3x4xf32>)
    "func.return"(%0, %1) : (tensor<4xf32>, tensor<3x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
