"builtin.module"() ({
  %0 = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
  "mr.scan"() <{trip = 2, operandSegmentSizes = array<i32: 0, 0, 0>}> ({  // expected-error {{mr.scan: operands or attributes do not fit together}}
  ^bb0(%x: index):
    "scf.yield"(%0) : (f32) -> ()
  }) : () -> ()
}) : () -> ()
