// RUN: millrace opt %s --pipeline "scalarize,structure,fuse,leave-failed"
// The search ends when it runs out of the array.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<6xf32>) -> tensor<i64>, role = "entry"}> ({
  ^bb0(%x: tensor<6xf32>):
    %zero = "mr.constant"() <{value = dense<0> : tensor<i64>}> : () -> tensor<i64>
    %one = "mr.constant"() <{value = dense<1> : tensor<i64>}> : () -> tensor<i64>
    %limit = "mr.constant"() <{value = dense<0.5> : tensor<f32>}> : () -> tensor<f32>
    %i = "scf.while"(%zero) ({
    ^bb0(%j: tensor<i64>):
      %0 = "mr.index"(%x, %j) <{axes = array<i64: 0>}> : (tensor<6xf32>, tensor<i64>) -> tensor<f32>
      %1 = "mr.less"(%0, %limit) : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %2 = "tensor.extract"(%1) : (tensor<i1>) -> i1
      "scf.condition"(%2, %j) : (i1, tensor<i64>) -> ()
    }, {
    ^bb0(%j: tensor<i64>):
      %3 = "mr.add"(%j, %one) : (tensor<i64>, tensor<i64>) -> tensor<i64>
      "scf.yield"(%3) : (tensor<i64>) -> ()
    }) : (tensor<i64>) -> tensor<i64>
    "func.return"(%i) : (tensor<i64>) -> ()
  }) : () -> ()
}) : () -> ()
