"builtin.module"() <{sym_name = "order"}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>, role = "entry"}> ({
  ^bb0(%a: tensor<2xf32>, %b: tensor<2xf32>):
    %n = "arith.constant"() <{value = 3 : index}> : () -> index
    %never, %y = "mr.scan"(%a, %b, %n) <{trip = 4 : i64, reverse = false, operandSegmentSizes = array<i32: 2, 0, 1>}> ({
    ^bb0(%i: index, %k: tensor<2xf32>, %v: tensor<2xf32>):
      %k1, %v1 = "mr.scan"(%k, %v) <{trip = 2 : i64, reverse = false, operandSegmentSizes = array<i32: 2, 0, 0>}> ({
      ^bb0(%j: index, %p: tensor<2xf32>, %q: tensor<2xf32>):
        %p1 = "mr.tanh"(%p) : (tensor<2xf32>) -> tensor<2xf32>
        %q1 = "mr.mul"(%q, %p) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
        "scf.yield"(%p1, %q1) : (tensor<2xf32>, tensor<2xf32>) -> ()
      }) : (tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
      "scf.yield"(%k1, %v1) : (tensor<2xf32>, tensor<2xf32>) -> ()
    }) : (tensor<2xf32>, tensor<2xf32>, index) -> (tensor<2xf32>, tensor<2xf32>)
    "func.return"(%y) : (tensor<2xf32>) -> ()
  }) : () -> ()
}) : () -> ()
