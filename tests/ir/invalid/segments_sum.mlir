"builtin.module"() ({
  "linalg.generic"() <{indexing_maps = [], iterator_types = [], ranges = [], operandSegmentSizes = array<i32: 1, 0>}> ({  // expected-error {{operandSegmentSizes says 1 operands, there are 0}}
    "linalg.yield"() : () -> ()
  }) : () -> ()
}) : () -> ()
