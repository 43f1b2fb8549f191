"builtin.module"() ({
  %c = "arith.constant"() <{value = true}> : () -> i1
  %i = "arith.constant"() <{value = 1 : index}> : () -> index
  %f = "arith.constant"() <{value = 1.0 : f32}> : () -> f32
  "mr.check"(%c) <{code = "oops"}> : (i1) -> ()  // expected-error {{unknown code 'oops'}}
}) : () -> ()
