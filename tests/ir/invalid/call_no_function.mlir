"builtin.module"() ({
  "memref.global"() <{sym_name = "w", value = dense<1.0> : tensor<4xf32>}> : () -> ()
  "func.call"() <{callee = @w}> : () -> ()  // expected-error {{@w is not a function}}
}) : () -> ()
