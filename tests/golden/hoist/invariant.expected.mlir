"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>, role = "entry"}> ({
  ^bb0(%xs: tensor<3x4xf32>, %h0: tensor<4xf32>, %w: tensor<4xf32>):
    %0 = "mr.exp"(%w) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = "mr.scan"(%h0, %xs) <{trip = 3 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 1, 0>}> ({
    ^bb0(%t: index, %h: tensor<4xf32>, %x: tensor<4xf32>):
      %2 = "mr.mul"(%h, %0) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      %3 = "mr.add"(%2, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      "scf.yield"(%3) : (tensor<4xf32>) -> ()
    }) : (tensor<4xf32>, tensor<3x4xf32>) -> tensor<4xf32>
    "func.return"(%1) : (tensor<4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
