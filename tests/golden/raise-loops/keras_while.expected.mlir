"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<7x2x3xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<7x2x4xf32>), role = "entry"}> ({
  ^bb0(%0: tensor<7x2x3xf32>):
    %1 = "mr.constant"() <{value = dense<[[2.040919, -2.555665, 0.41809884, -0.5677696, -0.4526493, -0.21559717, -2.0199862, -0.23193237, -0.8652131, 3.3229995, 0.22578661, -0.3526308, -0.28128743, -0.66804636, -1.0551505, -0.39080098], [0.4819454, -0.23855361, 0.9577587, -0.19980213, 0.024259565, 1.5458208, 0.5451055, -0.50522876, -0.18283898, 0.54052514, 1.935088, -0.26962033, -0.24355868, 1.0023136, -0.88645995, -0.29172024], [0.882539, 0.58035004, 0.0915167, 0.6701044, -2.8281622, 1.0213069, -0.95964473, -1.6686199, 0.27644575, 0.7005449, -0.44476745, -1.0764059, 0.026124833, -0.05274731, 1.4055982, 0.747408]]> : tensor<3x16xf32>}> : () -> tensor<3x16xf32>
    %2 = "mr.constant"() <{value = dense<[[0.19381565, 1.1116332, -0.20552304, -0.92589957, 0.5840583, 0.5825384, -0.21482891, -0.7828086, 0.2291539, -2.4938943, 0.69012475, 0.49136826, -1.6388571, 0.06135351, -0.96409965, 0.75722104], [-2.0341673, -0.9144945, 0.70958, 1.156401, -2.1580055, -0.49803984, 0.3280201, -0.60921615, 1.5906402, -1.1912267, 0.35453194, -1.0484055, 1.405963, -0.021651229, -0.37225056, -1.718185], [1.6818255, 0.7527786, 0.7535638, 1.1378813, 0.34922656, -0.6392466, -0.80024123, -0.8002, 1.3700724, -1.4603812, -0.5963695, -0.3212439, 0.22461903, 0.5753494, -1.249097, -1.7300135], [-0.0044142324, 1.2135638, 0.7570581, 0.21565078, -0.31715563, 0.2932337, -0.24333508, 0.81720656, -0.79444736, 0.13423994, -0.110780135, 0.5433594, 0.22463852, 2.5500345, 1.4986547, 1.4967371]]> : tensor<4x16xf32>}> : () -> tensor<4x16xf32>
    %3 = "mr.constant"() <{value = dense<0.0> : tensor<2x4xf32>}> : () -> tensor<2x4xf32>
    %4 = "mr.constant"() <{value = dense<0.0> : tensor<7x2x4xf32>}> : () -> tensor<7x2x4xf32>
    %5 = "mr.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %6, %7, %8 = "mr.scan"(%3, %3, %0) <{trip = 7 : i64, reverse = false, operandSegmentSizes = array<i32: 2, 1, 0>}> ({
    ^bb0(%9: index, %10: tensor<2x4xf32>, %11: tensor<2x4xf32>, %12: tensor<2x3xf32>):
      %13 = "arith.index_cast"(%9) : (index) -> i64
      %14 = "tensor.from_elements"(%13) : (i64) -> tensor<i64>
      %15 = "mr.cast"(%14) <{to = i32}> : (tensor<i64>) -> tensor<i32>
      %16 = "arith.index_cast"(%9) : (index) -> i64
      %17 = "tensor.from_elements"(%16) : (i64) -> tensor<i64>
      %18 = "mr.cast"(%17) <{to = i32}> : (tensor<i64>) -> tensor<i32>
      %19 = "arith.index_cast"(%9) : (index) -> i64
      %20 = "tensor.from_elements"(%19) : (i64) -> tensor<i64>
      %21 = "mr.cast"(%20) <{to = i32}> : (tensor<i64>) -> tensor<i32>
      %22 = "mr.constant"() <{value = dense<7> : tensor<i32>}> : () -> tensor<i32>
      %23 = "mr.less"(%15, %22) : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %24 = "mr.less"(%18, %22) : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %25 = "mr.and"(%23, %24) : (tensor<i1>, tensor<i1>) -> tensor<i1>
      %26 = "mr.less"(%21, %22) : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %27 = "mr.and"(%25, %26) : (tensor<i1>, tensor<i1>) -> tensor<i1>
      %28 = "tensor.extract"(%27) : (tensor<i1>) -> i1
      %29 = "mr.matmul"(%12, %1) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<2x3xf32>, tensor<3x16xf32>) -> tensor<2x16xf32>
      %30 = "mr.matmul"(%10, %2) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<2x4xf32>, tensor<4x16xf32>) -> tensor<2x16xf32>
      %31 = "mr.add"(%29, %30) : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
      %32 = "mr.slice"(%31) <{starts = array<i64: 0, 0>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>}> : (tensor<2x16xf32>) -> tensor<2x4xf32>
      %33 = "mr.slice"(%31) <{starts = array<i64: 0, 4>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>}> : (tensor<2x16xf32>) -> tensor<2x4xf32>
      %34 = "mr.slice"(%31) <{starts = array<i64: 0, 8>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>}> : (tensor<2x16xf32>) -> tensor<2x4xf32>
      %35 = "mr.slice"(%31) <{starts = array<i64: 0, 12>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>}> : (tensor<2x16xf32>) -> tensor<2x4xf32>
      %36 = "mr.sigmoid"(%32) : (tensor<2x4xf32>) -> tensor<2x4xf32>
      %37 = "mr.sigmoid"(%33) : (tensor<2x4xf32>) -> tensor<2x4xf32>
      %38 = "mr.sigmoid"(%35) : (tensor<2x4xf32>) -> tensor<2x4xf32>
      %39 = "mr.tanh"(%34) : (tensor<2x4xf32>) -> tensor<2x4xf32>
      %40 = "mr.mul"(%37, %11) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
      %41 = "mr.mul"(%36, %39) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
      %42 = "mr.add"(%40, %41) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
      %43 = "mr.tanh"(%42) : (tensor<2x4xf32>) -> tensor<2x4xf32>
      %44 = "mr.mul"(%38, %43) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
      %45 = "mr.reshape"(%44) <{shape = array<i64: 1, 2, 4>}> : (tensor<2x4xf32>) -> tensor<1x2x4xf32>
      %46 = "mr.constant"() <{value = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
      %47 = "mr.reshape"(%15) <{shape = array<i64: 1>}> : (tensor<i32>) -> tensor<1xi32>
      %48 = "mr.concat"(%47, %46, %46) <{axis = 0 : i64}> : (tensor<1xi32>, tensor<1xi32>, tensor<1xi32>) -> tensor<3xi32>
      %49 = "mr.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
      %50 = "mr.add"(%15, %49) : (tensor<i32>, tensor<i32>) -> tensor<i32>
      %51 = "mr.add"(%18, %49) : (tensor<i32>, tensor<i32>) -> tensor<i32>
      %52 = "mr.add"(%21, %49) : (tensor<i32>, tensor<i32>) -> tensor<i32>
      %53 = "mr.reshape"(%45) <{shape = array<i64: 2, 4>}> : (tensor<1x2x4xf32>) -> tensor<2x4xf32>
      "scf.yield"(%44, %42, %53) : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) -> ()
    }) : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<7x2x3xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<7x2x4xf32>)
    %54 = "mr.constant"() <{value = dense<7> : tensor<i32>}> : () -> tensor<i32>
    %55 = "mr.constant"() <{value = dense<7> : tensor<i32>}> : () -> tensor<i32>
    %56 = "mr.constant"() <{value = dense<7> : tensor<i32>}> : () -> tensor<i32>
    %57 = "mr.constant"() <{value = dense<7> : tensor<i32>}> : () -> tensor<i32>
    %58 = "mr.less"(%54, %57) : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %59 = "mr.less"(%55, %57) : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %60 = "mr.and"(%58, %59) : (tensor<i1>, tensor<i1>) -> tensor<i1>
    %61 = "mr.less"(%56, %57) : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %62 = "mr.and"(%60, %61) : (tensor<i1>, tensor<i1>) -> tensor<i1>
    %63 = "tensor.extract"(%62) : (tensor<i1>) -> i1
    "func.return"(%6, %7, %8) : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<7x2x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
