// level: LOOP
"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = () -> (), role = "entry"}> ({
    %0 = "arith.constant"() <{value = dense<1.0> : vector<2x4xf32>}> : () -> vector<2x4xf32>  // expected-error {{vectors have one dimension, got vector<2x4xf32>}}
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
