"builtin.module"() ({
  %1 = "memref.load"() : () -> f32  // expected-error {{0 operands, expected at least 1}}
}) : () -> ()
