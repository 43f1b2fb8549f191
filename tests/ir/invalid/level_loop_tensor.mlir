// level: LOOP
"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = () -> (), role = "entry"}> ({
    %0 = "mr.constant"() <{value = dense<1.0> : tensor<4xf32>}> : () -> tensor<4xf32>  // expected-error {{mr.constant: not admitted in a plan at LOOP level}}
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
