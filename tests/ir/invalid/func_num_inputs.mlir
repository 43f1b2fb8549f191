"builtin.module"() ({
  "func.func"() <{sym_name = "f", function_type = (f32) -> (), num_inputs = 2}> ({  // expected-error {{num_inputs is 2, of 1 arguments}}
  ^bb0(%0: f32):
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
