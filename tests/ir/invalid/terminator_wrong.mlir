"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = (i64) -> ()}> ({
  ^bb0(%x: i64):
    "scf.yield"() : () -> ()  // expected-error {{a region of func.func must end in func.return}}
  }) : () -> ()
}) : () -> ()
