"builtin.module"() ({
  "func.func"() <{sym_name = "k", function_type = (tensor<2x2xf32>) -> tensor<4xf32>, role = "kernel"}> ({
  ^bb0(%0: tensor<2x2xf32>):
    %1 = "mr.reshape"(%0) <{shape = array<i64: 4>}> : (tensor<2x2xf32>) -> tensor<4xf32>
    "func.return"(%1) : (tensor<4xf32>) -> ()
  }) : () -> ()
  "func.func"() <{sym_name = "main", function_type = (memref<4xf32>, memref<4xf64>) -> (), num_inputs = 1}> ({
  ^bb0(%x: memref<4xf32>, %y: memref<4xf64>):
    "func.call"(%x, %x) <{callee = @k}> : (memref<4xf32>, memref<4xf32>) -> ()
    "func.call"(%x, %y) <{callee = @k}> : (memref<4xf32>, memref<4xf64>) -> ()  // expected-error {{memrefs of f32, f64 for @k, which takes f32, f32}}
    "func.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
