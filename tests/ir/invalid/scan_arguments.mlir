"builtin.module"() ({
  %c = "arith.constant"() <{value = true}> : () -> i1
  %i = "arith.constant"() <{value = 1 : index}> : () -> index
  %f = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
  %0 = "mr.scan"(%f) <{trip = 2, operandSegmentSizes = array<i32: 1, 0, 0>}> ({  // expected-error {{block arguments: got f32, expected index, f32}}
  ^bb0(%x: f32):
    "scf.yield"(%f) : (f32) -> ()
  }) : (f32) -> f32
}) : () -> ()
