"builtin.module"() ({
  "func.func"() <{sym_name = "f", function_type = (f32) -> f64}> ({
  ^bb0(%0: f32):
    "func.return"(%0) : (f32) -> ()  // expected-error {{returned values: got f32, expected f64}}
  }) : () -> ()
}) : () -> ()
