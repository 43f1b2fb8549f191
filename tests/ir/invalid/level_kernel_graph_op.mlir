// level: KERNEL
"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = (tensor<4xf32>) -> (), role = "entry"}> ({
  ^bb0(%x: tensor<4xf32>):
    %0 = "mr.add"(%x, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>  // expected-error {{mr.add: not admitted in a plan at KERNEL level}}
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
