"builtin.module"() ({
  %0 = "arith.constant"() <{value = 1.0 : f32, test.note = 1, colour = "red"}> : () -> f32  // expected-error {{unknown attribute 'colour'}}
}) : () -> ()
