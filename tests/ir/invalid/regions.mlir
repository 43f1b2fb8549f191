"builtin.module"() ({
  %0 = "arith.constant"() <{value = true}> : () -> i1
  "scf.if"(%0) ({  // expected-error {{1 regions, expected 2}}
    "scf.yield"() : () -> ()
  }) : (i1) -> ()
}) : () -> ()
