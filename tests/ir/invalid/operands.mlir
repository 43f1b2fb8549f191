"builtin.module"() ({
  %0 = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
  %1 = "arith.addf"(%0) : (f32) -> f32  // expected-error {{1 operands, expected 2}}
}) : () -> ()
