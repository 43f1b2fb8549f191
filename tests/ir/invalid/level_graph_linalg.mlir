// level: GRAPH
"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = () -> (), role = "entry"}> ({
    %0 = "tensor.empty"() : () -> tensor<4xf32>  // expected-error {{tensor.empty: not admitted in a plan at GRAPH level}}
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
