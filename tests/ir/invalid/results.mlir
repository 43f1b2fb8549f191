"builtin.module"() ({
  %0, %1 = "arith.constant"() <{value = 1.0 : f32}> : () -> (f32, f32)  // expected-error {{2 results, expected 1}}
}) : () -> ()
