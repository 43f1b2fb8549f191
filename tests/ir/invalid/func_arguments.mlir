"builtin.module"() ({
  "func.func"() <{sym_name = "f", function_type = (f32) -> ()}> ({  // expected-error {{block arguments differ from the function type}}
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
