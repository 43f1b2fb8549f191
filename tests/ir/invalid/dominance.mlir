"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = (i1, i64) -> ()}> ({
  ^bb0(%c: i1, %x: i64):
    %0 = "arith.addi"(%later, %x) : (i64, i64) -> i64  // expected-error {{operand 0 (%later) is used before it is defined}}
    %later = "arith.addi"(%x, %x) : (i64, i64) -> i64
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
