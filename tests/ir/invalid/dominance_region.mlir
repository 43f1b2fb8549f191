"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = (i1, i64) -> i64}> ({
  ^bb0(%c: i1, %x: i64):
    %0 = "scf.if"(%c) ({
      "scf.yield"(%0) : (i64) -> ()  // expected-error {{operand 0 is not visible here}}
    }, {
      "scf.yield"(%x) : (i64) -> ()
    }) : (i1) -> i64
    "func.return"(%0) : (i64) -> ()
  }) : () -> ()
}) : () -> ()
