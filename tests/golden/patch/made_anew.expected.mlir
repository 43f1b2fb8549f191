"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = (tensor<10x3xf32>) -> tensor<8x3xf32>, role = "entry"}> ({
  ^bb0(%0: tensor<10x3xf32>):
    %1 = "mr.slice"(%0) <{starts = array<i64: 2, 0>, sizes = array<i64: 5, 3>, steps = array<i64: 1, 1>}> : (tensor<10x3xf32>) -> tensor<5x3xf32>
    %2 = "mr.tanh"(%1) : (tensor<5x3xf32>) -> tensor<5x3xf32>
    %3 = "mr.slice"(%2) <{starts = array<i64: 0, 0>, sizes = array<i64: 5, 3>, steps = array<i64: 1, 1>}> : (tensor<5x3xf32>) -> tensor<5x3xf32>
    %4 = "mr.slice"(%0) <{starts = array<i64: 7, 0>, sizes = array<i64: 3, 3>, steps = array<i64: 1, 1>}> : (tensor<10x3xf32>) -> tensor<3x3xf32>
    %5 = "mr.tanh"(%4) : (tensor<3x3xf32>) -> tensor<3x3xf32>
    %6 = "mr.slice"(%5) <{starts = array<i64: 0, 0>, sizes = array<i64: 3, 3>, steps = array<i64: 1, 1>}> : (tensor<3x3xf32>) -> tensor<3x3xf32>
    %7 = "mr.concat"(%3, %6) <{axis = 0 : i64}> : (tensor<5x3xf32>, tensor<3x3xf32>) -> tensor<8x3xf32>
    "func.return"(%7) : (tensor<8x3xf32>) -> ()
  }) : () -> ()
}) : () -> ()
