// RUN: millrace opt %s --pipeline "structure"
// Reductions and what reads their results broadcast.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x5xf32>) -> tensor<2x5xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<2x5xf32>):
    %0 = "mr.reduce_max"(%x) <{axes = array<i64: 1>, keepdims = true}> : (tensor<2x5xf32>) -> tensor<2x1xf32>
    %1 = "mr.sub"(%x, %0) : (tensor<2x5xf32>, tensor<2x1xf32>) -> tensor<2x5xf32>
    %2 = "mr.exp"(%1) : (tensor<2x5xf32>) -> tensor<2x5xf32>
    %3 = "mr.reduce_sum"(%2) <{axes = array<i64: 1>, keepdims = true}> : (tensor<2x5xf32>) -> tensor<2x1xf32>
    %4 = "mr.div"(%2, %3) : (tensor<2x5xf32>, tensor<2x1xf32>) -> tensor<2x5xf32>
    "func.return"(%4) : (tensor<2x5xf32>) -> ()
  }) : () -> ()
}) : () -> ()
