"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<5x4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<5x4xf32>), role = "entry"}> ({
  ^bb0(%xs: tensor<5x4xf32>, %h0: tensor<4xf32>):
    %0 = "mr.slice"(%xs) <{starts = array<i64: 0, 0>, sizes = array<i64: 4, 4>, steps = array<i64: 1, 1>}> : (tensor<5x4xf32>) -> tensor<4x4xf32>
    %1 = "mr.reshape"(%0) <{shape = array<i64: 2, 2, 4>}> : (tensor<4x4xf32>) -> tensor<2x2x4xf32>
    %2, %3 = "mr.scan"(%h0, %1) <{trip = 2 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 1, 0>}> ({
    ^bb0(%4: index, %5: tensor<4xf32>, %6: tensor<2x4xf32>):
      %7 = "arith.constant"() <{value = 2 : index}> : () -> index
      %8 = "arith.muli"(%4, %7) : (index, index) -> index
      %9 = "arith.constant"() <{value = 0 : index}> : () -> index
      %10 = "arith.constant"() <{value = 0 : index}> : () -> index
      %11 = "arith.addi"(%8, %10) : (index, index) -> index
      %12 = "mr.slice"(%6) <{starts = array<i64: 0, 0>, sizes = array<i64: 1, 4>, steps = array<i64: 1, 1>}> : (tensor<2x4xf32>) -> tensor<1x4xf32>
      %13 = "mr.reshape"(%12) <{shape = array<i64: 4>}> : (tensor<1x4xf32>) -> tensor<4xf32>
      %14 = "mr.mul"(%5, %13) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      %15 = "mr.add"(%14, %13) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      %16 = "mr.tanh"(%15) : (tensor<4xf32>) -> tensor<4xf32>
      %17 = "arith.constant"() <{value = 1 : index}> : () -> index
      %18 = "arith.constant"() <{value = 1 : index}> : () -> index
      %19 = "arith.addi"(%8, %18) : (index, index) -> index
      %20 = "mr.slice"(%6) <{starts = array<i64: 1, 0>, sizes = array<i64: 1, 4>, steps = array<i64: 1, 1>}> : (tensor<2x4xf32>) -> tensor<1x4xf32>
      %21 = "mr.reshape"(%20) <{shape = array<i64: 4>}> : (tensor<1x4xf32>) -> tensor<4xf32>
      %22 = "mr.mul"(%16, %21) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      %23 = "mr.add"(%22, %21) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      %24 = "mr.tanh"(%23) : (tensor<4xf32>) -> tensor<4xf32>
      %25 = "mr.reshape"(%16) <{shape = array<i64: 1, 4>}> : (tensor<4xf32>) -> tensor<1x4xf32>
      %26 = "mr.reshape"(%24) <{shape = array<i64: 1, 4>}> : (tensor<4xf32>) -> tensor<1x4xf32>
      %27 = "mr.concat"(%25, %26) <{axis = 0 : i64}> : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<2x4xf32>
      "scf.yield"(%24, %27) : (tensor<4xf32>, tensor<2x4xf32>) -> ()
    }) : (tensor<4xf32>, tensor<2x2x4xf32>) -> (tensor<4xf32>, tensor<2x2x4xf32>)
    %28 = "mr.reshape"(%3) <{shape = array<i64: 4, 4>}> : (tensor<2x2x4xf32>) -> tensor<4x4xf32>
    %29 = "arith.constant"() <{value = 4 : index}> : () -> index
    %30 = "mr.slice"(%xs) <{starts = array<i64: 4, 0>, sizes = array<i64: 1, 4>, steps = array<i64: 1, 1>}> : (tensor<5x4xf32>) -> tensor<1x4xf32>
    %31 = "mr.reshape"(%30) <{shape = array<i64: 4>}> : (tensor<1x4xf32>) -> tensor<4xf32>
    %32 = "mr.mul"(%2, %31) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %33 = "mr.add"(%32, %31) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %34 = "mr.tanh"(%33) : (tensor<4xf32>) -> tensor<4xf32>
    %35 = "mr.reshape"(%34) <{shape = array<i64: 1, 4>}> : (tensor<4xf32>) -> tensor<1x4xf32>
    %36 = "mr.concat"(%35) <{axis = 0 : i64}> : (tensor<1x4xf32>) -> tensor<1x4xf32>
    %37 = "mr.concat"(%28, %36) <{axis = 0 : i64}> : (tensor<4x4xf32>, tensor<1x4xf32>) -> tensor<5x4xf32>
    "func.return"(%34, %37) : (tensor<4xf32>, tensor<5x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
