"builtin.module"() ({
  "func.func"() <{sym_name = "f", function_type = (f32) -> f32}> ({
  ^bb0(%0: f32):
    "func.return"(%0) : (f32) -> ()
  }) : () -> ()
  %0 = "arith.constant"() <{value = 1.0}> : () -> f64
  %1 = "func.call"(%0) <{callee = @f}> : (f64) -> f32  // expected-error {{types differ from those of @f: (f32) -> f32}}
}) : () -> ()
