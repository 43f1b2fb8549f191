// RUN: millrace opt %s --pipeline "structure-flow"
// Merges on one predicate share a branch; the inner one stands inside of it.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<i1>, tensor<i1>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<i32>), role = "entry"}> ({
  ^bb0(%0: tensor<i1>, %1: tensor<i1>, %2: tensor<2xf32>):
    %3, %4 = "mr.switch"(%2, %0) : (tensor<2xf32>, tensor<i1>) -> (tensor<2xf32>, tensor<2xf32>)
    %5, %6 = "mr.switch"(%1, %0) : (tensor<i1>, tensor<i1>) -> (tensor<i1>, tensor<i1>)
    %7 = "mr.exp"(%4) : (tensor<2xf32>) -> tensor<2xf32>
    %8, %9 = "mr.switch"(%7, %6) : (tensor<2xf32>, tensor<i1>) -> (tensor<2xf32>, tensor<2xf32>)
    %10 = "mr.tanh"(%8) : (tensor<2xf32>) -> tensor<2xf32>
    %11, %12 = "mr.merge"(%10, %9) : (tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<i32>)
    %13 = "mr.neg"(%3) : (tensor<2xf32>) -> tensor<2xf32>
    %14, %15 = "mr.merge"(%13, %11) : (tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<i32>)
    %16, %17 = "mr.merge"(%3, %11) : (tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<i32>)
    "func.return"(%14, %16, %15) : (tensor<2xf32>, tensor<2xf32>, tensor<i32>) -> ()
  }) : () -> ()
}) : () -> ()
