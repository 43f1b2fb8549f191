"builtin.module"() ({
  %0 = "linalg.generic"() <{indexing_maps = [], iterator_types = [], ranges = []}> ({  // expected-error {{operandSegmentSizes must have 2 sizes}}
    "linalg.yield"() : () -> ()
  }) : () -> f32
}) : () -> ()
