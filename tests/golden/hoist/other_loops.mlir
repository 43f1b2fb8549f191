// RUN: millrace opt %s --pipeline "hoist"
// Loops whose steps depend on data, too: but a read that may fail stays where it may never run.
"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<4xf32>, tensor<4xf32>, tensor<i32>) -> (tensor<4xf32>, tensor<4xf32>), role = "entry"}> ({
  ^bb0(%x: tensor<4xf32>, %w: tensor<4xf32>, %i: tensor<i32>):
    %0 = "mr.constant"() <{value = dense<8.0> : tensor<4xf32>}> : () -> tensor<4xf32>
    %1 = "scf.while"(%x) ({
    ^bb0(%a: tensor<4xf32>):
      %2 = "mr.mul"(%w, %0) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      %3 = "mr.less"(%a, %2) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
      %4 = "mr.reduce_all"(%3) <{axes = array<i64: 0>, keepdims = false}> : (tensor<4xi1>) -> tensor<i1>
      %5 = "tensor.extract"(%4) : (tensor<i1>) -> i1
      "scf.condition"(%5, %a) : (i1, tensor<4xf32>) -> ()
    }, {
    ^bb0(%b: tensor<4xf32>):
      %6 = "mr.exp"(%w) : (tensor<4xf32>) -> tensor<4xf32>
      %7 = "mr.gather"(%w, %i) <{axis = 0 : i64, in_bounds = false}> : (tensor<4xf32>, tensor<i32>) -> tensor<f32>
      %8 = "mr.add"(%b, %6) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      %9 = "mr.add"(%8, %7) : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
      "scf.yield"(%9) : (tensor<4xf32>) -> ()
    }) : (tensor<4xf32>) -> tensor<4xf32>
    %10 = "arith.constant"() <{value = 0 : index}> : () -> index
    %11 = "arith.constant"() <{value = 1 : index}> : () -> index
    %12 = "tensor.extract"(%i) : (tensor<i32>) -> i32
    %13 = "arith.index_cast"(%12) : (i32) -> index
    %14 = "scf.for"(%10, %13, %11, %x) ({
    ^bb0(%k: index, %c: tensor<4xf32>):
      %15 = "mr.tanh"(%w) : (tensor<4xf32>) -> tensor<4xf32>
      %16 = "mr.add"(%c, %15) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      "scf.yield"(%16) : (tensor<4xf32>) -> ()
    }) : (index, index, index, tensor<4xf32>) -> tensor<4xf32>
    "func.return"(%1, %14) : (tensor<4xf32>, tensor<4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
