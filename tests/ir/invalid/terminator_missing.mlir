"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = (i64) -> ()}> ({
  ^bb0(%x: i64):
    %0 = "arith.addi"(%x, %x) : (i64, i64) -> i64  // expected-error {{a region of func.func must end in func.return}}
  }) : () -> ()
}) : () -> ()
