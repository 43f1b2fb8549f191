"builtin.module"() ({
  "func.func"() <{sym_name = 3, function_type = () -> ()}> ({  // expected-error {{attribute 'sym_name' must be str, got int}}
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
