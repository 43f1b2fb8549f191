// RUN: millrace opt %s --pipeline "canonicalize,fold-constants,cse,prune,raise-loops"
// Three counters, reads and writes at the first of them: a scan.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<7x2x3xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<7x2x4xf32>), role = "entry"}> ({
  ^bb0(%0: tensor<7x2x3xf32>):
    %1 = "mr.constant"() <{value = dense<[[2.040919, -2.555665, 0.41809884, -0.5677696, -0.4526493, -0.21559717, -2.0199862, -0.23193237, -0.8652131, 3.3229995, 0.22578661, -0.3526308, -0.28128743, -0.66804636, -1.0551505, -0.39080098], [0.4819454, -0.23855361, 0.9577587, -0.19980213, 0.024259565, 1.5458208, 0.5451055, -0.50522876, -0.18283898, 0.54052514, 1.935088, -0.26962033, -0.24355868, 1.0023136, -0.88645995, -0.29172024], [0.882539, 0.58035004, 0.0915167, 0.6701044, -2.8281622, 1.0213069, -0.95964473, -1.6686199, 0.27644575, 0.7005449, -0.44476745, -1.0764059, 0.026124833, -0.05274731, 1.4055982, 0.747408]]> : tensor<3x16xf32>}> : () -> tensor<3x16xf32>
    %2 = "mr.constant"() <{value = dense<[[0.19381565, 1.1116332, -0.20552304, -0.92589957, 0.5840583, 0.5825384, -0.21482891, -0.7828086, 0.2291539, -2.4938943, 0.69012475, 0.49136826, -1.6388571, 0.06135351, -0.96409965, 0.75722104], [-2.0341673, -0.9144945, 0.70958, 1.156401, -2.1580055, -0.49803984, 0.3280201, -0.60921615, 1.5906402, -1.1912267, 0.35453194, -1.0484055, 1.405963, -0.021651229, -0.37225056, -1.718185], [1.6818255, 0.7527786, 0.7535638, 1.1378813, 0.34922656, -0.6392466, -0.80024123, -0.8002, 1.3700724, -1.4603812, -0.5963695, -0.3212439, 0.22461903, 0.5753494, -1.249097, -1.7300135], [-0.0044142324, 1.2135638, 0.7570581, 0.21565078, -0.31715563, 0.2932337, -0.24333508, 0.81720656, -0.79444736, 0.13423994, -0.110780135, 0.5433594, 0.22463852, 2.5500345, 1.4986547, 1.4967371]]> : tensor<4x16xf32>}> : () -> tensor<4x16xf32>
    %3 = "mr.constant"() <{value = dense<0.0> : tensor<2x4xf32>}> : () -> tensor<2x4xf32>
    %4 = "mr.constant"() <{value = dense<0.0> : tensor<7x2x4xf32>}> : () -> tensor<7x2x4xf32>
    %5 = "mr.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %6 = "mr.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %7 = "mr.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %8, %9, %10, %11, %12, %13 = "scf.while"(%5, %6, %7, %3, %3, %4) ({
    ^bb0(%14: tensor<i32>, %15: tensor<i32>, %16: tensor<i32>, %17: tensor<2x4xf32>, %18: tensor<2x4xf32>, %19: tensor<7x2x4xf32>):
      %20 = "mr.constant"() <{value = dense<7> : tensor<i32>}> : () -> tensor<i32>
      %21 = "mr.less"(%14, %20) : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %22 = "mr.less"(%15, %20) : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %23 = "mr.and"(%21, %22) : (tensor<i1>, tensor<i1>) -> tensor<i1>
      %24 = "mr.less"(%16, %20) : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %25 = "mr.and"(%23, %24) : (tensor<i1>, tensor<i1>) -> tensor<i1>
      %26 = "tensor.extract"(%25) : (tensor<i1>) -> i1
      "scf.condition"(%26, %14, %15, %16, %17, %18, %19) : (i1, tensor<i32>, tensor<i32>, tensor<i32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<7x2x4xf32>) -> ()
    }, {
    ^bb0(%27: tensor<i32>, %28: tensor<i32>, %29: tensor<i32>, %30: tensor<2x4xf32>, %31: tensor<2x4xf32>, %32: tensor<7x2x4xf32>):
      %33 = "mr.gather"(%0, %27) <{axis = 0 : i64, in_bounds = false}> : (tensor<7x2x3xf32>, tensor<i32>) -> tensor<2x3xf32>
      %34 = "mr.matmul"(%33, %1) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<2x3xf32>, tensor<3x16xf32>) -> tensor<2x16xf32>
      %35 = "mr.matmul"(%30, %2) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<2x4xf32>, tensor<4x16xf32>) -> tensor<2x16xf32>
      %36 = "mr.add"(%34, %35) : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
      %37 = "mr.slice"(%36) <{starts = array<i64: 0, 0>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>}> : (tensor<2x16xf32>) -> tensor<2x4xf32>
      %38 = "mr.slice"(%36) <{starts = array<i64: 0, 4>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>}> : (tensor<2x16xf32>) -> tensor<2x4xf32>
      %39 = "mr.slice"(%36) <{starts = array<i64: 0, 8>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>}> : (tensor<2x16xf32>) -> tensor<2x4xf32>
      %40 = "mr.slice"(%36) <{starts = array<i64: 0, 12>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>}> : (tensor<2x16xf32>) -> tensor<2x4xf32>
      %41 = "mr.sigmoid"(%37) : (tensor<2x4xf32>) -> tensor<2x4xf32>
      %42 = "mr.sigmoid"(%38) : (tensor<2x4xf32>) -> tensor<2x4xf32>
      %43 = "mr.sigmoid"(%40) : (tensor<2x4xf32>) -> tensor<2x4xf32>
      %44 = "mr.tanh"(%39) : (tensor<2x4xf32>) -> tensor<2x4xf32>
      %45 = "mr.mul"(%42, %31) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
      %46 = "mr.mul"(%41, %44) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
      %47 = "mr.add"(%45, %46) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
      %48 = "mr.tanh"(%47) : (tensor<2x4xf32>) -> tensor<2x4xf32>
      %49 = "mr.mul"(%43, %48) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
      %50 = "mr.reshape"(%49) <{shape = array<i64: 1, 2, 4>}> : (tensor<2x4xf32>) -> tensor<1x2x4xf32>
      %51 = "mr.constant"() <{value = dense<0> : tensor<1xi32>}> : () -> tensor<1xi32>
      %52 = "mr.reshape"(%27) <{shape = array<i64: 1>}> : (tensor<i32>) -> tensor<1xi32>
      %53 = "mr.concat"(%52, %51, %51) <{axis = 0 : i64}> : (tensor<1xi32>, tensor<1xi32>, tensor<1xi32>) -> tensor<3xi32>
      %54 = "mr.dynamic_update_slice"(%32, %50, %53) : (tensor<7x2x4xf32>, tensor<1x2x4xf32>, tensor<3xi32>) -> tensor<7x2x4xf32>
      %55 = "mr.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
      %56 = "mr.add"(%27, %55) : (tensor<i32>, tensor<i32>) -> tensor<i32>
      %57 = "mr.add"(%28, %55) : (tensor<i32>, tensor<i32>) -> tensor<i32>
      %58 = "mr.add"(%29, %55) : (tensor<i32>, tensor<i32>) -> tensor<i32>
      "scf.yield"(%56, %57, %58, %49, %47, %54) : (tensor<i32>, tensor<i32>, tensor<i32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<7x2x4xf32>) -> ()
    }) : (tensor<i32>, tensor<i32>, tensor<i32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<7x2x4xf32>) -> (tensor<i32>, tensor<i32>, tensor<i32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<7x2x4xf32>)
    "func.return"(%11, %12, %13) : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<7x2x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
