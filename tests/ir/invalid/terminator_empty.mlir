"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = () -> ()}> ({  // expected-error {{must end in func.return}}
  ^bb0:
  }) : () -> ()
}) : () -> ()
