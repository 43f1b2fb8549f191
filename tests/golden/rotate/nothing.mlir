// RUN: millrace opt %s --pipeline "rotate"
// Nothing to gain: what the product reads depends on the row of the step, too, and what depends on
// the carry alone is read element by element.
"builtin.module"() <{sym_name = "rotate", strict = false, target = {bare = true, l1_bytes = 0 : i64, name = "small", triple = "", vector_bytes = 0 : i64}}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<5x1x2xf32>) -> tensor<1x2xf32>, role = "entry"}> ({
  ^bb0(%x: tensor<5x1x2xf32>):
    %zero = "mr.constant"() <{value = dense<0.0> : tensor<1x2xf32>}> : () -> tensor<1x2xf32>
    %w = "mr.constant"() <{value = dense<[[0.5, -1.0], [2.0, 0.25]]> : tensor<2x2xf32>}> : () -> tensor<2x2xf32>
    %last = "mr.scan"(%zero, %x) <{trip = 5 : i64, reverse = false, operandSegmentSizes = array<i32: 1, 1, 0>}> ({
    ^bb0(%i: index, %c: tensor<1x2xf32>, %row: tensor<1x2xf32>):
      %a = "mr.tanh"(%c) : (tensor<1x2xf32>) -> tensor<1x2xf32>
      %r = "mr.mul"(%a, %row) : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
      %p = "mr.matmul"(%r, %w) <{transpose_lhs = false, transpose_rhs = false}> : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
      "scf.yield"(%p) : (tensor<1x2xf32>) -> ()
    }) : (tensor<1x2xf32>, tensor<5x1x2xf32>) -> tensor<1x2xf32>
    "func.return"(%last) : (tensor<1x2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
