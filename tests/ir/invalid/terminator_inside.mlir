"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = () -> ()}> ({
    "func.return"() : () -> ()  // expected-error {{stands inside a region of func.func, not at its end}}
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
