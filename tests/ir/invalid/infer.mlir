"builtin.module"() ({
  %0 = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
  %1 = "arith.addf"(%0, %0) : (f32, f32) -> f64  // expected-error {{arith.addf: results are f64, should be f32}}
}) : () -> ()
