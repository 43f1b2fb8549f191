"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<3x2x4xf32>, tensor<2x3xf32>) -> tensor<2x64xf32>, role = "entry"}> ({
  ^bb0(%xs: tensor<3x2x4xf32>, %u: tensor<2x3xf32>):
    %w = "mr.constant"() <{value = dense<1.0> : tensor<71x64xf32>}> : () -> tensor<71x64xf32>
    %h0 = "mr.constant"() <{value = dense<0.0> : tensor<2x64xf32>}> : () -> tensor<2x64xf32>
    %0 = "mr.constant"() <{value = dense<1.0> : tensor<3x64xf32>}> : () -> tensor<3x64xf32>
    %1 = "mr.matmul"(%u, %0) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<2x3xf32>, tensor<3x64xf32>) -> tensor<2x64xf32>
    %2 = "mr.constant"() <{value = dense<1.0> : tensor<4x64xf32>}> : () -> tensor<4x64xf32>
    %3 = "mr.constant"() <{value = dense<1.0> : tensor<64x64xf32>}> : () -> tensor<64x64xf32>
    %4 = "mr.reshape"(%xs) <{shape = array<i64: 6, 4>}> : (tensor<3x2x4xf32>) -> tensor<6x4xf32>
    %5 = "mr.matmul"(%4, %2) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<6x4xf32>, tensor<4x64xf32>) -> tensor<6x64xf32>
    %6 = "mr.reshape"(%5) <{shape = array<i64: 3, 2, 64>}> : (tensor<6x64xf32>) -> tensor<3x2x64xf32>
    %7 = "mr.add"(%1, %6) : (tensor<2x64xf32>, tensor<3x2x64xf32>) -> tensor<3x2x64xf32>
    %8 = "mr.scan"(%h0, %xs, %7) <{trip = 3 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 2, 0>}> ({
    ^bb0(%t: index, %h: tensor<2x64xf32>, %x: tensor<2x4xf32>, %9: tensor<2x64xf32>):
      %10 = "mr.concat"(%u, %x, %h) <{axis = 1 : i64}> : (tensor<2x3xf32>, tensor<2x4xf32>, tensor<2x64xf32>) -> tensor<2x71xf32>
      %11 = "mr.matmul"(%h, %3) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<2x64xf32>, tensor<64x64xf32>) -> tensor<2x64xf32>
      %12 = "mr.add"(%9, %11) : (tensor<2x64xf32>, tensor<2x64xf32>) -> tensor<2x64xf32>
      %13 = "mr.tanh"(%12) : (tensor<2x64xf32>) -> tensor<2x64xf32>
      "scf.yield"(%13) : (tensor<2x64xf32>) -> ()
    }) : (tensor<2x64xf32>, tensor<3x2x4xf32>, tensor<3x2x64xf32>) -> tensor<2x64xf32>
    "func.return"(%8) : (tensor<2x64xf32>) -> ()
  }) : () -> ()
}) : () -> ()
