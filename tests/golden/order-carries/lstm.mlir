// RUN: millrace opt %s --pipeline "order-carries"
"builtin.module"() <{sym_name = "order"}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<5x2xf32>, tensor<5x2xf32>, tensor<2xf32>) -> (tensor<5x2xf32>, tensor<2xf32>), role = "entry"}> ({
  ^bb0(%unused: tensor<5x2xf32>, %x: tensor<5x2xf32>, %start: tensor<2xf32>):
    %zero = "mr.constant"() <{value = dense<0.0> : tensor<2xf32>}> : () -> tensor<2xf32>
    %c, %h, %cs, %hs = "mr.scan"(%start, %zero, %unused, %x) <{trip = 5 : i64, reverse = false, operandSegmentSizes = array<i32: 2, 2, 0>}> ({
    ^bb0(%i: index, %c0: tensor<2xf32>, %h0: tensor<2xf32>, %u: tensor<2xf32>, %row: tensor<2xf32>):
      %s = "mr.add"(%h0, %row) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      %c1 = "mr.mul"(%s, %c0) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      %d = "mr.add"(%c1, %u) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      %h1 = "mr.tanh"(%d) : (tensor<2xf32>) -> tensor<2xf32>
      "scf.yield"(%c1, %h1, %c1, %h1) : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> ()
    }) : (tensor<2xf32>, tensor<2xf32>, tensor<5x2xf32>, tensor<5x2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<5x2xf32>, tensor<5x2xf32>)
    "func.return"(%hs, %h) : (tensor<5x2xf32>, tensor<2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
