// RUN: millrace opt %s --pipeline "scalarize"
// An element is inserted, a window is written; the branch gives a scalar.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<5xf32>, tensor<2xf32>, tensor<f32>) -> tensor<5xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<5xf32>, %w: tensor<2xf32>, %v: tensor<f32>):
    %two = "mr.constant"() <{value = dense<2> : tensor<i64>}> : () -> tensor<i64>
    %four = "mr.constant"() <{value = dense<-1> : tensor<i64>}> : () -> tensor<i64>
    %zero = "mr.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
    %0 = "mr.less"(%v, %zero) : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %1 = "tensor.extract"(%0) : (tensor<i1>) -> i1
    %2 = "scf.if"(%1) ({
      %3 = "mr.neg"(%v) : (tensor<f32>) -> tensor<f32>
      "scf.yield"(%3) : (tensor<f32>) -> ()
    }, {
      "scf.yield"(%v) : (tensor<f32>) -> ()
    }) : (i1) -> tensor<f32>
    %4 = "mr.index_update"(%x, %2, %four) <{axes = array<i64: 0>}> : (tensor<5xf32>, tensor<f32>, tensor<i64>) -> tensor<5xf32>
    %5 = "mr.index_update"(%4, %w, %two) <{axes = array<i64: 0>, sizes = array<i64: 2>}> : (tensor<5xf32>, tensor<2xf32>, tensor<i64>) -> tensor<5xf32>
    %6 = "mr.add"(%5, %2) : (tensor<5xf32>, tensor<f32>) -> tensor<5xf32>
    "func.return"(%6) : (tensor<5xf32>) -> ()
  }) : () -> ()
}) : () -> ()
