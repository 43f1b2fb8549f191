"builtin.module"() ({
  %c = "arith.constant"() <{value = true}> : () -> i1
  %i = "arith.constant"() <{value = 1 : index}> : () -> index
  %f = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
  %0 = "scf.for"(%i, %i, %i, %f) ({  // expected-error {{yielded values: got index, expected f32}}
  ^bb0(%n: index, %x: f32):
    "scf.yield"(%n) : (index) -> ()
  }) : (index, index, index, f32) -> f32
}) : () -> ()
