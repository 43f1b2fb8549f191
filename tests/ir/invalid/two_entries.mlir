"builtin.module"() ({
  "func.func"() <{sym_name = "a", function_type = () -> (), role = "entry"}> ({
    "func.return"() : () -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "b", function_type = () -> (), role = "entry"}> ({  // expected-error {{two entries}}
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
