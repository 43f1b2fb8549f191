"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<2x4xf32>), role = "entry"}> ({
  ^bb0(%xs: tensor<2x4xf32>, %h0: tensor<4xf32>):
    %0 = "arith.constant"() <{value = 0 : index}> : () -> index
    %1 = "mr.slice"(%xs) <{starts = array<i64: 0, 0>, sizes = array<i64: 1, 4>, steps = array<i64: 1, 1>}> : (tensor<2x4xf32>) -> tensor<1x4xf32>
    %2 = "mr.reshape"(%1) <{shape = array<i64: 4>}> : (tensor<1x4xf32>) -> tensor<4xf32>
    %3 = "mr.mul"(%h0, %2) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %4 = "mr.add"(%3, %2) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %5 = "mr.tanh"(%4) : (tensor<4xf32>) -> tensor<4xf32>
    %6 = "arith.constant"() <{value = 1 : index}> : () -> index
    %7 = "mr.slice"(%xs) <{starts = array<i64: 1, 0>, sizes = array<i64: 1, 4>, steps = array<i64: 1, 1>}> : (tensor<2x4xf32>) -> tensor<1x4xf32>
    %8 = "mr.reshape"(%7) <{shape = array<i64: 4>}> : (tensor<1x4xf32>) -> tensor<4xf32>
    %9 = "mr.mul"(%5, %8) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %10 = "mr.add"(%9, %8) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %11 = "mr.tanh"(%10) : (tensor<4xf32>) -> tensor<4xf32>
    %12 = "mr.reshape"(%5) <{shape = array<i64: 1, 4>}> : (tensor<4xf32>) -> tensor<1x4xf32>
    %13 = "mr.reshape"(%11) <{shape = array<i64: 1, 4>}> : (tensor<4xf32>) -> tensor<1x4xf32>
    %14 = "mr.concat"(%12, %13) <{axis = 0 : i64}> : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<2x4xf32>
    "func.return"(%11, %14) : (tensor<4xf32>, tensor<2x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
