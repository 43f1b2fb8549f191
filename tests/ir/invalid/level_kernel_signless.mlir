// level: KERNEL
"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = (tensor<2x2xui8>) -> (), role = "entry"}> ({  // expected-error {{integers are signless in a plan at KERNEL level, got tensor<2x2xui8>}}
  ^bb0(%x: tensor<2x2xui8>):
    %0 = "mr.reshape"(%x) <{shape = array<i64: 4>}> : (tensor<2x2xui8>) -> tensor<4xui8>
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
