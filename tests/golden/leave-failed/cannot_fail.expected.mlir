"builtin.module"() <{strict = false}> ({
  "func.func"() <{sym_name = "main", function_type = (tensor<f32>) -> tensor<f32>, role = "entry"}> ({
  ^bb0(%x: tensor<f32>):
    %0 = "tensor.extract"(%x) : (tensor<f32>) -> f32
    %half = "mr.constant"() <{value = dense<0.5> : tensor<f32>}> : () -> tensor<f32>
    %1 = "arith.constant"() <{value = 0.5 : f32}> : () -> f32
    %y = "scf.while"(%0) ({
    ^bb0(%v: f32):
      %2 = "arith.cmpf"(%1, %v) <{predicate = 4 : i64}> : (f32, f32) -> i1
      "scf.condition"(%2, %v) : (i1, f32) -> ()
    }, {
    ^bb0(%v_1: f32):
      %3 = "arith.mulf"(%v_1, %1) <{fastmath = #arith.fastmath<contract>}> : (f32, f32) -> f32
      "scf.yield"(%3) : (f32) -> ()
    }) : (f32) -> f32
    %4 = "tensor.from_elements"(%y) : (f32) -> tensor<f32>
    "func.return"(%4) : (tensor<f32>) -> ()
  }) : () -> ()
}) : () -> ()
