"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2xf32>, tensor<2xf32>, tensor<3x2xf32>) -> (tensor<2xf32>, tensor<2xf32>), role = "entry"}> ({
  ^bb0(%h: tensor<2xf32>, %w: tensor<2xf32>, %xs: tensor<3x2xf32>):
    %0 = "arith.constant"() <{value = 3 : index}> : () -> index
    %1, %2 = "mr.scan"(%h, %w, %xs) <{trip = 3 : i64, reverse = false, operandSegmentSizes = array<i32: 2, 1, 0>}> ({
    ^bb0(%i: index, %h_1: tensor<2xf32>, %w_1: tensor<2xf32>, %x: tensor<2xf32>):
      %3 = "mr.add"(%h_1, %x) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      %4 = "mr.mul"(%3, %w) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      "scf.yield"(%4, %w) : (tensor<2xf32>, tensor<2xf32>) -> ()
    }) : (tensor<2xf32>, tensor<2xf32>, tensor<3x2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
    "func.return"(%1, %w) : (tensor<2xf32>, tensor<2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
