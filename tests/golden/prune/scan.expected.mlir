"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2xf32>, tensor<2xf32>, tensor<3x2xf32>, tensor<3x2xf32>) -> (tensor<2xf32>, tensor<3x2xf32>), role = "entry"}> ({
  ^bb0(%h: tensor<2xf32>, %d: tensor<2xf32>, %xs: tensor<3x2xf32>, %ys: tensor<3x2xf32>):
    %0, %1 = "mr.scan"(%h, %xs) <{trip = 3 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 1, 0>}> ({
    ^bb0(%i: index, %h_1: tensor<2xf32>, %x: tensor<2xf32>):
      %2 = "mr.add"(%h_1, %x) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      "scf.yield"(%2, %2) : (tensor<2xf32>, tensor<2xf32>) -> ()
    }) : (tensor<2xf32>, tensor<3x2xf32>) -> (tensor<2xf32>, tensor<3x2xf32>)
    "func.return"(%0, %1) : (tensor<2xf32>, tensor<3x2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
