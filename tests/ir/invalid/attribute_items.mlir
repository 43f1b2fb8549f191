"builtin.module"() ({
  "func.func"() <{sym_name = "f", function_type = () -> (), arg_names = ["x", true]}> ({  // expected-error {{attribute 'arg_names' must be}}
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
