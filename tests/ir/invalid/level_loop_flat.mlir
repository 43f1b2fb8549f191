// level: LOOP
"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = () -> (), role = "entry"}> ({
    %0 = "memref.alloc"() : () -> memref<2x4xf32>  // expected-error {{memory is flat and contiguous in a plan at LOOP level, got memref<2x4xf32>}}
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
