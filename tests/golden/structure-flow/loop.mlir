// RUN: millrace opt %s --pipeline "structure-flow"
// A frame in any order of operations; one argument has no exit, one is constant, one leaves by a detour.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2xf32>) -> tensor<2xf32>, role = "entry"}> ({
  ^bb0(%0: tensor<2xf32>):
    %1 = "mr.exit"(%2) : (tensor<2xf32>) -> tensor<2xf32>
    %2 = "mr.neg"(%8) : (tensor<2xf32>) -> tensor<2xf32>
    %3 = "mr.next_iteration"(%5) : (tensor<2xf32>) -> tensor<2xf32>
    %4 = "mr.next_iteration"(%7) : (tensor<i32>) -> tensor<i32>
    %5 = "mr.mul"(%6, %14) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %6 = "mr.tanh"(%9) : (tensor<2xf32>) -> tensor<2xf32>
    %7 = "mr.add"(%11, %21) : (tensor<i32>, tensor<i32>) -> tensor<i32>
    %8, %9 = "mr.switch"(%15, %12) : (tensor<2xf32>, tensor<i1>) -> (tensor<2xf32>, tensor<2xf32>)
    %10, %11 = "mr.switch"(%18, %12) : (tensor<i32>, tensor<i1>) -> (tensor<i32>, tensor<i32>)
    %12 = "mr.loop_cond"(%13) : (tensor<i1>) -> tensor<i1>
    %13 = "mr.less"(%18, %22) : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %14 = "mr.enter"(%0) <{frame_name = "loop", is_constant = true, parallel_iterations = 10 : i64}> : (tensor<2xf32>) -> tensor<2xf32>
    %15, %16 = "mr.merge"(%17, %3) : (tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<i32>)
    %17 = "mr.enter"(%0) <{frame_name = "loop", is_constant = false, parallel_iterations = 10 : i64}> : (tensor<2xf32>) -> tensor<2xf32>
    %18, %19 = "mr.merge"(%20, %4) : (tensor<i32>, tensor<i32>) -> (tensor<i32>, tensor<i32>)
    %20 = "mr.enter"(%23) <{frame_name = "loop", is_constant = false, parallel_iterations = 10 : i64}> : (tensor<i32>) -> tensor<i32>
    %21 = "mr.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
    %22 = "mr.constant"() <{value = dense<3> : tensor<i32>}> : () -> tensor<i32>
    %23 = "mr.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    "func.return"(%1) : (tensor<2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
