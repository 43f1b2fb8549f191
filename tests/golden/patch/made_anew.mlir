// RUN: millrace opt %s --pipeline "patch{last=1 rows=5 keep=false first=0}"
"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = (tensor<10x3xf32>) -> tensor<8x3xf32>, role = "entry"}> ({
  ^bb0(%0: tensor<10x3xf32>):
    %1 = "mr.tanh"(%0) : (tensor<10x3xf32>) -> tensor<10x3xf32>
    %2 = "mr.slice"(%1) <{starts = array<i64: 2, 0>, sizes = array<i64: 8, 3>, steps = array<i64: 1, 1>}> : (tensor<10x3xf32>) -> tensor<8x3xf32>
    "func.return"(%2) : (tensor<8x3xf32>) -> ()
  }) : () -> ()
}) : () -> ()
