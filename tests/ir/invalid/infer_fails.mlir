"builtin.module"() ({
  %0 = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
  %1 = "arith.constant"() <{value = 1.0 : f64}> : () -> f64
  %2 = "arith.addf"(%0, %1) : (f32, f64) -> f32  // expected-error {{operand types differ: f32 and f64}}
}) : () -> ()
