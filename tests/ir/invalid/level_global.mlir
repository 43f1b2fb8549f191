// level: GRAPH
"builtin.module"() ({
  "memref.global"() <{sym_name = "w", value = dense<1.0> : tensor<4xf32>}> : () -> ()  // expected-error {{not admitted in the module at GRAPH level}}
}) : () -> ()
