// RUN: millrace opt %s --pipeline "scalarize"
// The counter and the sum are scalars; the element is read, the row is a view.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<4x3xf32>, tensor<f32>) -> (tensor<f32>, tensor<3xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<4x3xf32>, %limit: tensor<f32>):
    %zero = "mr.constant"() <{value = dense<0> : tensor<i64>}> : () -> tensor<i64>
    %one = "mr.constant"() <{value = dense<1> : tensor<i64>}> : () -> tensor<i64>
    %three = "mr.constant"() <{value = dense<3> : tensor<i64>}> : () -> tensor<i64>
    %start = "mr.constant"() <{value = dense<0.0> : tensor<f32>}> : () -> tensor<f32>
    %row = "mr.constant"() <{value = dense<0.0> : tensor<3xf32>}> : () -> tensor<3xf32>
    %i, %sum, %last = "scf.while"(%zero, %start, %row) ({
    ^bb0(%j: tensor<i64>, %s: tensor<f32>, %r: tensor<3xf32>):
      %0 = "mr.less"(%j, %three) : (tensor<i64>, tensor<i64>) -> tensor<i1>
      %1 = "mr.less"(%s, %limit) : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %2 = "mr.and"(%0, %1) : (tensor<i1>, tensor<i1>) -> tensor<i1>
      %3 = "tensor.extract"(%2) : (tensor<i1>) -> i1
      "scf.condition"(%3, %j, %s, %r) : (i1, tensor<i64>, tensor<f32>, tensor<3xf32>) -> ()
    }, {
    ^bb0(%j: tensor<i64>, %s: tensor<f32>, %r: tensor<3xf32>):
      %4 = "mr.index"(%x, %j, %zero) <{axes = array<i64: 0, 1>}> : (tensor<4x3xf32>, tensor<i64>, tensor<i64>) -> tensor<f32>
      %5 = "mr.abs"(%4) : (tensor<f32>) -> tensor<f32>
      %6 = "mr.add"(%s, %5) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      %7 = "mr.index"(%x, %j) <{axes = array<i64: 0>}> : (tensor<4x3xf32>, tensor<i64>) -> tensor<3xf32>
      %8 = "mr.mul"(%7, %6) : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
      %9 = "mr.add"(%j, %one) : (tensor<i64>, tensor<i64>) -> tensor<i64>
      "scf.yield"(%9, %6, %8) : (tensor<i64>, tensor<f32>, tensor<3xf32>) -> ()
    }) : (tensor<i64>, tensor<f32>, tensor<3xf32>) -> (tensor<i64>, tensor<f32>, tensor<3xf32>)
    "func.return"(%sum, %last) : (tensor<f32>, tensor<3xf32>) -> ()
  }) : () -> ()
}) : () -> ()
