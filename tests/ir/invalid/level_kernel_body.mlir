// level: KERNEL
"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x2xf32>) -> (), role = "kernel"}> ({
  ^bb0(%x: tensor<2x2xf32>):
    %0 = "mr.reshape"(%x) <{shape = array<i64: 4>}> : (tensor<2x2xf32>) -> tensor<4xf32>  // expected-error {{mr.reshape: not admitted in a kernel at KERNEL level}}
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
