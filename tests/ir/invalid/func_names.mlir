"builtin.module"() ({
  "func.func"() <{sym_name = "f", function_type = (f32) -> (), arg_names = ["a", "b"]}> ({  // expected-error {{2 names for 1 values}}
  ^bb0(%0: f32):
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
