"builtin.module"() ({
  %c = "arith.constant"() <{value = true}> : () -> i1
  %i = "arith.constant"() <{value = 1 : index}> : () -> index
  %f = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
  %0 = "scf.while"(%f) ({  // expected-error {{arguments of after: got index, expected f32}}
  ^bb0(%x: f32):
    "scf.condition"(%c, %x) : (i1, f32) -> ()
  }, {
  ^bb0(%x: index):
    "scf.yield"(%f) : (f32) -> ()
  }) : (f32) -> f32
}) : () -> ()
