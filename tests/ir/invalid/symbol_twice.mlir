"builtin.module"() ({
  "memref.global"() <{sym_name = "w", value = dense<1.0> : tensor<4xf32>}> : () -> ()
  "memref.global"() <{sym_name = "w", value = dense<1.0> : tensor<4xf32>}> : () -> ()  // expected-error {{the name @w is taken}}
}) : () -> ()
