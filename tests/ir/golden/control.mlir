"builtin.module"() <{sym_name = "control", strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<4xf32>, tensor<5x4xf32>, i1, index) -> (tensor<4xf32>, tensor<5x4xf32>), role = "entry"}> ({
  ^bb0(%h: tensor<4xf32>, %layer_xs_0: tensor<5x4xf32>, %0: i1, %1: index):
    %2, %3 = "mr.scan"(%h, %layer_xs_0, %1) <{trip = 5 : i64, reverse = true, operandSegmentSizes = array<i32: 1, 1, 1>}> ({
    ^bb0(%4: index, %h_1: tensor<4xf32>, %5: tensor<4xf32>):
      %6 = "arith.cmpi"(%4, %4) <{predicate = 0 : i64}> : (index, index) -> i1
      "mr.check"(%6) <{code = "index"}> : (i1) -> ()
      "scf.yield"(%5, %h_1) : (tensor<4xf32>, tensor<4xf32>) -> ()
    }) : (tensor<4xf32>, tensor<5x4xf32>, index) -> (tensor<4xf32>, tensor<5x4xf32>)
    %7 = "scf.if"(%0) ({
      "scf.yield"(%h) : (tensor<4xf32>) -> ()
    }, {
      "scf.yield"(%2) : (tensor<4xf32>) -> ()
    }) : (i1) -> tensor<4xf32>
    %8 = "scf.while"(%7) ({
    ^bb0(%9: tensor<4xf32>):
      "scf.condition"(%0, %9) : (i1, tensor<4xf32>) -> ()
    }, {
    ^bb0(%10: tensor<4xf32>):
      "scf.yield"(%10) : (tensor<4xf32>) -> ()
    }) : (tensor<4xf32>) -> tensor<4xf32>
    %11 = "scf.for"(%1, %1, %1, %8) ({
    ^bb0(%12: index, %13: tensor<4xf32>):
      "scf.yield"(%13) : (tensor<4xf32>) -> ()
    }) : (index, index, index, tensor<4xf32>) -> tensor<4xf32>
    %h_2 = "func.call"(%11) <{callee = @"odd name"}> : (tensor<4xf32>) -> tensor<4xf32>
    "func.return"(%h_2, %3) : (tensor<4xf32>, tensor<5x4xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "odd name", function_type = (tensor<4xf32>) -> tensor<4xf32>, role = "function"}> ({
  ^bb0(%0: tensor<4xf32>):
    "func.return"(%0) : (tensor<4xf32>) -> ()
  }) : () -> ()
}) : () -> ()
