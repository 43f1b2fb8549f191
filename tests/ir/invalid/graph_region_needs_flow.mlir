// level: GRAPH
"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = (i64) -> i64}> ({
  ^bb0(%x: i64):
    %0 = "arith.addi"(%1, %x) : (i64, i64) -> i64  // expected-error {{operand 0 is used before it is defined}}
    %1 = "arith.addi"(%0, %x) : (i64, i64) -> i64
    "func.return"(%0) : (i64) -> ()
  }) : () -> ()
}) : () -> ()
