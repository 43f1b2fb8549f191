"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = (tensor<1x12x4x2xi8>) -> tensor<1x12x4x2xi8>, role = "entry"}> ({
  ^bb0(%0: tensor<1x12x4x2xi8>):
    %1 = "mr.constant"() <{value = dense<[[[[3, 1], [2, -1]]], [[[1, 0], [-2, 4]]], [[[-3, 1], [1, 1]]]]> : tensor<3x1x2x2xi8>}> : () -> tensor<3x1x2x2xi8>
    %2 = "mr.slice"(%0) <{starts = array<i64: 0, 0, 0, 0>, sizes = array<i64: 1, 4, 4, 2>, steps = array<i64: 1, 1, 1, 1>}> : (tensor<1x12x4x2xi8>) -> tensor<1x4x4x2xi8>
    %3 = "mr.pad"(%2) <{low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>, value = -7 : i64}> : (tensor<1x4x4x2xi8>) -> tensor<1x5x4x2xi8>
    %4 = "mr.conv"(%3, %1) <{groups = 1 : i64, acc = i32}> : (tensor<1x5x4x2xi8>, tensor<3x1x2x2xi8>) -> tensor<1x3x4x2xi32>
    %5 = "mr.cast"(%4) <{to = i8}> : (tensor<1x3x4x2xi32>) -> tensor<1x3x4x2xi8>
    %6 = "mr.pad"(%5) <{low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>, value = -7 : i64}> : (tensor<1x3x4x2xi8>) -> tensor<1x4x4x2xi8>
    %7 = "mr.conv"(%6, %1) <{groups = 1 : i64, acc = i32}> : (tensor<1x4x4x2xi8>, tensor<3x1x2x2xi8>) -> tensor<1x2x4x2xi32>
    %8 = "mr.slice"(%5) <{starts = array<i64: 0, 0, 0, 0>, sizes = array<i64: 1, 2, 4, 2>, steps = array<i64: 1, 1, 1, 1>}> : (tensor<1x3x4x2xi8>) -> tensor<1x2x4x2xi8>
    %9 = "mr.cast"(%8) <{to = i32}> : (tensor<1x2x4x2xi8>) -> tensor<1x2x4x2xi32>
    %10 = "mr.add"(%7, %9) : (tensor<1x2x4x2xi32>, tensor<1x2x4x2xi32>) -> tensor<1x2x4x2xi32>
    %11 = "mr.abs"(%10) : (tensor<1x2x4x2xi32>) -> tensor<1x2x4x2xi32>
    %12 = "mr.cast"(%11) <{to = i8}> : (tensor<1x2x4x2xi32>) -> tensor<1x2x4x2xi8>
    %13 = "mr.pad"(%5) <{low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>, value = 0 : i64}> : (tensor<1x3x4x2xi8>) -> tensor<1x4x4x2xi8>
    %14, %15 = "mr.scan"(%13) <{trip = 4 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 0, 0>}> ({
    ^bb0(%16: index, %17: tensor<1x4x4x2xi8>):
      %18 = "arith.constant"() <{value = 2 : index}> : () -> index
      %19 = "arith.muli"(%16, %18) : (index, index) -> index
      %20 = "arith.addi"(%19, %18) : (index, index) -> index
      %21 = "mr.index"(%0, %20) <{axes = array<i64: 1>, sizes = array<i64: 4>, in_bounds = true}> : (tensor<1x12x4x2xi8>, index) -> tensor<1x4x4x2xi8>
      %22 = "mr.conv"(%21, %1) <{groups = 1 : i64, acc = i32}> : (tensor<1x4x4x2xi8>, tensor<3x1x2x2xi8>) -> tensor<1x2x4x2xi32>
      %23 = "mr.slice"(%17) <{starts = array<i64: 0, 2, 0, 0>, sizes = array<i64: 1, 2, 4, 2>, steps = array<i64: 1, 1, 1, 1>}> : (tensor<1x4x4x2xi8>) -> tensor<1x2x4x2xi8>
      %24 = "mr.cast"(%22) <{to = i8}> : (tensor<1x2x4x2xi32>) -> tensor<1x2x4x2xi8>
      %25 = "mr.concat"(%23, %24) <{axis = 1 : i64}> : (tensor<1x2x4x2xi8>, tensor<1x2x4x2xi8>) -> tensor<1x4x4x2xi8>
      %26 = "mr.conv"(%25, %1) <{groups = 1 : i64, acc = i32}> : (tensor<1x4x4x2xi8>, tensor<3x1x2x2xi8>) -> tensor<1x2x4x2xi32>
      %27 = "mr.slice"(%25) <{starts = array<i64: 0, 1, 0, 0>, sizes = array<i64: 1, 2, 4, 2>, steps = array<i64: 1, 1, 1, 1>}> : (tensor<1x4x4x2xi8>) -> tensor<1x2x4x2xi8>
      %28 = "mr.cast"(%27) <{to = i32}> : (tensor<1x2x4x2xi8>) -> tensor<1x2x4x2xi32>
      %29 = "mr.add"(%26, %28) : (tensor<1x2x4x2xi32>, tensor<1x2x4x2xi32>) -> tensor<1x2x4x2xi32>
      %30 = "mr.abs"(%29) : (tensor<1x2x4x2xi32>) -> tensor<1x2x4x2xi32>
      %31 = "mr.cast"(%30) <{to = i8}> : (tensor<1x2x4x2xi32>) -> tensor<1x2x4x2xi8>
      "scf.yield"(%25, %31) : (tensor<1x4x4x2xi8>, tensor<1x2x4x2xi8>) -> ()
    }) : (tensor<1x4x4x2xi8>) -> (tensor<1x4x4x2xi8>, tensor<4x1x2x4x2xi8>)
    %32 = "mr.reshape"(%15) <{shape = array<i64: 1, 8, 4, 2>}> : (tensor<4x1x2x4x2xi8>) -> tensor<1x8x4x2xi8>
    %33 = "mr.slice"(%0) <{starts = array<i64: 0, 10, 0, 0>, sizes = array<i64: 1, 2, 4, 2>, steps = array<i64: 1, 1, 1, 1>}> : (tensor<1x12x4x2xi8>) -> tensor<1x2x4x2xi8>
    %34 = "mr.pad"(%33) <{low = array<i64: 0, 0, 0, 0>, high = array<i64: 0, 1, 0, 0>, value = -7 : i64}> : (tensor<1x2x4x2xi8>) -> tensor<1x3x4x2xi8>
    %35 = "mr.conv"(%34, %1) <{groups = 1 : i64, acc = i32}> : (tensor<1x3x4x2xi8>, tensor<3x1x2x2xi8>) -> tensor<1x1x4x2xi32>
    %36 = "mr.slice"(%14) <{starts = array<i64: 0, 2, 0, 0>, sizes = array<i64: 1, 2, 4, 2>, steps = array<i64: 1, 1, 1, 1>}> : (tensor<1x4x4x2xi8>) -> tensor<1x2x4x2xi8>
    %37 = "mr.cast"(%35) <{to = i8}> : (tensor<1x1x4x2xi32>) -> tensor<1x1x4x2xi8>
    %38 = "mr.concat"(%36, %37) <{axis = 1 : i64}> : (tensor<1x2x4x2xi8>, tensor<1x1x4x2xi8>) -> tensor<1x3x4x2xi8>
    %39 = "mr.pad"(%38) <{low = array<i64: 0, 0, 0, 0>, high = array<i64: 0, 1, 0, 0>, value = -7 : i64}> : (tensor<1x3x4x2xi8>) -> tensor<1x4x4x2xi8>
    %40 = "mr.conv"(%39, %1) <{groups = 1 : i64, acc = i32}> : (tensor<1x4x4x2xi8>, tensor<3x1x2x2xi8>) -> tensor<1x2x4x2xi32>
    %41 = "mr.slice"(%38) <{starts = array<i64: 0, 1, 0, 0>, sizes = array<i64: 1, 2, 4, 2>, steps = array<i64: 1, 1, 1, 1>}> : (tensor<1x3x4x2xi8>) -> tensor<1x2x4x2xi8>
    %42 = "mr.cast"(%41) <{to = i32}> : (tensor<1x2x4x2xi8>) -> tensor<1x2x4x2xi32>
    %43 = "mr.add"(%40, %42) : (tensor<1x2x4x2xi32>, tensor<1x2x4x2xi32>) -> tensor<1x2x4x2xi32>
    %44 = "mr.abs"(%43) : (tensor<1x2x4x2xi32>) -> tensor<1x2x4x2xi32>
    %45 = "mr.cast"(%44) <{to = i8}> : (tensor<1x2x4x2xi32>) -> tensor<1x2x4x2xi8>
    %46 = "mr.concat"(%12, %32, %45) <{axis = 1 : i64}> : (tensor<1x2x4x2xi8>, tensor<1x8x4x2xi8>, tensor<1x2x4x2xi8>) -> tensor<1x12x4x2xi8>
    "func.return"(%46) : (tensor<1x12x4x2xi8>) -> ()
  }) : () -> ()
}) : () -> ()
