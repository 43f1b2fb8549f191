"builtin.module"() <{sym_name = "rotate", strict = false, target = {bare = true, l1_bytes = 0 : i64, name = "small", triple = "", vector_bytes = 0 : i64}}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<5x1x2xf32>) -> tensor<1x2xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<5x1x2xf32>):
    %zero = "mr.constant"() <{value = dense<0.0> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
    %w = "mr.constant"() <{value = dense<[[0.5, -1.0], [2.0, 0.25]]> : tensor<2x2xf32>}> : () -> tensor<2x2xf32>
    %two = "mr.constant"() <{value = dense<2.0> : tensor<f32>}> : () -> tensor<f32>
    %d = "mr.mul"(%zero, %two) : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xf32>
    %a = "mr.tanh"(%d) : (tensor<1x2xf32>) -> tensor<1x2xf32>
    %last, %0 = "mr.scan"(%zero, %a, %x) <{trip = 5 : i64, reverse = false, operandSegmentSizes = array<i32: 2, 1, 0>}> ({
    ^bb0(%i: index, %c: tensor<1x2xf32>, %1: tensor<1x2xf32>, %row: tensor<1x2xf32>):
      %two_1 = "mr.constant"() <{value = dense<2.0> : tensor<f32>}> : () -> tensor<f32>
      %d_1 = "mr.mul"(%c, %two_1) : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xf32>
      %a_1 = "mr.tanh"(%d_1) : (tensor<1x2xf32>) -> tensor<1x2xf32>
      %p = "mr.matmul"(%1, %w) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
      %n = "mr.add"(%p, %row) : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
      %next = "mr.sub"(%n, %c) : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
      %d_2 = "mr.mul"(%next, %two_1) : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xf32>
      %a_2 = "mr.tanh"(%d_2) : (tensor<1x2xf32>) -> tensor<1x2xf32>
      "scf.yield"(%next, %a_2) : (tensor<1x2xf32>, tensor<1x2xf32>) -> ()
    }) : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<5x1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>)
    %two_2 = "mr.constant"() <{value = dense<2.0> : tensor<f32>}> : () -> tensor<f32>
    %d_3 = "mr.mul"(%last, %two_2) : (tensor<1x2xf32>, tensor<f32>) -> tensor<1x2xf32>
    %y = "mr.tanh"(%d_3) : (tensor<1x2xf32>) -> tensor<1x2xf32>
    "func.return"(%0) : (tensor<1x2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
