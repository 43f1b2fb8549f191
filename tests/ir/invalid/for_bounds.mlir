"builtin.module"() ({
  %c = "arith.constant"() <{value = true}> : () -> i1
  %i = "arith.constant"() <{value = 1 : index}> : () -> index
  %f = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
  "scf.for"(%i, %f, %i) ({  // expected-error {{bounds and step: got index, f32, index, expected index, index, index}}
  ^bb0(%n: index):
    "scf.yield"() : () -> ()
  }) : (index, f32, index) -> ()
}) : () -> ()
