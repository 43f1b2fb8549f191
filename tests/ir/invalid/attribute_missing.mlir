"builtin.module"() ({
  %0 = "arith.constant"() : () -> f32  // expected-error {{arith.constant: attribute 'value' is missing}}
}) : () -> ()
