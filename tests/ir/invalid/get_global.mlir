"builtin.module"() ({
  "memref.global"() <{sym_name = "w", value = dense<1> : tensor<4xui8>}> : () -> ()
  %0 = "memref.get_global"() <{sym = "w"}> : () -> memref<4xi8>
  %1 = "memref.get_global"() <{sym = "w"}> : () -> memref<5xi8>  // expected-error {{the global is memref<4xi8>, the result memref<5xi8>}}
}) : () -> ()
