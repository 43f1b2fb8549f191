// RUN: millrace opt %s --pipeline "canonicalize,fold-constants,cse,prune,raise-loops"
// Reads and writes from the last row to the first: a scan in reverse.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<7x2x3xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<7x2x4xf32>), role = "entry"}> ({
  ^bb0(%0: tensor<7x2x3xf32>):
    %1 = "mr.constant"() <{value = dense<[[2.040919, -2.555665, 0.41809884, -0.5677696, -0.4526493, -0.21559717, -2.0199862, -0.23193237, -0.8652131, 3.3229995, 0.22578661, -0.3526308, -0.28128743, -0.66804636, -1.0551505, -0.39080098], [0.4819454, -0.23855361, 0.9577587, -0.19980213, 0.024259565, 1.5458208, 0.5451055, -0.50522876, -0.18283898, 0.54052514, 1.935088, -0.26962033, -0.24355868, 1.0023136, -0.88645995, -0.29172024], [0.882539, 0.58035004, 0.0915167, 0.6701044, -2.8281622, 1.0213069, -0.95964473, -1.6686199, 0.27644575, 0.7005449, -0.44476745, -1.0764059, 0.026124833, -0.05274731, 1.4055982, 0.747408]]> : tensor<3x16xf32>}> : () -> tensor<3x16xf32>
    %2 = "mr.constant"() <{value = dense<[[0.19381565, 1.1116332, -0.20552304, -0.92589957, 0.5840583, 0.5825384, -0.21482891, -0.7828086, 0.2291539, -2.4938943, 0.69012475, 0.49136826, -1.6388571, 0.06135351, -0.96409965, 0.75722104], [-2.0341673, -0.9144945, 0.70958, 1.156401, -2.1580055, -0.49803984, 0.3280201, -0.60921615, 1.5906402, -1.1912267, 0.35453194, -1.0484055, 1.405963, -0.021651229, -0.37225056, -1.718185], [1.6818255, 0.7527786, 0.7535638, 1.1378813, 0.34922656, -0.6392466, -0.80024123, -0.8002, 1.3700724, -1.4603812, -0.5963695, -0.3212439, 0.22461903, 0.5753494, -1.249097, -1.7300135], [-0.0044142324, 1.2135638, 0.7570581, 0.21565078, -0.31715563, 0.2932337, -0.24333508, 0.81720656, -0.79444736, 0.13423994, -0.110780135, 0.5433594, 0.22463852, 2.5500345, 1.4986547, 1.4967371]]> : tensor<4x16xf32>}> : () -> tensor<4x16xf32>
    %3 = "mr.constant"() <{value = dense<0.0> : tensor<2x4xf32>}> : () -> tensor<2x4xf32>
    %4 = "mr.constant"() <{value = dense<0.0> : tensor<7x2x4xf32>}> : () -> tensor<7x2x4xf32>
    %5 = "arith.constant"() <{value = 0 : index}> : () -> index
    %6 = "arith.constant"() <{value = 7 : index}> : () -> index
    %7 = "arith.constant"() <{value = 1 : index}> : () -> index
    %8, %9, %10 = "scf.for"(%5, %6, %7, %3, %3, %4) ({
    ^bb0(%11: index, %12: tensor<2x4xf32>, %13: tensor<2x4xf32>, %14: tensor<7x2x4xf32>):
      %15 = "arith.index_cast"(%11) : (index) -> i64
      %16 = "tensor.from_elements"(%15) : (i64) -> tensor<i64>
      %17 = "mr.constant"() <{value = dense<6> : tensor<i64>}> : () -> tensor<i64>
      %18 = "mr.sub"(%17, %16) : (tensor<i64>, tensor<i64>) -> tensor<i64>
      %19 = "mr.gather"(%0, %18) <{axis = 0 : i64, in_bounds = false}> : (tensor<7x2x3xf32>, tensor<i64>) -> tensor<2x3xf32>
      %20 = "mr.matmul"(%19, %1) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<2x3xf32>, tensor<3x16xf32>) -> tensor<2x16xf32>
      %21 = "mr.matmul"(%12, %2) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<2x4xf32>, tensor<4x16xf32>) -> tensor<2x16xf32>
      %22 = "mr.add"(%20, %21) : (tensor<2x16xf32>, tensor<2x16xf32>) -> tensor<2x16xf32>
      %23 = "mr.slice"(%22) <{starts = array<i64: 0, 0>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>}> : (tensor<2x16xf32>) -> tensor<2x4xf32>
      %24 = "mr.slice"(%22) <{starts = array<i64: 0, 4>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>}> : (tensor<2x16xf32>) -> tensor<2x4xf32>
      %25 = "mr.slice"(%22) <{starts = array<i64: 0, 8>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>}> : (tensor<2x16xf32>) -> tensor<2x4xf32>
      %26 = "mr.slice"(%22) <{starts = array<i64: 0, 12>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>}> : (tensor<2x16xf32>) -> tensor<2x4xf32>
      %27 = "mr.sigmoid"(%23) : (tensor<2x4xf32>) -> tensor<2x4xf32>
      %28 = "mr.sigmoid"(%24) : (tensor<2x4xf32>) -> tensor<2x4xf32>
      %29 = "mr.sigmoid"(%26) : (tensor<2x4xf32>) -> tensor<2x4xf32>
      %30 = "mr.tanh"(%25) : (tensor<2x4xf32>) -> tensor<2x4xf32>
      %31 = "mr.mul"(%28, %13) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
      %32 = "mr.mul"(%27, %30) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
      %33 = "mr.add"(%31, %32) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
      %34 = "mr.tanh"(%33) : (tensor<2x4xf32>) -> tensor<2x4xf32>
      %35 = "mr.mul"(%29, %34) : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
      %36 = "mr.reshape"(%35) <{shape = array<i64: 1, 2, 4>}> : (tensor<2x4xf32>) -> tensor<1x2x4xf32>
      %37 = "mr.constant"() <{value = dense<0> : tensor<1xi64>}> : () -> tensor<1xi64>
      %38 = "mr.reshape"(%18) <{shape = array<i64: 1>}> : (tensor<i64>) -> tensor<1xi64>
      %39 = "mr.concat"(%38, %37, %37) <{axis = 0 : i64}> : (tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<3xi64>
      %40 = "mr.dynamic_update_slice"(%14, %36, %39) : (tensor<7x2x4xf32>, tensor<1x2x4xf32>, tensor<3xi64>) -> tensor<7x2x4xf32>
      "scf.yield"(%35, %33, %40) : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<7x2x4xf32>) -> ()
    }) : (index, index, index, tensor<2x4xf32>, tensor<2x4xf32>, tensor<7x2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<7x2x4xf32>)
    "func.return"(%8, %9, %10) : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<7x2x4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
