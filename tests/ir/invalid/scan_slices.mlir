"builtin.module"() ({
  %c = "arith.constant"() <{value = true}> : () -> i1
  %i = "arith.constant"() <{value = 1 : index}> : () -> index
  %f = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
  %t = "mr.constant"() <{value = dense<1.0> : tensor<3x4xf32>}> : () -> tensor<3x4xf32>
  "mr.scan"(%t) <{trip = 2, operandSegmentSizes = array<i32: 0, 1, 0>}> ({  // expected-error {{xs must have 2 slices, got tensor<3x4xf32>}}
  ^bb0(%n: index, %x: tensor<4xf32>):
    "scf.yield"() : () -> ()
  }) : (tensor<3x4xf32>) -> ()
}) : () -> ()
