"builtin.module"() ({
  %i = "arith.constant"() <{value = 1 : index}> : () -> index
  "mr.scan"(%i, %i) <{trip = 1, operandSegmentSizes = array<i32: 0, 0, 2>}> ({  // expected-error {{operand 'count' stands for 2 values}}
  ^bb0(%x: index):
    "scf.yield"() : () -> ()
  }) : (index, index) -> ()
}) : () -> ()
