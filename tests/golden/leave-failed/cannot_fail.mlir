// RUN: millrace opt %s --pipeline "scalarize,structure,fuse,leave-failed"
// A loop without checks stays as it is.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<f32>) -> tensor<f32>, role = "entry"}> ({
  ^bb0(%x: tensor<f32>):
    %half = "mr.constant"() <{value = dense<0.5> : tensor<f32>}> : () -> tensor<f32>
    %y = "scf.while"(%x) ({
    ^bb0(%v: tensor<f32>):
      %0 = "mr.less"(%half, %v) : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %1 = "tensor.extract"(%0) : (tensor<i1>) -> i1
      "scf.condition"(%1, %v) : (i1, tensor<f32>) -> ()
    }, {
    ^bb0(%v: tensor<f32>):
      %2 = "mr.mul"(%v, %half) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      "scf.yield"(%2) : (tensor<f32>) -> ()
    }) : (tensor<f32>) -> tensor<f32>
    "func.return"(%y) : (tensor<f32>) -> ()
  }) : () -> ()
}) : () -> ()
