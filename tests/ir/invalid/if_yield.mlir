"builtin.module"() ({
  %c = "arith.constant"() <{value = true}> : () -> i1
  %i = "arith.constant"() <{value = 1 : index}> : () -> index
  %f = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
  %0 = "scf.if"(%c) ({  // expected-error {{yielded values: got nothing, expected f32}}
    "scf.yield"(%f) : (f32) -> ()
  }, {
    "scf.yield"() : () -> ()
  }) : (i1) -> f32
}) : () -> ()
