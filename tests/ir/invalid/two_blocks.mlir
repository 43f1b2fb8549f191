"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = () -> ()}> ({  // expected-error {{a region has 2 blocks, not one}}
    "func.return"() : () -> ()
  ^bb1:
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
