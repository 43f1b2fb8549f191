"builtin.module"() ({
  %c = "arith.constant"() <{value = true}> : () -> i1
  %i = "arith.constant"() <{value = 1 : index}> : () -> index
  %f = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
  "scf.if"(%i) ({  // expected-error {{condition: got index, expected i1}}
    "scf.yield"() : () -> ()
  }, {
    "scf.yield"() : () -> ()
  }) : (index) -> ()
}) : () -> ()
