// level: LOOP
"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = (tensor<4xf32>) -> (), role = "entry"}> ({  // expected-error {{a value of type tensor<4xf32> is not admitted in a plan at LOOP level}}
  ^bb0(%x: tensor<4xf32>):
    %0 = "arith.negf"(%x) : (tensor<4xf32>) -> tensor<4xf32>
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
