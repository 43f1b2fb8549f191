"builtin.module"() ({
  %0 = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
  %2 = "mr.add"(%0, %0) : (f32, f32) -> f32  // expected-error {{operand 0 is f32, not a tensor}}
}) : () -> ()
