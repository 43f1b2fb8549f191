"builtin.module"() ({
  %a = "arith.constant"() <{value = 1.0}> : () -> f64
  %b = "arith.negf"(%a) : (f32) -> f32  // expected-error {{%a is f64, used as f32}}
}) : () -> ()
